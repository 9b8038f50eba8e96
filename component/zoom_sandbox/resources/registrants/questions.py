"""Check the questions that people answer when they register for a meeting or webinar, or to watch a recording."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoom_sandbox.errors import field_error, validation_error

_CHOICE_TYPES = ("single", "multiple", "single_radio", "single_dropdown")


def default_questions() -> dict[str, Any]:
    """Return the questions beyond first name and email that are asked until somebody changes them."""
    return {"custom_questions": [], "questions": [{"field_name": "last_name", "required": False}]}


def check_choices(questions: Mapping[str, Any]) -> None:
    """Raise ApiError (400/300) if a custom question to choose an answer from has no answers."""
    problems = [
        field_error("registrants.choicesMissing", index=index)
        for index, question in enumerate(questions.get("custom_questions", ()))
        if question.get("type") in _CHOICE_TYPES and not question.get("answers")
    ]
    if problems:
        raise validation_error(*problems)


def check_answers(questions: Mapping[str, Any], body: Mapping[str, Any]) -> None:
    """Raise ApiError (400/300) if the body of a registration leaves required questions without an answer."""
    answers = {each.get("title") for each in body.get("custom_questions", ()) if each.get("value")}
    problems = [
        field_error("registrants.answerMissing", field=question["field_name"])
        for question in questions["questions"]
        if question.get("required") and not body.get(question["field_name"])
    ]
    problems += [
        field_error("registrants.customAnswerMissing", title=question.get("title"))
        for question in questions["custom_questions"]
        if question.get("required") and question.get("title") not in answers
    ]
    if problems:
        raise validation_error(*problems)
