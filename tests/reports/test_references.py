"""Test the public reports about meetings that people name in other words than by their number."""

from __future__ import annotations

from typing import Any

import pytest
from tests.support.polling_setup import NOON
from tests.support.session_modes import BOTH_MODES, COMPONENT, AsyncMode, SyncMode, create_sandbox, list_calls

from zoom_component.client.options.queries import OptionsQuery, build_query
from zoom_component.errors import InputError
from zoom_component.events.polling import configure_poll

NUMBER = "89347503000"
ACTIONS: list[tuple[str, str, dict[str, Any], str]] = [
    ("getMeeting", "meetingId", {}, "/meetings/{}"),
    ("getMeetingInvitation", "meetingId", {}, "/meetings/{}/invitation"),
    ("getMeetingRecordings", "meetingId", {}, "/meetings/{}/recordings"),
    ("deleteMeetingRecordings", "meetingId", {}, "/meetings/{}/recordings"),
    ("getPastMeetingParticipants", "meetingId", {}, "/past_meetings/{}/participants"),
    ("getMeetingSummary", "meetingId", {}, "/meetings/{}/meeting_summary"),
    ("getWebinar", "webinarId", {}, "/webinars/{}"),
    ("listWebinarRegistrants", "webinarId", {}, "/webinars/{}/registrants"),
    ("ZOOM_GET_A_MEETING", "meetingId", {}, "/meetings/{}"),
]


def plan_path(action: str, **inputs: object) -> str:
    return COMPONENT.plan(action, inputs).request.path


@pytest.mark.parametrize(
    "text",
    [
        # A1: leits/MeetingBar#652, iamfatness/CoreVideo#44: a join link without https://
        "us02web.zoom.us/j/89347503000?pwd=abc",
        # A3: eventaservo/eventaservo#352, sadanandpai/javascript-code-challenges#17: a line of the invitation
        "Meeting ID: 893 4750 3000",
        "#893 4750 3000",
        "<https://us02web.zoom.us/j/89347503000>",
        # A4: utelecon/utelecon.github.io#1754: the web portal's own pages
        "https://us02web.zoom.us/meeting/89347503000",
        "https://us02web.zoom.us/webinar/89347503000",
        "https://us02web.zoom.us/meeting/89347503000/edit",
        "https://us02web.zoom.us/launch/jc/89347503000",
        "zoommtg://zoom.us/join?action=join&confno=89347503000",
    ],
)
@pytest.mark.parametrize(("action", "key", "others", "path"), ACTIONS)
def test_the_number_is_sent_wherever_a_meeting_is_expected(
    action: str, key: str, others: dict[str, object], path: str, text: str
) -> None:
    assert plan_path(action, **{key: text}, **others) == path.format(NUMBER)


@pytest.mark.parametrize(
    "text", ["/ajXp112QmuoKj4854875==", "%2FajXp112QmuoKj4854875%3D%3D", "%252FajXp112QmuoKj4854875%253D%253D"]
)
@pytest.mark.parametrize(("action", "key", "others", "path"), ACTIONS[:6])
def test_a_uuid_goes_out_the_same_however_often_it_is_encoded(
    action: str, key: str, others: dict[str, object], path: str, text: str
) -> None:
    # C1: fleetdm/fleet#31194, eduhub-org/eduhub#1663, zoom/rivet-javascript#12: callers encode as Zoom's page asks
    assert plan_path(action, **{key: text}, **others) == path.format("%252FajXp112QmuoKj4854875%253D%253D")


def test_an_integer_that_names_a_meeting_takes_a_link_too() -> None:
    plan = COMPONENT.plan("listUsersRecordings", {"userId": "me", "meetingId": f"zoom.us/j/{NUMBER}"})
    assert ("meeting_id", NUMBER) in plan.request.query
    plan = COMPONENT.plan("updateUser", {"userId": "me", "pmi": "893 475 0300"})
    assert plan.request.body == {"pmi": 8934750300}
    with pytest.raises(InputError, match="meetingId: expected an integer"):
        COMPONENT.plan("listUsersRecordings", {"userId": "me", "meetingId": "/ajXp112QmuoKj4854875=="})


@BOTH_MODES
def test_what_names_no_meeting_is_refused_before_a_call(mode: type[SyncMode | AsyncMode]) -> None:
    zoom = create_sandbox()
    for text in (
        "https://zoom.us/my/annsmith",
        "https://example.com/j/89347503000",
        "weekly meeting",
        "abc#def",
        "annsmith",
    ):
        with pytest.raises(InputError, match="meetingId: expected a meeting number, a join link or a UUID, got "):
            mode(zoom).run("getMeeting", {"meetingId": text})
    assert zoom.requests == []


@BOTH_MODES
def test_what_zoom_returns_names_the_same_meeting(mode: type[SyncMode | AsyncMode]) -> None:
    zoom = create_sandbox()
    made = mode(zoom).run("createMeeting", {"userId": "me", "topic": "Daily"}).data
    invitation = mode(zoom).run("getMeetingInvitation", {"meetingId": made["join_url"]}).data["invitation"]
    for text in (made["id"], made["join_url"], made["start_url"], invitation):
        assert mode(zoom).run("getMeeting", {"meetingId": text}).data["id"] == made["id"]
    assert list_calls(zoom)[-1] == f"GET /meetings/{made['id']}"


def test_polling_triggers_and_data_sources_take_the_same() -> None:
    for key in ("meetingDetailsChanged", "meetingRecordingChanged", "newMeetingParticipant"):
        settings = configure_poll(COMPONENT, key, {"meetingId": f"<https://zoom.us/j/{NUMBER}>"}, now=NOON).settings
        assert str(settings["meetingId"]) == NUMBER
    query = build_query(COMPONENT, "selectMeetingRegistrant", {"meetingId": "Meeting ID: 893 4750 3000"})
    assert isinstance(query, OptionsQuery)
    assert query.call.inputs.values["meetingId"] == NUMBER
