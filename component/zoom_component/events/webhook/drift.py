"""Compare events with the schemas that Zoom publishes for them, and report the differences.

Zoom adds fields and contradicts its own schemas. So an id or a timestamp may be a string or a number, "" may stand for
any string, one string may list several values of an enumeration, and neither limits nor most formats are checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from zoom_component.events.webhook.event import Event
from zoom_component.events.webhook.schema_checker import Difference, SchemaChecker
from zoom_component.events.webhook.verdict import Rejection

__all__ = ["Difference", "DriftDetector", "DriftReport"]


@dataclass(frozen=True, slots=True)
class DriftReport:
    """Report how one event differs from its published schema.

    `is_known`: Zoom has an event of this name. `has_schema`: Zoom publishes its schema; without one there is nothing
    to compare with and `differences` is empty.
    """

    event: str
    is_known: bool
    has_schema: bool
    differences: tuple[Difference, ...] = ()

    def to_lines(self) -> list[str]:
        """Return one sentence for each difference; an empty list when there is none."""
        first = [] if self.is_known else [f'unknown event "{self.event}"']
        return [*first, *map(str, self.differences)]

    def to_rejection(self) -> Rejection | None:
        """Return a rejection of an event that is unknown or differs; None for one that matches its schema."""
        if not self.is_known:
            return Rejection("unknown_event", self.event)
        return Rejection("drift", "; ".join(map(str, self.differences))) if self.differences else None

    def to_dict(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        rows = [{**each._asdict(), "message": str(each)} for each in self.differences]
        return {"event": self.event, "known": self.is_known, "schema": self.has_schema, "differences": rows}


class _EventDefinition(Protocol):
    @property
    def schema(self) -> Mapping[str, Any] | None: ...


class FindEvent(Protocol):
    """Look up an event by its name; `zoom_facts.find_event` is one."""

    def __call__(self, name: str, /) -> _EventDefinition | None:
        """Return the definition of the event, or None for an unknown name."""


class _Entry(NamedTuple):
    is_known: bool
    checker: SchemaChecker | None


class DriftDetector:
    """Compare events with their schemas. Each schema is prepared once, for the first event that needs it."""

    def __init__(self, find_event: FindEvent) -> None:
        self._find_event = find_event
        self._entries: dict[str, _Entry] = {}

    def compare(self, event: Event) -> DriftReport:
        """Return the report for one event. Never raise for any input."""
        entry = self._entries.get(event.name) or self._prepare(event.name)
        if entry.checker is None:
            return DriftReport(event.name, entry.is_known, has_schema=False)
        differences = entry.checker.find_differences(event.body)
        return DriftReport(event.name, is_known=True, has_schema=True, differences=differences)

    def _prepare(self, name: str) -> _Entry:
        definition = self._find_event(name)
        if definition is None:
            return _Entry(is_known=False, checker=None)  # not cached: a sender may invent any number of names
        checker = None if definition.schema is None else SchemaChecker(definition.schema)
        entry = self._entries[name] = _Entry(is_known=True, checker=checker)
        return entry
