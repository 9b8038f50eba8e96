"""A change, what it means for callers, and how a list of them is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

__all__ = ["ADDITIVE", "BREAKING", "Severity", "SpecChange", "changes_to_json", "exit_code_for", "format_changelog"]

Severity = Literal["breaking", "additive", "other"]
BREAKING, ADDITIVE = 1, 20
_TITLES: tuple[tuple[Severity, str], ...] = (("breaking", "Breaking"), ("additive", "Added"), ("other", "Other"))


class SpecChange(NamedTuple):
    """One change: how heavy it is, which part it is of, as `createMeeting`, and a sentence about it."""

    severity: Severity
    part: str
    message: str


def exit_code_for(changes: Iterable[SpecChange]) -> int:
    """1 where callers have to change something, 20 where they may use something new, 0 where neither."""
    weights = {change.severity for change in changes}
    return BREAKING if "breaking" in weights else ADDITIVE if "additive" in weights else 0


def changes_to_json(changes: Sequence[SpecChange]) -> dict[str, list[dict[str, Any]]]:
    """The changes by weight, each list there even where it is empty."""
    return {
        weight: [{"part": change.part, "says": change.message} for change in changes if change.severity == weight]
        for weight, _ in _TITLES
    }


def format_changelog(changes: Sequence[SpecChange]) -> Iterator[str]:
    """The lines of a changelog: a heading for each weight, and a bullet for each change."""
    for weight, title in _TITLES:
        found = [change for change in changes if change.severity == weight]
        if found:
            yield f"### {title}"
            yield ""
            yield from (f"- `{change.part}`: {change.message}" for change in found)
            yield ""
