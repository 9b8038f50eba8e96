"""How Zoom refuses what is asked about meetings and webinars alike: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.errors import ApiError, FieldError, validation_error
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.conferences.ids import display_id
from zoom_sandbox.resources.conferences.kinds import ConferenceKind


def missing(call: OperationCall, kind: ConferenceKind, key: str) -> ApiError:
    """An id, as the router gives it, names nothing."""
    return call.error(f"{kind.name} does not exist: {display_id(key)}.", (404, 3001))


def no_occurrence(call: OperationCall, key: str) -> ApiError:
    """The gathering has no occurrence with the id, or has it no more."""
    return call.error(f"Occurrence does not exist: {key}.", (400, 3000), (400, 300))


def bad_body(wrong: list[FieldError]) -> ApiError:
    """Fields say what the body's schema cannot rule out."""
    return validation_error(*wrong)


def no_recurrence(kind: ConferenceKind) -> ApiError:
    """A gathering is to repeat, and nothing tells how."""
    return validation_error(("recurrence", f"A {kind.name.lower()} of type {kind.recurring} needs a recurrence."))


def no_moment() -> ApiError:
    """A rule leaves no time to take place at."""
    return validation_error(("recurrence.end_date_time", "The recurrence ends before it begins."))
