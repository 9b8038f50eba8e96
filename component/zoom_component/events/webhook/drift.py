"""How far an event is from the schema that Zoom published for it: a report, and no refusal unless one is asked for.

Zoom adds fields and contradicts its own schemas, so some of that is no difference: an id and a stamp are text or a
number, "" may stand for any text, several values of an enumeration may come in one text, and neither limits nor most
formats count.
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
    """What was found. `known` tells whether there is an event of that name, `schema` whether its schema is published.

    Without a schema there is nothing to compare with, and so no difference.
    """

    event: str
    is_known: bool
    has_schema: bool
    differences: tuple[Difference, ...] = ()

    def to_lines(self) -> list[str]:
        """The report in sentences; none where the event is as it was expected."""
        first = [] if self.is_known else [f"{self.event or 'the empty name'}: no event of this name is known"]
        return [*first, *map(str, self.differences)]

    def to_rejection(self) -> Rejection | None:
        """For the strict: a refusal of what is unknown or differs; its `error()` can be raised. None for the rest."""
        if not self.is_known:
            return Rejection("unknown_event", self.event)
        return Rejection("drift", "; ".join(map(str, self.differences))) if self.differences else None

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        told = [{**each._asdict(), "message": str(each)} for each in self.differences]
        return {"event": self.event, "known": self.is_known, "schema": self.has_schema, "differences": told}


class _Facts(Protocol):
    @property
    def schema(self) -> Mapping[str, Any] | None: ...


class FindEvent(Protocol):
    """Finds what is known of an event by its name: `facts.find_event` does."""

    def __call__(self, name: str, /) -> _Facts | None:
        """None for a name that is not known."""


class _Known(NamedTuple):
    known: bool
    shape: SchemaChecker | None


class DriftDetector:
    """Compares events with their schemas, each of which is prepared once, when the first such event comes."""

    def __init__(self, find: FindEvent) -> None:
        self._find = find
        self._prepared: dict[str, _Known] = {}

    def compare(self, event: Event) -> DriftReport:
        """The drift of one event. Never raises, whatever was sent."""
        known = self._prepared.get(event.name) or self._prepare(event.name)
        if known.shape is None:
            return DriftReport(event.name, known.known, has_schema=False)
        return DriftReport(
            event.name, is_known=True, has_schema=True, differences=known.shape.find_differences(event.body)
        )

    def _prepare(self, name: str) -> _Known:
        facts = self._find(name)
        if facts is None:
            return _Known(known=False, shape=None)
        known = _Known(known=True, shape=None if facts.schema is None else SchemaChecker(facts.schema))
        self._prepared[name] = known
        return known
