"""How Zoom refuses what is asked about those who watch: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.refusal import Field, Refusal, invalid


def closed() -> Refusal:
    """Whoever wants may watch: nobody has to register."""
    return invalid(("approval_type", "Registration is not required for this recording."))


def unanswered(wrong: list[Field]) -> Refusal:
    """Required questions have no answer."""
    return invalid(*wrong)


def no_answers(wrong: list[Field]) -> Refusal:
    """Questions to choose an answer from have none."""
    return invalid(*wrong)


def unknown(strangers: list[str]) -> Refusal:
    """Nobody registered has one of the ids; they are named by their places."""
    return invalid(*((place, "Somebody who registered is expected.") for place in strangers))
