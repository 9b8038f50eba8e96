"""A component at work on an embedded Zoom: the same for threads and for asyncio."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from pathlib import Path
from typing import Any

import pytest
from tests.support.session_modes import (
    BOTH_MODES,
    COMPONENT,
    OPTIONS,
    PRESENT,
    AsyncMode,
    SyncMode,
    create_connection,
    create_sandbox,
    list_calls,
)

from zoom_component import Component, Result, SessionOptions
from zoom_component.errors import InputError, NotFound, QuotaSpent

MEETING = {"userId": "me", "topic": "Daily"}
HELD = "85746065001"


@BOTH_MODES
def test_an_action_runs_and_gives_its_envelope(colour: type[SyncMode | AsyncMode]) -> None:
    zoom = create_sandbox()
    result = colour(zoom).run("getMeetingSummary", {"meetingId": HELD})
    assert result.data["meeting_id"] == int(HELD)
    assert result.as_json() == {"data": result.data}
    (caution,) = result.warnings
    assert caution.startswith("meetingId: A summary belongs to a UUID")
    assert list_calls(zoom) == ["token", f"GET /meetings/{HELD}/meeting_summary"]


@BOTH_MODES
def test_a_wrong_input_is_told_and_nothing_is_sent(colour: type[SyncMode | AsyncMode]) -> None:
    zoom = create_sandbox()
    with pytest.raises(InputError, match="did you mean topic"):
        colour(zoom).run("createMeeting", {**MEETING, "topc": "x"})
    with pytest.raises(InputError, match="userId: it is required"):
        colour(zoom).run("createMeeting")
    with pytest.raises(InputError, match="page_size"):
        colour(zoom).run("listUsers", page_size=0)
    with pytest.raises(InputError, match="did you mean createMeeting"):
        colour(zoom).run("createMeting")
    assert zoom.requests == []


@BOTH_MODES
def test_empty_text_is_absent_only_where_that_is_wished(colour: type[SyncMode | AsyncMode]) -> None:
    zoom = create_sandbox()
    inputs = {**MEETING, "agenda": ""}
    colour(zoom).run("createMeeting", inputs)
    assert zoom.requests[-1].json()["agenda"] == ""
    wished = SessionOptions(count_daily=False, empty_is_absent=True)
    colour(zoom, wished).run("createMeeting", {**inputs, "audio": ""})
    sent = zoom.requests[-1].json()
    assert "agenda" not in sent
    assert sent["settings"]["audio"] == "both", "the default stands in again"


@BOTH_MODES
def test_a_refused_token_is_renewed_and_the_call_goes_on(colour: type[SyncMode | AsyncMode]) -> None:
    zoom = create_sandbox()
    zoom.add_fault("POST", "/users/{userId}/meetings", revoke_token=True, calls=[1])
    assert colour(zoom).run("createMeeting", MEETING).data["topic"] == "Daily"
    assert list_calls(zoom) == ["token", "POST /users/me/meetings"] * 2
    assert zoom.get_state()["counts"]["meetings"] == create_sandbox().get_state()["counts"]["meetings"] + 1


@BOTH_MODES
def test_read_merge_write(colour: type[SyncMode | AsyncMode]) -> None:
    zoom = create_sandbox()
    weekly = {"meetingType": "8", "recurrence": "2", "repeatInterval": "1", "weeklyDay": "1", "endTimes": "4"}
    made = colour(zoom).run("createMeeting", {**MEETING, **weekly, "startTime": "2026-03-02T09:00:00Z"}).data
    change = {"meetingId": made["id"], "repeatInterval": "3"}
    zoom.clear_requests()
    assert colour(zoom).run("updateMeeting", change, merge=True).data == {}
    assert list_calls(zoom) == ["token", f"GET /meetings/{made['id']}", f"PATCH /meetings/{made['id']}"]
    kept = {"type": 2, "repeat_interval": 3, "weekly_days": "1", "end_times": 4}
    assert zoom.requests[-1].json() == {"recurrence": kept}
    assert colour(zoom).run("getMeeting", {"meetingId": made["id"]}).data["recurrence"] == kept
    with pytest.raises(InputError, match="counts only along with recurrence"):
        colour(zoom).run("updateMeeting", change)


@BOTH_MODES
def test_a_days_allowance_is_refused_early_with_its_reset(
    colour: type[SyncMode | AsyncMode], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZOOM_COMPONENT_STATE", str(tmp_path))
    zoom = create_sandbox()
    made = colour(zoom).run("createMeeting", {**MEETING, "approvalType": "0"}).data
    zoom.clear_requests()
    counting = SessionOptions(count_daily=True, clock=lambda: PRESENT)
    person = {"meetingId": made["id"], "email": "someone@example.com", "firstName": "Sam", "lastName": "Ray"}

    def register(inputs: dict[str, Any]) -> Result:
        return colour(zoom, counting).run("addMeetingRegistrant", inputs)

    with pytest.raises(InputError):
        register({**person, "email": "nobody"})
    for _ in range(3):
        register(person)
    with pytest.raises(QuotaSpent) as caught:
        register(person)
    assert caught.value.retry_at == "2026-02-01T00:00:00Z"
    register({**person, "email": "other@example.com"})
    assert [call for call in list_calls(zoom) if call != "token"] == [f"POST /meetings/{made['id']}/registrants"] * 4


def test_a_plan_sends_nothing_and_shows_the_request() -> None:
    zoom = create_sandbox()
    with COMPONENT.connect(create_connection(zoom), options=OPTIONS, transport=zoom.create_transport()) as session:
        plan = session.plan("getMeetingSummary", {"meetingId": HELD})
        made = session.plan("createMeeting", MEETING)
    assert (plan.request.method, plan.request.path) == ("GET", f"/meetings/{HELD}/meeting_summary")
    assert plan.warnings[0].startswith("meetingId: A summary belongs to a UUID")
    assert (made.request.path, made.request.body["topic"]) == ("/users/me/meetings", "Daily")
    assert (made.values["userId"], made.values["audio"]) == ("me", "both")
    assert COMPONENT.plan("listUsers").request.query[-1][0] == "page_size"
    with pytest.raises(InputError):
        COMPONENT.plan("createMeeting")
    assert zoom.requests == []


@BOTH_MODES
def test_debugging_logs_one_redacted_line(colour: type[SyncMode | AsyncMode], caplog: pytest.LogCaptureFixture) -> None:
    zoom = create_sandbox()
    inputs = {**MEETING, "password": "hunter2", "debugRequest": True}
    with caplog.at_level(logging.INFO, "zoom_component.requests"):
        colour(zoom).run("createMeeting", inputs)
        colour(zoom).run("createMeeting", MEETING)
    (record,) = [found for found in caplog.records if found.name.startswith("zoom_component")]
    told = json.loads(record.getMessage())
    assert (told["body"]["topic"], told["body"]["password"]) == ("Daily", "[redacted]")
    assert told["headers"]["Authorization"] == "[redacted]"
    assert "hunter2" not in caplog.text
    assert "Bearer" not in caplog.text


def test_twenty_tasks_share_one_session() -> None:
    zoom = create_sandbox()
    zoom.add_fault(delay=0.001)

    async def main() -> list[Any]:
        async with COMPONENT.aconnect(
            create_connection(zoom), options=OPTIONS, transport=zoom.create_transport()
        ) as session:
            made = (session.run("createMeeting", {**MEETING, "topic": str(at)}) for at in range(20))
            found = await asyncio.gather(*made)
        return [result.data["topic"] for result in found]

    assert asyncio.run(main()) == [str(at) for at in range(20)]
    assert list_calls(zoom).count("token") == 1


def test_eight_threads_share_one_session() -> None:
    zoom = create_sandbox()
    found: dict[str, str] = {}
    failures: list[Exception] = []
    fresh = Component(COMPONENT.catalogue)

    def work(session: Any, name: str) -> None:
        try:
            for at in range(10):
                topic = f"{name}.{at}"
                found[topic] = session.run("createMeeting", {**MEETING, "topic": topic}).data["topic"]
        except Exception as error:
            failures.append(error)

    with fresh.connect(create_connection(zoom), options=OPTIONS, transport=zoom.create_transport()) as session:
        threads = [threading.Thread(target=work, args=(session, str(at))) for at in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []
    assert len(found) == 80
    assert all(key == name for key, name in found.items())
    assert list_calls(zoom).count("token") == 1


@BOTH_MODES
def test_a_raw_request_is_tried_again_as_its_caller_wishes(colour: type[SyncMode | AsyncMode]) -> None:
    zoom = create_sandbox()
    zoom.add_fault("PUT", "/users/{userId}/status", status=503, retry_after=0, calls=[1, 2])
    inputs = {"url": "/users/mia%40example.com/status?x=1", "method": "PUT", "data": {"action": "deactivate"}}
    wishes = {"maxRetries": 2, "retryDelayMS": 1, "headers": {"X-A": "1"}}
    result = colour(zoom).run("rawRequest", {**inputs, **wishes})
    assert result.data["headers"]["x-sandbox-answer"] == "stateful"
    sent = [each for each in zoom.requests if each.method == "PUT"]
    assert [(each.path, each.query, each.headers["x-a"], each.body) for each in sent] == [
        ("/v2/users/mia%40example.com/status", (("x", "1"),), "1", b'{"action":"deactivate"}')
    ] * 3
    assert colour(zoom).run("getUser", {"userId": "mia@example.com"}).data["status"] == "inactive"


@BOTH_MODES
def test_a_refusal_is_typed(colour: type[SyncMode | AsyncMode]) -> None:
    with pytest.raises(NotFound) as caught:
        colour(create_sandbox()).run("getMeeting", {"meetingId": "81234567890"})
    told = caught.value.as_json()
    assert (told["kind"], told["status"], told["code"]) == ("not_found", 404, 3001)
    assert told["said"] == "Meeting does not exist: 81234567890."
    assert told["tracking_id"].startswith("v=2.0;clid=")
