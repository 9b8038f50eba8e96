"""What people are asked when they register: the questions, and whether they were answered."""

from __future__ import annotations

from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.conferences.models import Conference
from zoom_sandbox.resources.registrants import faults
from zoom_sandbox.resources.registrants.state import RegistrationQuestions
from zoom_sandbox.response_schemas import drop_unknown_fields, response_schema

_NEEDS_ANSWERS = ("single", "multiple", "single_radio", "single_dropdown")


def update_questions(call: OperationCall, gathering: Conference) -> None:
    """Ask what the call's body asks: each of the two lists is replaced where it is given."""
    asked = drop_unknown_fields(call.body, response_schema("GET", call.operation.path))
    wrong = [
        (f"custom_questions[{index}].answers", "The answers to choose from are expected.")
        for index, question in enumerate(asked.get("custom_questions", ()))
        if question.get("type") in _NEEDS_ANSWERS and not question.get("answers")
    ]
    if wrong:
        raise faults.bad_questions(wrong)
    questions = call.account.store(RegistrationQuestions)
    questions.replace(gathering, {**questions.get(gathering), **asked})


def check_answers(call: OperationCall, gathering: Conference) -> None:
    """Refuse who leaves a required question without an answer."""
    asked = call.account.store(RegistrationQuestions).get(gathering)
    answered = {each.get("title") for each in call.body.get("custom_questions", ()) if each.get("value")}
    wrong = [
        (question["field_name"], "This field is required.")
        for question in asked["questions"]
        if question.get("required") and not call.body.get(question["field_name"])
    ]
    wrong += [
        ("custom_questions", f"An answer is expected: {question.get('title')}")
        for question in asked["custom_questions"]
        if question.get("required") and question.get("title") not in answered
    ]
    if wrong:
        raise faults.unanswered(wrong)
