"""What people are asked when they register, and registering many at once.

https://developers.zoom.us/docs/api/meetings/#tag/invitation-and-registration
"""

from __future__ import annotations

from typing import Any

from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.refusal import invalid
from zoom_component.sandbox.resources.gatherings import Gatherings, registration, store_of
from zoom_component.sandbox.resources.gatherings.record import APPROVED
from zoom_component.sandbox.resources.gatherings.registration import Questions
from zoom_component.sandbox.shapes import answer_schema, fitting

_MOST = 30  # https://developers.zoom.us/docs/api/meetings/#tag/invitation-and-registration (batch)
_NEEDS_ANSWERS = ("single", "multiple", "single_radio", "single_dropdown")


@plays("GET", "/meetings/{meetingId}/registrants/questions")
@plays("GET", "/webinars/{webinarId}/registrants/questions")
def get_questions(call: Call) -> Payload:
    """What people are asked beyond first name and email."""
    return dict(call.world.part(Questions).of(store_of(call).get(call)))


@plays("PATCH", "/meetings/{meetingId}/registrants/questions")
@plays("PATCH", "/webinars/{webinarId}/registrants/questions")
def update_questions(call: Call) -> None:
    """Ask other questions: each of the two lists is replaced where it is given."""
    gathering = store_of(call).get(call)
    asked = fitting(call.body, answer_schema("GET", call.operation.path))
    wrong = [
        (f"custom_questions[{index}].answers", "The answers to choose from are expected.")
        for index, question in enumerate(asked.get("custom_questions", ()))
        if question.get("type") in _NEEDS_ANSWERS and not question.get("answers")
    ]
    if wrong:
        raise invalid(*wrong)
    questions = call.world.part(Questions)
    questions.ask(gathering, {**questions.of(gathering), **asked})


@plays("POST", "/meetings/{meetingId}/batch_registrants")
@plays("POST", "/webinars/{webinarId}/batch_registrants")
def add_many(call: Call) -> Payload:
    """Register up to 30 people at once."""
    store, people = store_of(call), call.body.get("registrants", [])
    if not 1 <= len(people) <= _MOST:
        raise invalid(("registrants", f"1 to {_MOST} people are expected."))
    gathering = store.get(call)
    if gathering.type != store.kind.default_type:
        raise invalid(message=f"Only a scheduled {store.kind.word.lower()} takes many registrants at once.")
    fields = answer_schema("POST", call.operation.path, "201")["properties"]["registrants"]["items"]["properties"]
    return {"registrants": [_receipt(call, store, person, fields) for person in people]}


def _receipt(call: Call, store: Gatherings, person: dict[str, Any], fields: dict[str, Any]) -> Payload:
    given = {**person, "auto_approve": call.body.get("auto_approve", False)}
    gathering, registrant = registration.enter(call, store, given)
    receipt: Payload = {
        "email": registrant.email,
        "registrant_id": registrant.id,
        "participant_pin_code": registrant.pin,
    }
    if registrant.status == APPROVED:
        receipt["join_url"] = registration.own_url(gathering, registrant)
    return {name: value for name, value in receipt.items() if name in fields}
