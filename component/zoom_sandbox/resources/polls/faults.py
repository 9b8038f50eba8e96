"""How Zoom refuses what is asked about polls: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.plays import Call
from zoom_sandbox.refusal import Field, Refusal, invalid


def unknown(call: Call) -> Refusal:
    """The meeting or webinar has no poll with the path's id."""
    return call.refuse(f"Poll does not exist: {call.ids['pollId']}.", (404, 404), (400, 4400))


def no_choice(questions: list[int]) -> Refusal:
    """Questions to choose from, by their places, have less than two answers."""
    wrong: list[Field] = [(f"questions[{index}].answers", "At least two answers are expected.") for index in questions]
    return invalid(*wrong)
