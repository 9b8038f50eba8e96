"""How Zoom refuses what is asked about those who watch: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.errors import ApiError, FieldError, validation_error


def closed() -> ApiError:
    """Whoever wants may watch: nobody has to register."""
    return validation_error(("approval_type", "Registration is not required for this recording."))


def unanswered(wrong: list[FieldError]) -> ApiError:
    """Required questions have no answer."""
    return validation_error(*wrong)


def no_answers(wrong: list[FieldError]) -> ApiError:
    """Questions to choose an answer from have none."""
    return validation_error(*wrong)


def unknown(strangers: list[str]) -> ApiError:
    """Nobody registered has one of the ids; they are named by their places."""
    return validation_error(*((place, "Somebody who registered is expected.") for place in strangers))
