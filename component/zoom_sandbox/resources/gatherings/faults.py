"""How Zoom refuses what is asked about meetings and webinars alike: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.plays import Call
from zoom_sandbox.refusal import Field, Refusal, invalid
from zoom_sandbox.resources.gatherings.ids import as_read
from zoom_sandbox.resources.gatherings.kinds import Kind


def missing(call: Call, kind: Kind, key: str) -> Refusal:
    """An id, as the router gives it, names nothing."""
    return call.refuse(f"{kind.word} does not exist: {as_read(key)}.", (404, 3001))


def no_occurrence(call: Call, key: str) -> Refusal:
    """The gathering has no occurrence with the id, or has it no more."""
    return call.refuse(f"Occurrence does not exist: {key}.", (400, 3000), (400, 300))


def bad_body(wrong: list[Field]) -> Refusal:
    """Fields say what the body's schema cannot rule out."""
    return invalid(*wrong)


def no_recurrence(kind: Kind) -> Refusal:
    """A gathering is to repeat, and nothing tells how."""
    return invalid(("recurrence", f"A {kind.word.lower()} of type {kind.recurring} needs a recurrence."))


def no_moment() -> Refusal:
    """A rule leaves no time to take place at."""
    return invalid(("recurrence.end_date_time", "The recurrence ends before it begins."))
