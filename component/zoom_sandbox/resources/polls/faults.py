"""How Zoom refuses what is asked about polls: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.errors import ApiError, FieldError, validation_error
from zoom_sandbox.operations import OperationCall


def unknown(call: OperationCall) -> ApiError:
    """The meeting or webinar has no poll with the path's id."""
    return call.error(f"Poll does not exist: {call.path_params['pollId']}.", (404, 404), (400, 4400))


def no_choice(questions: list[int]) -> ApiError:
    """Questions to choose from, by their places, have less than two answers."""
    wrong: list[FieldError] = [
        (f"questions[{index}].answers", "At least two answers are expected.") for index in questions
    ]
    return validation_error(*wrong)
