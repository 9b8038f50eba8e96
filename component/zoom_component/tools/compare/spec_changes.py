"""Define a change of the specs, its severity, and the formats of a list of changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

__all__ = ["ADDITIVE", "BREAKING", "Severity", "SpecChange", "changes_to_json", "exit_code_for", "format_changelog"]

Severity = Literal["breaking", "additive", "other"]
BREAKING, ADDITIVE = 1, 20
_TITLES: tuple[tuple[Severity, str], ...] = (("breaking", "Breaking"), ("additive", "Added"), ("other", "Other"))


class SpecChange(NamedTuple):
    """Hold a change: its severity, the part of the specs, such as `createMeeting`, and a sentence."""

    severity: Severity
    part: str
    message: str


def exit_code_for(changes: Iterable[SpecChange]) -> int:
    """Return 1 if there are breaking changes, 20 if there are only additions, and 0 otherwise."""
    severities = {change.severity for change in changes}
    return BREAKING if "breaking" in severities else ADDITIVE if "additive" in severities else 0


def sort_changes(changes: Iterable[SpecChange]) -> list[SpecChange]:
    """Return the changes by severity, then by part and message."""
    order = [severity for severity, _ in _TITLES]
    return sorted(changes, key=lambda change: (order.index(change.severity), change.part, change.message))


def changes_to_json(changes: Sequence[SpecChange]) -> dict[str, list[dict[str, Any]]]:
    """Return the changes by severity as JSON, with an empty list for a severity without changes."""
    return {
        severity: [
            {"part": change.part, "message": change.message} for change in changes if change.severity == severity
        ]
        for severity, _ in _TITLES
    }


def format_changelog(changes: Sequence[SpecChange]) -> Iterator[str]:
    """Yield the lines of a changelog: a heading for each severity, and a bullet for each change."""
    for severity, title in _TITLES:
        matches = [change for change in changes if change.severity == severity]
        if matches:
            yield f"### {title}"
            yield ""
            yield from (f"- `{change.part}`: {change.message}" for change in matches)
            yield ""
