"""People who register to watch a recording: entered, listed, judged; and what they are asked.

https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording
"""

from __future__ import annotations

from zoom_sandbox.pages import by_number, page
from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.refusal import Field
from zoom_sandbox.resources.recordings.shown import topic_of
from zoom_sandbox.resources.recordings.state import Recording, Recordings
from zoom_sandbox.resources.viewers import faults
from zoom_sandbox.resources.viewers.announced import viewer_told
from zoom_sandbox.resources.viewers.state import APPROVED, DENIED, Viewer, Viewers, takes_viewers
from zoom_sandbox.shapes import answer_schema, fitting

_ALL = "/meetings/{meetingId}/recordings/registrants"


@plays("POST", _ALL)
def add_viewer(call: Call) -> Payload:
    """Register a person to watch a recording."""
    recording, viewers = _recording(call), call.world.part(Viewers)
    if not takes_viewers(recording):
        raise faults.closed()
    _check_answers(call, viewers.asked(recording))
    viewer, new = viewers.enter(recording, fitting(call.body, _shown_schema()))
    if new:
        viewer_told(call.world, "created", recording, viewer)
    shown: Payload = {"id": recording.instance.id, "registrant_id": viewer.id, "topic": topic_of(recording)}
    if viewer.status == APPROVED:
        shown["share_url"] = f"https://zoom.us/rec/share/{recording.instance.uuid}?tk={viewer.id}"
    return shown


@plays("GET", _ALL)
def list_viewers(call: Call) -> Payload:
    """Those of a status, by pages."""
    people = call.world.part(Viewers).of(_recording(call)).values()
    return page(call, [each for each in people if each.status == call.query["status"]], by_number, _row)


@plays("PUT", f"{_ALL}/status")
def judge_viewers(call: Call) -> None:
    """Let people in or turn them away, all or none."""
    recording = _recording(call)
    people = {each.id: each for each in call.world.part(Viewers).of(recording).values()}
    keys = [row.get("id", "") for row in call.body.get("registrants", ())]
    if strangers := [f"registrants[{index}]" for index, key in enumerate(keys) if key not in people]:
        raise faults.unknown(strangers)
    status = APPROVED if call.body["action"] == "approve" else DENIED
    for viewer in (people[key] for key in dict.fromkeys(keys)):
        if viewer.status != status:
            viewer.status = status
            viewer_told(call.world, status, recording, viewer)


@plays("GET", f"{_ALL}/questions")
def get_questions(call: Call) -> Payload:
    """What people are asked beyond first name and email."""
    return call.world.part(Viewers).asked(_recording(call))


@plays("PATCH", f"{_ALL}/questions")
def update_questions(call: Call) -> None:
    """Ask other questions: each of the two lists is replaced where it is given."""
    asked = fitting(call.body, answer_schema("GET", call.operation.path))
    wrong = [
        (f"custom_questions[{index}].answers", "The answers to choose from are expected.")
        for index, question in enumerate(asked.get("custom_questions", ()))
        if question.get("type") in ("single", "multiple") and not question.get("answers")
    ]
    if wrong:
        raise faults.no_answers(wrong)
    questions = call.world.part(Viewers).asked(_recording(call))
    questions |= asked


def _recording(call: Call) -> Recording:
    return call.world.part(Recordings).get(call)


def _check_answers(call: Call, asked: Payload) -> None:
    """Refuse who leaves a required question without an answer."""
    answered = {each.get("title") for each in call.body.get("custom_questions", ()) if each.get("value")}
    wrong: list[Field] = [
        (question["field_name"], "This field is required.")
        for question in asked["questions"]
        if question.get("required") and not call.body.get(question.get("field_name", ""))
    ]
    wrong += [
        ("custom_questions", f"An answer is expected: {question.get('title')}")
        for question in asked["custom_questions"]
        if question.get("required") and question.get("title") not in answered
    ]
    if wrong:
        raise faults.unanswered(wrong)


def _shown_schema() -> Payload:
    return dict(answer_schema("GET", _ALL)["properties"]["registrants"]["items"])


def _row(viewer: Viewer) -> Payload:
    return {**viewer.fields, "id": viewer.id, "email": viewer.email, "status": viewer.status}
