"""Test the ten data sources against the sandbox: listed, searched, paged, resumed, for threads and asyncio."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.support.session_modes import COMPONENT, OPTIONS, create_connection, create_sandbox, list_calls

from zoom_component.client.options import OptionPage, afetch_options, fetch_options
from zoom_component.errors import ComponentError, InputError
from zoom_sandbox import Sandbox

RECORDED, WEBINAR = "85746065001", "95204914001"


def fetch(
    zoom: Sandbox, name: str, inputs: dict[str, Any] | None = None, *, aio: bool = False, **how: Any
) -> OptionPage:
    async def run_async() -> OptionPage:
        async with COMPONENT.aconnect(
            create_connection(zoom), options=OPTIONS, transport=zoom.create_transport()
        ) as session:
            return await afetch_options(session, name, inputs, **how)

    if aio:
        return asyncio.run(run_async())
    with COMPONENT.connect(create_connection(zoom), options=OPTIONS, transport=zoom.create_transport()) as session:
        return fetch_options(session, name, inputs, **how)


def labels(page: OptionPage) -> list[str]:
    return [option.label for option in page.options]


def run(zoom: Sandbox, key: str, inputs: dict[str, Any]) -> Any:
    with COMPONENT.connect(create_connection(zoom), options=OPTIONS, transport=zoom.create_transport()) as session:
        return session.run(key, inputs).data


BOTH_MODES = pytest.mark.parametrize("aio", [False, True], ids=["sync", "async"])


@BOTH_MODES
def test_users_are_fetched_only_as_far_as_needed_and_resumed(aio: bool) -> None:
    zoom = create_sandbox(users=700)
    first = fetch(zoom, "selectUser", limit=2, aio=aio)
    assert labels(first)[0] == "Olive Owner (owner@example.com)"
    assert (len(first.options), first.next) == (2, "2.")
    assert list_calls(zoom).count("GET /users") == 1
    options, resume = list(first.options), first.next
    while resume:
        more = fetch(zoom, "selectUser", limit=299, resume=resume, aio=aio)
        options, resume = [*options, *more.options], more.next
    whole = fetch(zoom, "selectUser", limit=10_000, aio=aio)
    assert tuple(options) == whole.options
    assert len({option.value for option in options}) == len(options) > 700


@BOTH_MODES
def test_a_search_reads_page_by_page_and_stops_when_there_are_enough(aio: bool) -> None:
    zoom = create_sandbox(users=4500)
    assert labels(fetch(zoom, "selectUser", search="ADMIN ada", aio=aio)) == ["Ada Admin (ada@example.com)"]
    assert list_calls(zoom).count("GET /users") == 3
    zoom.clear_requests()
    few = fetch(zoom, "selectUser", search="o", limit=1, aio=aio)
    assert list_calls(zoom).count("GET /users") == 1
    again = fetch(zoom, "selectUser", search="o", limit=1, resume=few.next, aio=aio)
    assert again.options[0] not in few.options


def test_meetings_and_their_registrants() -> None:
    zoom = create_sandbox()
    meeting = run(
        zoom,
        "createMeeting",
        {"userId": "me", "topic": "Weekly\nreview", "startTime": "2030-03-04T09:30:00", "timezone": "America/New_York",
         "approvalType": "0"},
    )  # fmt: skip
    ((value, label),) = fetch(zoom, "selectMeeting", {"userId": "me"}).options
    assert (value, label) == (str(meeting["id"]), "Weekly review, 2030-03-04 09:30 America/New_York")
    run(zoom, "addMeetingRegistrant", {"meetingId": value, "email": "a@b.co", "firstName": "Ada", "lastName": "L"})
    assert labels(fetch(zoom, "selectMeetingRegistrant", {"meetingId": value})) == ["Ada L (a@b.co)"]


def test_webinars_their_registrants_and_participants() -> None:
    zoom = create_sandbox()
    body = {
        "topic": "Launch",
        "start_time": "2030-01-01T10:00:00Z",
        "timezone": "UTC",
        "settings": {"approval_type": 0},
    }
    run(zoom, "rawRequest", {"url": "/users/me/webinars", "method": "POST", "data": body})
    ((value, label),) = fetch(zoom, "selectWebinar", {"userId": "me"}).options
    assert label == "Launch, 2030-01-01 10:00 UTC"
    run(zoom, "addWebinarRegistrant", {"webinarId": value, "email": "a@b.co", "firstName": "Ada", "lastName": "L"})
    assert labels(fetch(zoom, "selectWebinarRegistrant", {"webinarId": value})) == ["Ada L (a@b.co)"]
    participants = fetch(zoom, "selectWebinarParticipant", {"webinarId": WEBINAR})
    assert participants.options
    assert participants.warnings


def test_recordings_by_url_or_by_id() -> None:
    zoom = create_sandbox()
    urls = fetch(zoom, "selectMeetingRecording", {"meetingId": RECORDED})
    assert labels(urls)[0].startswith("Recording File 1: shared screen with speaker view, MP4, ")
    assert all("/rec/download/" in option.value for option in urls.options)
    ids = fetch(zoom, "selectMeetingRecording", {"meetingId": RECORDED, "returnId": "true"})
    assert labels(ids) == labels(urls)
    assert all(option.value.count("-") == 4 for option in ids.options)
    rest = fetch(zoom, "selectMeetingRecording", {"meetingId": RECORDED}, limit=1)
    last = fetch(zoom, "selectMeetingRecording", {"meetingId": RECORDED}, resume=rest.next)
    assert (*rest.options, *last.options) == urls.options
    recorded = fetch(zoom, "selectPhoneRecording", {"userId": "me", "returnId": True})
    assert labels(recorded)[0].startswith("Callee: Olive Owner - Caller: Cleo Customer, 20")
    assert "http" not in recorded.options[0].value


def test_channels_and_messages() -> None:
    zoom = create_sandbox()
    channel, *_ = fetch(zoom, "selectChatMessage.toChannel", {"userId": "me"}).options
    assert channel.label == "Developers"
    lines = labels(fetch(zoom, "selectChatMessage", {"userId": "me", "toChannel": channel.value, "date": ""}))
    assert any(
        line.startswith("Olive Owner - Good morning. Who has the notes of the weekly plan... (20") for line in lines
    )
    # This search is done by Zoom, and needs no channel.
    zoom.clear_requests()
    (label,) = labels(fetch(zoom, "selectChatMessage", {"userId": "me"}, search="hello"))
    assert label.startswith("Ada Admin - hello, world! (")
    assert {("search_key", "hello"), ("search_type", "message")} <= set(zoom.requests[-1].query)


def test_fixed_options_need_no_call() -> None:
    zoom = create_sandbox()
    assert fetch(zoom, "createMeeting.recurrence", search="week").options == (("2", "Weekly"),)
    assert fetch(zoom, "createMeeting.hostVideo").options == (("true", "true"), ("false", "false"))
    assert fetch(zoom, "newMeetingCreated.meetingType", limit=1).next == "1."
    assert fetch(zoom, "newMeetingCreated.meetingType", resume="4.").options == (("previous_meetings", "Previous"),)
    assert fetch(zoom, "createMeeting.recurrence", {"userId": "", "meetingId": None}, search="week").options
    assert list_calls(zoom) == []
    assert fetch(zoom, "listMeetings.type", search="live").options == (("live", "Live"),)
    slug = fetch(zoom, "ZOOM_LIST_MEETINGS.userId", limit=1)
    assert labels(slug) == labels(fetch(zoom, "getUser.userId", limit=1))


@pytest.mark.parametrize(
    ("name", "inputs", "how", "message"),
    [
        ("selectUsr", {}, {}, "unknown data source 'selectUsr'; did you mean selectUser?"),
        ("getMeeting", {}, {}, "getMeeting is not a data source; name one of its inputs: getMeeting.meetingId"),
        ("getMeting.meetingId", {}, {}, "did you mean getMeeting?"),
        ("getMeeting.meetngId", {}, {}, "getMeeting has no input 'meetngId'; did you mean meetingId?"),
        (
            "createMeeting.topic",
            {},
            {},
            "createMeeting.topic has no options, because it takes any value; inputs of createMeeting with options",
        ),
        ("selectMeeting", {}, {}, "userId: is required"),
        ("selectMeeting", {"userId": "  "}, {}, "userId: is required"),
        ("selectMeeting", {"usrId": "me"}, {}, "usrId: unknown input; did you mean userId?"),
        ("selectMeetingRecording", {"meetingId": "1", "returnId": "maybe"}, {}, "returnId: expected true or false"),
        ("selectUser", {}, {"limit": 0}, "limit: expected an integer from 1 to 10,000, got 0"),
        ("selectUser", {}, {"resume": "abc"}, "resume: expected the `next` of an earlier answer"),
        ("selectChatMessage", {"userId": "me"}, {}, "A contact, a channel or a search is required"),
        ("createMeeting.recurrence", {"userId": "me"}, {}, "the options of createMeeting.recurrence are fixed"),
    ],
)
def test_an_invalid_query_is_refused_before_any_call(
    name: str, inputs: dict[str, Any], how: dict[str, Any], message: str
) -> None:
    zoom = create_sandbox()
    with pytest.raises(InputError) as caught:
        fetch(zoom, name, inputs, **how)
    assert message in str(caught.value)
    assert list_calls(zoom) == []


@BOTH_MODES
def test_the_error_of_a_later_page_carries_the_options_before_it(aio: bool) -> None:
    zoom = create_sandbox(users=4500)
    zoom.add_fault("GET", "/users", status=500, calls=[2, 3, 4, 5, 6, 7])
    with pytest.raises(ComponentError) as caught:
        fetch(zoom, "selectUser", limit=2400, aio=aio)
    error = caught.value
    assert len(error.partial["options"]) == 2000
    zoom.clear_faults()
    rest = fetch(zoom, "selectUser", limit=10_000, resume=error.resume, aio=aio)
    assert len(rest.options) + 2000 == len(fetch(zoom, "selectUser", limit=10_000).options)
