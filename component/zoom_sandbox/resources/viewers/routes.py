"""People who register to watch a recording: entered, listed, judged; and what they are asked.

https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording
"""

from __future__ import annotations

from zoom_sandbox.errors import FieldError
from zoom_sandbox.operations import OperationCall, Payload, handles
from zoom_sandbox.paging import build_page, by_number
from zoom_sandbox.resources.recordings.serializers import get_topic
from zoom_sandbox.resources.recordings.state import CloudRecording, CloudRecordings
from zoom_sandbox.resources.viewers import faults
from zoom_sandbox.resources.viewers.events import send_viewer_event
from zoom_sandbox.resources.viewers.state import APPROVED, DENIED, Viewer, Viewers, has_registration
from zoom_sandbox.response_schemas import drop_unknown_fields, response_schema

_ALL = "/meetings/{meetingId}/recordings/registrants"


@handles("POST", _ALL)
def add_viewer(call: OperationCall) -> Payload:
    """Register a person to watch a recording."""
    recording, viewers = _get_recording(call), call.account.store(Viewers)
    if not has_registration(recording):
        raise faults.closed()
    _check_answers(call, viewers.questions_of(recording))
    viewer, new = viewers.add(recording, drop_unknown_fields(call.body, _response_schema()))
    if new:
        send_viewer_event(call.account, "created", recording, viewer)
    shown: Payload = {"id": recording.instance.id, "registrant_id": viewer.id, "topic": get_topic(recording)}
    if viewer.status == APPROVED:
        shown["share_url"] = f"https://zoom.us/rec/share/{recording.instance.uuid}?tk={viewer.id}"
    return shown


@handles("GET", _ALL)
def list_viewers(call: OperationCall) -> Payload:
    """Those of a status, by pages."""
    people = call.account.store(Viewers).viewers_of(_get_recording(call)).values()
    return build_page(
        call, [each for each in people if each.status == call.query["status"]], by_number, _serialize_viewer
    )


@handles("PUT", f"{_ALL}/status")
def update_viewer_status(call: OperationCall) -> None:
    """Let people in or turn them away, all or none."""
    recording = _get_recording(call)
    people = {each.id: each for each in call.account.store(Viewers).viewers_of(recording).values()}
    keys = [row.get("id", "") for row in call.body.get("registrants", ())]
    if strangers := [f"registrants[{index}]" for index, key in enumerate(keys) if key not in people]:
        raise faults.unknown(strangers)
    status = APPROVED if call.body["action"] == "approve" else DENIED
    for viewer in (people[key] for key in dict.fromkeys(keys)):
        if viewer.status != status:
            viewer.status = status
            send_viewer_event(call.account, status, recording, viewer)


@handles("GET", f"{_ALL}/questions")
def get_questions(call: OperationCall) -> Payload:
    """What people are asked beyond first name and email."""
    return call.account.store(Viewers).questions_of(_get_recording(call))


@handles("PATCH", f"{_ALL}/questions")
def update_questions(call: OperationCall) -> None:
    """Ask other questions: each of the two lists is replaced where it is given."""
    asked = drop_unknown_fields(call.body, response_schema("GET", call.operation.path))
    wrong = [
        (f"custom_questions[{index}].answers", "The answers to choose from are expected.")
        for index, question in enumerate(asked.get("custom_questions", ()))
        if question.get("type") in ("single", "multiple") and not question.get("answers")
    ]
    if wrong:
        raise faults.no_answers(wrong)
    questions = call.account.store(Viewers).questions_of(_get_recording(call))
    questions |= asked


def _get_recording(call: OperationCall) -> CloudRecording:
    return call.account.store(CloudRecordings).get(call)


def _check_answers(call: OperationCall, asked: Payload) -> None:
    """Refuse who leaves a required question without an answer."""
    answered = {each.get("title") for each in call.body.get("custom_questions", ()) if each.get("value")}
    wrong: list[FieldError] = [
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


def _response_schema() -> Payload:
    return dict(response_schema("GET", _ALL)["properties"]["registrants"]["items"])


def _serialize_viewer(viewer: Viewer) -> Payload:
    return {**viewer.fields, "id": viewer.id, "email": viewer.email, "status": viewer.status}
