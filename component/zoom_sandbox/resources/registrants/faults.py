"""How Zoom refuses what is asked about registrants: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.plays import Call
from zoom_sandbox.refusal import Field, Refusal, invalid
from zoom_sandbox.resources.gatherings.kinds import Kind
from zoom_sandbox.resources.gatherings.record import Gathering


def unknown(call: Call, key: str) -> Refusal:
    """Nobody registered has the id or email, in the operation's own code."""
    return call.refuse(f"Registrant does not exist: {key}.", (400, 3035), (400, 3079), (400, 3000))


def closed(call: Call, gathering: Gathering) -> Refusal:
    """Nobody may register."""
    sentence = f"Registration has not been enabled for this {gathering.kind.word.lower()}: {gathering.id}."
    return call.refuse(sentence, (400, 3000))


def no_occurrence(call: Call, key: str) -> Refusal:
    """There is no such occurrence to register for."""
    return call.refuse(f"Occurrence does not exist: {key}.", (400, 3000))


def too_many(most: int) -> Refusal:
    """Nobody, or more people than go at once, are to be registered."""
    return invalid(("registrants", f"1 to {most} people are expected."))


def one_by_one(kind: Kind) -> Refusal:
    """A gathering of this type takes its registrants one by one."""
    return invalid(message=f"Only a scheduled {kind.word.lower()} takes many registrants at once.")


def bad_questions(wrong: list[Field]) -> Refusal:
    """Questions to choose an answer from have none."""
    return invalid(*wrong)


def unanswered(wrong: list[Field]) -> Refusal:
    """Required questions have no answer."""
    return invalid(*wrong)
