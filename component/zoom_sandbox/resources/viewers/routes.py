"""Handle people who register to watch a recording, and the questions that they answer.

https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording
"""

from __future__ import annotations

from zoom_sandbox.errors import api_error, field_error, validation_error
from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.paging import build_page, by_number
from zoom_sandbox.resources.recordings.serializers import get_topic
from zoom_sandbox.resources.recordings.state import CloudRecording, CloudRecordings
from zoom_sandbox.resources.registrants.questions import check_answers, check_choices
from zoom_sandbox.resources.viewers.events import send_viewer_event
from zoom_sandbox.resources.viewers.state import APPROVED, DENIED, Viewer, Viewers, has_registration
from zoom_sandbox.response_schemas import drop_unknown_fields, response_schema

operations = Operations()

_ALL = "/meetings/{meetingId}/recordings/registrants"


@operations.handles("POST", _ALL)
def add_viewer(call: OperationCall) -> Payload:
    """Register a person to watch a recording."""
    recording, viewers = _get_recording(call), call.account.store(Viewers)
    if not has_registration(recording):
        raise api_error("viewers.registrationNotRequired")
    check_answers(viewers.questions_of(recording), call.body)
    viewer, new = viewers.add(recording, drop_unknown_fields(call.body, _response_schema()))
    if new:
        send_viewer_event(call.account, "created", recording, viewer)
    payload: Payload = {"id": recording.instance.id, "registrant_id": viewer.id, "topic": get_topic(recording)}
    if viewer.status == APPROVED:
        payload["share_url"] = f"https://zoom.us/rec/share/{recording.instance.uuid}?tk={viewer.id}"
    return payload


@operations.handles("GET", _ALL)
def list_viewers(call: OperationCall) -> Payload:
    """Return a page of the viewers with a status."""
    people = call.account.store(Viewers).viewers_of(_get_recording(call)).values()
    return build_page(
        call, [each for each in people if each.status == call.query["status"]], by_number, _serialize_viewer
    )


@operations.handles("PUT", f"{_ALL}/status")
def update_viewer_status(call: OperationCall) -> None:
    """Approve or deny viewers, all or none."""
    recording = _get_recording(call)
    viewers = {each.id: each for each in call.account.store(Viewers).viewers_of(recording).values()}
    keys = [row.get("id", "") for row in call.body.get("registrants", ())]
    if unknown := [index for index, key in enumerate(keys) if key not in viewers]:
        raise validation_error(*(field_error("viewers.viewerUnknown", index=index) for index in unknown))
    status = APPROVED if call.body["action"] == "approve" else DENIED
    for viewer in (viewers[key] for key in dict.fromkeys(keys)):
        if viewer.status != status:
            viewer.status = status
            send_viewer_event(call.account, status, recording, viewer)


@operations.handles("GET", f"{_ALL}/questions")
def get_questions(call: OperationCall) -> Payload:
    """Return the questions that are asked beyond first name and email."""
    return call.account.store(Viewers).questions_of(_get_recording(call))


@operations.handles("PATCH", f"{_ALL}/questions")
def update_questions(call: OperationCall) -> None:
    """Replace the lists of questions that the body has."""
    changes = drop_unknown_fields(call.body, response_schema("GET", call.operation.path))
    check_choices(changes)
    questions = call.account.store(Viewers).questions_of(_get_recording(call))
    questions |= changes


def _get_recording(call: OperationCall) -> CloudRecording:
    return call.account.store(CloudRecordings).get(call)


def _response_schema() -> Payload:
    return dict(response_schema("GET", _ALL)["properties"]["registrants"]["items"])


def _serialize_viewer(viewer: Viewer) -> Payload:
    return {**viewer.fields, "id": viewer.id, "email": viewer.email, "status": viewer.status}
