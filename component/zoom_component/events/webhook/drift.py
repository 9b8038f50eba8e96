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
from zoom_component.events.webhook.shape import Difference, Shape
from zoom_component.events.webhook.verdict import Refusal

__all__ = ["Difference", "Drift", "Drifts"]


@dataclass(frozen=True, slots=True)
class Drift:
    """What was found. `known` tells whether there is an event of that name, `schema` whether its schema is published.

    Without a schema there is nothing to compare with, and so no difference.
    """

    event: str
    known: bool
    schema: bool
    differences: tuple[Difference, ...] = ()

    def lines(self) -> list[str]:
        """The report in sentences; none where the event is as it was expected."""
        first = [] if self.known else [f"{self.event or 'the empty name'}: no event of this name is known"]
        return [*first, *map(str, self.differences)]

    def refusal(self) -> Refusal | None:
        """For the strict: a refusal of what is unknown or differs; its `error()` can be raised. None for the rest."""
        if not self.known:
            return Refusal("unknown_event", self.event)
        return Refusal("drift", "; ".join(map(str, self.differences))) if self.differences else None

    def as_row(self) -> dict[str, Any]:
        """The same as JSON."""
        told = [{**each._asdict(), "message": str(each)} for each in self.differences]
        return {"event": self.event, "known": self.known, "schema": self.schema, "differences": told}


class _Facts(Protocol):
    @property
    def schema(self) -> Mapping[str, Any] | None: ...


class Find(Protocol):
    """Finds what is known of an event by its name: `facts.find_event` does."""

    def __call__(self, name: str, /) -> _Facts | None:
        """None for a name that is not known."""


class _Known(NamedTuple):
    known: bool
    shape: Shape | None


class Drifts:
    """Compares events with their schemas, each of which is prepared once, when the first such event comes."""

    def __init__(self, find: Find) -> None:
        self._find = find
        self._prepared: dict[str, _Known] = {}

    def of(self, event: Event) -> Drift:
        """The drift of one event. Never raises, whatever was sent."""
        known = self._prepared.get(event.name) or self._prepare(event.name)
        if known.shape is None:
            return Drift(event.name, known.known, schema=False)
        return Drift(event.name, known=True, schema=True, differences=known.shape.differences(event.body))

    def _prepare(self, name: str) -> _Known:
        facts = self._find(name)
        if facts is None:
            return _Known(known=False, shape=None)
        known = _Known(known=True, shape=None if facts.schema is None else Shape(facts.schema))
        self._prepared[name] = known
        return known
