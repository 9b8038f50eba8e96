"""The ten sources against an embedded Zoom: found, searched, paged, gone on with, stopped early, in both colours."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.support.session_modes import COMPONENT, OPTIONS, create_connection, create_sandbox, list_calls

from zoom_component.client.options import OptionPage, afetch_options, fetch_options
from zoom_component.errors import ComponentError, InputError
from zoom_sandbox import Sandbox

RECORDED, WEBINAR = "85746065001", "95204914001"


def picked(
    zoom: Sandbox, name: str, inputs: dict[str, Any] | None = None, *, aio: bool = False, **how: Any
) -> OptionPage:
    async def later() -> OptionPage:
        async with COMPONENT.aconnect(
            create_connection(zoom), options=OPTIONS, transport=zoom.create_transport()
        ) as session:
            return await afetch_options(session, name, inputs, **how)

    if aio:
        return asyncio.run(later())
    with COMPONENT.connect(create_connection(zoom), options=OPTIONS, transport=zoom.create_transport()) as session:
        return fetch_options(session, name, inputs, **how)


def labels(found: OptionPage) -> list[str]:
    return [choice.label for choice in found.options]


def run(zoom: Sandbox, key: str, inputs: dict[str, Any]) -> Any:
    with COMPONENT.connect(create_connection(zoom), options=OPTIONS, transport=zoom.create_transport()) as session:
        return session.run(key, inputs).data


BOTH = pytest.mark.parametrize("aio", [False, True], ids=["sync", "async"])


@BOTH
def test_users_are_paged_by_what_is_wanted_and_gone_on_with(aio: bool) -> None:
    zoom = create_sandbox(users=700)
    first = picked(zoom, "selectUser", limit=2, aio=aio)
    assert labels(first)[0] == "Olive Owner (owner@example.com)"
    assert (len(first.options), first.next) == (2, "2.")
    assert list_calls(zoom).count("GET /users") == 1
    seen, resume = list(first.options), first.next
    while resume:
        more = picked(zoom, "selectUser", limit=299, resume=resume, aio=aio)
        seen, resume = [*seen, *more.options], more.next
    whole = picked(zoom, "selectUser", limit=10_000, aio=aio)
    assert tuple(seen) == whole.options
    assert len({choice.value for choice in seen}) == len(seen) > 700


@BOTH
def test_a_search_looks_through_labels_page_by_page_and_stops_when_it_has_enough(aio: bool) -> None:
    zoom = create_sandbox(users=700)
    assert labels(picked(zoom, "selectUser", search="ADMIN ada", aio=aio)) == ["Ada Admin (ada@example.com)"]
    assert list_calls(zoom).count("GET /users") == 3
    zoom.clear_requests()
    few = picked(zoom, "selectUser", search="o", limit=1, aio=aio)
    assert list_calls(zoom).count("GET /users") == 1
    again = picked(zoom, "selectUser", search="o", limit=1, resume=few.next, aio=aio)
    assert again.options[0] not in few.options


def test_meetings_and_their_registrants() -> None:
    zoom = create_sandbox()
    made = run(
        zoom,
        "createMeeting",
        {"userId": "me", "topic": "Weekly\nreview", "startTime": "2030-03-04T09:30:00", "timezone": "America/New_York",
         "approvalType": "0"},
    )  # fmt: skip
    ((value, shown),) = picked(zoom, "selectMeeting", {"userId": "me"}).options
    assert (value, shown) == (str(made["id"]), "Weekly review, 2030-03-04 09:30 America/New_York")
    run(zoom, "addMeetingRegistrant", {"meetingId": value, "email": "a@b.co", "firstName": "Ada", "lastName": "L"})
    assert labels(picked(zoom, "selectMeetingRegistrant", {"meetingId": value})) == ["Ada L (a@b.co)"]


def test_webinars_their_registrants_and_who_was_there() -> None:
    zoom = create_sandbox()
    body = {
        "topic": "Launch",
        "start_time": "2030-01-01T10:00:00Z",
        "timezone": "UTC",
        "settings": {"approval_type": 0},
    }
    run(zoom, "rawRequest", {"url": "/users/me/webinars", "method": "POST", "data": body})
    ((value, shown),) = picked(zoom, "selectWebinar", {"userId": "me"}).options
    assert shown == "Launch, 2030-01-01 10:00 UTC"
    run(zoom, "addWebinarRegistrant", {"webinarId": value, "email": "a@b.co", "firstName": "Ada", "lastName": "L"})
    assert labels(picked(zoom, "selectWebinarRegistrant", {"webinarId": value})) == ["Ada L (a@b.co)"]
    there = picked(zoom, "selectWebinarParticipant", {"webinarId": WEBINAR})
    assert there.options
    assert there.warnings


def test_recordings_by_address_or_by_id() -> None:
    zoom = create_sandbox()
    found = picked(zoom, "selectMeetingRecording", {"meetingId": RECORDED})
    assert labels(found)[0].startswith("Recording File 1: shared screen with speaker view, MP4, ")
    assert all("/rec/download/" in choice.value for choice in found.options)
    ids = picked(zoom, "selectMeetingRecording", {"meetingId": RECORDED, "returnId": "true"})
    assert labels(ids) == labels(found)
    assert all(choice.value.count("-") == 4 for choice in ids.options)
    rest = picked(zoom, "selectMeetingRecording", {"meetingId": RECORDED}, limit=1)
    last = picked(zoom, "selectMeetingRecording", {"meetingId": RECORDED}, resume=rest.next)
    assert (*rest.options, *last.options) == found.options
    recorded = picked(zoom, "selectPhoneRecording", {"userId": "me", "returnId": True})
    assert labels(recorded)[0].startswith("Callee: Olive Owner - Caller: Cleo Customer, 20")
    assert "http" not in recorded.options[0].value


def test_channels_and_messages() -> None:
    zoom = create_sandbox()
    channel, *_ = picked(zoom, "selectChatMessage.toChannel", {"userId": "me"}).options
    assert channel.label == "Developers"
    told = labels(picked(zoom, "selectChatMessage", {"userId": "me", "toChannel": channel.value, "date": ""}))
    assert any(
        line.startswith("Olive Owner - Good morning. Who has the notes of the weekly plan... (20") for line in told
    )
    # A search is Zoom's own: it does without a channel.
    zoom.clear_requests()
    (found,) = labels(picked(zoom, "selectChatMessage", {"userId": "me"}, search="hello"))
    assert found.startswith("Ada Admin - hello, world! (")
    assert {("search_key", "hello"), ("search_type", "message")} <= set(zoom.requests[-1].query)


def test_fixed_choices_need_no_call() -> None:
    zoom = create_sandbox()
    assert picked(zoom, "createMeeting.recurrence", search="week").options == (("2", "Weekly"),)
    assert picked(zoom, "createMeeting.hostVideo").options == (("true", "true"), ("false", "false"))
    assert picked(zoom, "newMeetingCreated.meetingType", limit=1).next == "1."
    assert picked(zoom, "newMeetingCreated.meetingType", resume="4.").options == (("previous_meetings", "Previous"),)
    assert list_calls(zoom) == []
    assert picked(zoom, "listMeetings.type", search="live").options == (("live", "Live"),)
    slug = picked(zoom, "ZOOM_LIST_MEETINGS.userId", limit=1)
    assert labels(slug) == labels(picked(zoom, "getUser.userId", limit=1))


@pytest.mark.parametrize(
    ("name", "inputs", "how", "told"),
    [
        ("selectUsr", {}, {}, "there is no source 'selectUsr'; did you mean selectUser?"),
        ("getMeeting", {}, {}, "getMeeting is no source; name one of its inputs: getMeeting.meetingId"),
        ("getMeting.meetingId", {}, {}, "did you mean getMeeting?"),
        ("getMeeting.meetngId", {}, {}, "getMeeting has no input 'meetngId'; did you mean meetingId?"),
        ("createMeeting.topic", {}, {}, "nothing is offered for createMeeting.topic: it takes what is typed. Values"),
        ("selectMeeting", {}, {}, "userId: it is required"),
        ("selectMeeting", {"userId": "  "}, {}, "userId: it is required"),
        ("selectMeeting", {"usrId": "me"}, {}, "this source has no such input; did you mean userId?"),
        ("selectMeetingRecording", {"meetingId": "1", "returnId": "maybe"}, {}, "returnId: came"),
        ("selectUser", {}, {"most": 0}, "most: came 0; accepted: a whole number from 1 to 10,000"),
        ("selectUser", {}, {"resume": "abc"}, "resume: it is not what an earlier pick gave as next"),
        ("selectChatMessage", {"userId": "me"}, {}, "It is open whose messages to read"),
        ("createMeeting.recurrence", {"userId": "me"}, {}, "the values are fixed; it takes no inputs"),
    ],
)
def test_what_cannot_be_picked_is_told_before_any_call(
    name: str, inputs: dict[str, Any], how: dict[str, Any], told: str
) -> None:
    zoom = create_sandbox()
    with pytest.raises(InputError) as caught:
        picked(zoom, name, inputs, **how)
    assert told in str(caught.value)
    assert list_calls(zoom) == []


@BOTH
def test_a_failure_on_a_later_page_keeps_what_was_found_and_where_to_go_on(aio: bool) -> None:
    zoom = create_sandbox(users=700)
    zoom.add_fault("GET", "/users", status=500, calls=[2, 3, 4, 5, 6, 7])
    with pytest.raises(ComponentError) as caught:
        picked(zoom, "selectUser", limit=400, aio=aio)
    error = caught.value
    assert len(error.partial["choices"]) == 300
    zoom.clear_faults()
    rest = picked(zoom, "selectUser", limit=10_000, resume=error.resume, aio=aio)
    assert len(rest.options) + 300 == len(picked(zoom, "selectUser", limit=10_000).options)
