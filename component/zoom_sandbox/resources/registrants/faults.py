"""How Zoom refuses what is asked about registrants: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.errors import ApiError, FieldError, validation_error
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.conferences.kinds import ConferenceKind
from zoom_sandbox.resources.conferences.models import Conference


def unknown(call: OperationCall, key: str) -> ApiError:
    """Nobody registered has the id or email, in the operation's own code."""
    return call.error(f"Registrant does not exist: {key}.", (400, 3035), (400, 3079), (400, 3000))


def closed(call: OperationCall, gathering: Conference) -> ApiError:
    """Nobody may register."""
    sentence = f"Registration has not been enabled for this {gathering.kind.name.lower()}: {gathering.id}."
    return call.error(sentence, (400, 3000))


def no_occurrence(call: OperationCall, key: str) -> ApiError:
    """There is no such occurrence to register for."""
    return call.error(f"Occurrence does not exist: {key}.", (400, 3000))


def too_many(most: int) -> ApiError:
    """Nobody, or more people than go at once, are to be registered."""
    return validation_error(("registrants", f"1 to {most} people are expected."))


def one_by_one(kind: ConferenceKind) -> ApiError:
    """A gathering of this type takes its registrants one by one."""
    return validation_error(message=f"Only a scheduled {kind.name.lower()} takes many registrants at once.")


def bad_questions(wrong: list[FieldError]) -> ApiError:
    """Questions to choose an answer from have none."""
    return validation_error(*wrong)


def unanswered(wrong: list[FieldError]) -> ApiError:
    """Required questions have no answer."""
    return validation_error(*wrong)
