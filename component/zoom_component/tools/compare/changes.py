"""A change, what it means for callers, and how a list of them is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

__all__ = ["ADDITIVE", "BREAKING", "Change", "Weight", "as_json", "exit_code", "markdown"]

Weight = Literal["breaking", "additive", "other"]
BREAKING, ADDITIVE = 1, 20
_TITLES: tuple[tuple[Weight, str], ...] = (("breaking", "Breaking"), ("additive", "Added"), ("other", "Other"))


class Change(NamedTuple):
    """One change: how heavy it is, which part it is of, as `createMeeting`, and a sentence about it."""

    weight: Weight
    part: str
    says: str


def exit_code(changes: Iterable[Change]) -> int:
    """1 where callers have to change something, 20 where they may use something new, 0 where neither."""
    weights = {change.weight for change in changes}
    return BREAKING if "breaking" in weights else ADDITIVE if "additive" in weights else 0


def as_json(changes: Sequence[Change]) -> dict[str, list[dict[str, Any]]]:
    """The changes by weight, each list there even where it is empty."""
    return {
        weight: [{"part": change.part, "says": change.says} for change in changes if change.weight == weight]
        for weight, _ in _TITLES
    }


def markdown(changes: Sequence[Change]) -> Iterator[str]:
    """The lines of a changelog: a heading for each weight, and a bullet for each change."""
    for weight, title in _TITLES:
        found = [change for change in changes if change.weight == weight]
        if found:
            yield f"### {title}"
            yield ""
            yield from (f"- `{change.part}`: {change.says}" for change in found)
            yield ""
