"""What people are asked when they register: the questions, and whether they were answered."""

from __future__ import annotations

from zoom_sandbox.plays import Call
from zoom_sandbox.resources.gatherings.record import Gathering
from zoom_sandbox.resources.registrants import faults
from zoom_sandbox.resources.registrants.state import Questions
from zoom_sandbox.shapes import answer_schema, fitting

_NEEDS_ANSWERS = ("single", "multiple", "single_radio", "single_dropdown")


def ask(call: Call, gathering: Gathering) -> None:
    """Ask what the call's body asks: each of the two lists is replaced where it is given."""
    asked = fitting(call.body, answer_schema("GET", call.operation.path))
    wrong = [
        (f"custom_questions[{index}].answers", "The answers to choose from are expected.")
        for index, question in enumerate(asked.get("custom_questions", ()))
        if question.get("type") in _NEEDS_ANSWERS and not question.get("answers")
    ]
    if wrong:
        raise faults.bad_questions(wrong)
    questions = call.world.part(Questions)
    questions.ask(gathering, {**questions.of(gathering), **asked})


def check_answers(call: Call, gathering: Gathering) -> None:
    """Refuse who leaves a required question without an answer."""
    asked = call.world.part(Questions).of(gathering)
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
