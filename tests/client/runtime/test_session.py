"""Test sessions against the sandbox, for threads and for asyncio."""

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
PAST_MEETING = "85746065001"


@BOTH_MODES
def test_an_action_returns_its_result(mode: type[SyncMode | AsyncMode]) -> None:
    zoom = create_sandbox()
    result = mode(zoom).run("getMeetingSummary", {"meetingId": PAST_MEETING})
    assert result.data["meeting_id"] == int(PAST_MEETING)
    assert result.as_json() == {"data": result.data}
    (warning,) = result.warnings
    assert warning.startswith("meetingId: A summary belongs to one instance")
    assert list_calls(zoom) == ["token", f"GET /meetings/{PAST_MEETING}/meeting_summary"]


@BOTH_MODES
def test_an_invalid_input_is_reported_and_nothing_is_sent(mode: type[SyncMode | AsyncMode]) -> None:
    zoom = create_sandbox()
    with pytest.raises(InputError, match="did you mean topic"):
        mode(zoom).run("createMeeting", {**MEETING, "topc": "x"})
    with pytest.raises(InputError, match="userId: is required"):
        mode(zoom).run("createMeeting")
    with pytest.raises(InputError, match="page_size"):
        mode(zoom).run("listUsers", page_size=0)
    with pytest.raises(InputError, match="did you mean createMeeting"):
        mode(zoom).run("createMeting")
    assert zoom.requests == []


@BOTH_MODES
def test_an_update_clears_with_empty_text_and_null_unless_the_options_forbid_it(
    mode: type[SyncMode | AsyncMode],
) -> None:
    zoom = create_sandbox()
    meeting = mode(zoom).run("createMeeting", {**MEETING, "agenda": "", "audio": " ", "duration": None}).data
    sent = zoom.requests[-1].json()
    assert "agenda" not in sent
    assert sent["settings"]["audio"] == "both", "the default applies"
    change = {"meetingId": meeting["id"], "topic": "New", "agenda": "", "templateId": None, "audio": ""}
    mode(zoom).run("updateMeeting", change)
    assert zoom.requests[-1].json() == {"topic": "New", "agenda": "", "template_id": None}
    options = SessionOptions(count_daily=False, empty_is_absent=True)
    mode(zoom, options).run("updateMeeting", change)
    assert zoom.requests[-1].json() == {"topic": "New", "template_id": None}
    options = SessionOptions(count_daily=False, null_is_absent=True)
    mode(zoom, options).run("updateMeeting", {**change, "agenda": "\u00a0"})
    assert zoom.requests[-1].json() == {"topic": "New", "agenda": ""}


@BOTH_MODES
def test_a_rejected_token_is_renewed_and_the_call_succeeds(mode: type[SyncMode | AsyncMode]) -> None:
    zoom = create_sandbox()
    zoom.add_fault("POST", "/users/{userId}/meetings", revoke_token=True, calls=[1])
    assert mode(zoom).run("createMeeting", MEETING).data["topic"] == "Daily"
    assert list_calls(zoom) == ["token", "POST /users/me/meetings"] * 2
    assert zoom.get_state()["counts"]["meetings"] == create_sandbox().get_state()["counts"]["meetings"] + 1


@BOTH_MODES
def test_a_merge_reads_merges_and_writes(mode: type[SyncMode | AsyncMode]) -> None:
    zoom = create_sandbox()
    weekly = {"meetingType": "8", "recurrence": "2", "repeatInterval": "1", "weeklyDay": "1", "endTimes": "4"}
    meeting = mode(zoom).run("createMeeting", {**MEETING, **weekly, "startTime": "2026-03-02T09:00:00Z"}).data
    change = {"meetingId": meeting["id"], "repeatInterval": "3"}
    zoom.clear_requests()
    assert mode(zoom).run("updateMeeting", change, merge=True).data == {}
    assert list_calls(zoom) == ["token", f"GET /meetings/{meeting['id']}", f"PATCH /meetings/{meeting['id']}"]
    recurrence = {"type": 2, "repeat_interval": 3, "weekly_days": "1", "end_times": 4}
    assert zoom.requests[-1].json() == {"recurrence": recurrence}
    assert mode(zoom).run("getMeeting", {"meetingId": meeting["id"]}).data["recurrence"] == recurrence
    with pytest.raises(InputError, match="requires recurrence"):
        mode(zoom).run("updateMeeting", change)


@BOTH_MODES
def test_a_daily_quota_is_refused_early_with_its_reset(
    mode: type[SyncMode | AsyncMode], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZOOM_COMPONENT_STATE", str(tmp_path))
    zoom = create_sandbox()
    meeting = mode(zoom).run("createMeeting", {**MEETING, "approvalType": "0"}).data
    zoom.clear_requests()
    options = SessionOptions(count_daily=True, clock=lambda: PRESENT)
    person = {"meetingId": meeting["id"], "email": "someone@example.com", "firstName": "Sam", "lastName": "Ray"}

    def register(inputs: dict[str, Any]) -> Result:
        return mode(zoom, options).run("addMeetingRegistrant", inputs)

    with pytest.raises(InputError):
        register({**person, "email": "nobody"})
    for _ in range(3):
        register(person)
    with pytest.raises(QuotaSpent) as caught:
        register(person)
    assert caught.value.retry_at == "2026-02-01T00:00:00Z"
    register({**person, "email": "other@example.com"})
    assert [call for call in list_calls(zoom) if call != "token"] == [f"POST /meetings/{meeting['id']}/registrants"] * 4


def test_a_plan_sends_nothing_and_shows_the_request() -> None:
    zoom = create_sandbox()
    with COMPONENT.connect(create_connection(zoom), options=OPTIONS, transport=zoom.create_transport()) as session:
        plan = session.plan("getMeetingSummary", {"meetingId": PAST_MEETING})
        create = session.plan("createMeeting", MEETING)
    assert (plan.request.method, plan.request.path) == ("GET", f"/meetings/{PAST_MEETING}/meeting_summary")
    assert plan.warnings[0].startswith("meetingId: A summary belongs to one instance")
    assert (create.request.path, create.request.body["topic"]) == ("/users/me/meetings", "Daily")
    assert (create.values["userId"], create.values["audio"]) == ("me", "both")
    assert COMPONENT.plan("listUsers").request.query[-1][0] == "page_size"
    with pytest.raises(InputError):
        COMPONENT.plan("createMeeting")
    assert zoom.requests == []


@BOTH_MODES
def test_debugging_logs_one_line_without_secrets(
    mode: type[SyncMode | AsyncMode], caplog: pytest.LogCaptureFixture
) -> None:
    zoom = create_sandbox()
    inputs = {**MEETING, "password": "hunter2", "debugRequest": True}
    with caplog.at_level(logging.INFO, "zoom_component.requests"):
        mode(zoom).run("createMeeting", inputs)
        mode(zoom).run("createMeeting", MEETING)
    (record,) = [each for each in caplog.records if each.name.startswith("zoom_component")]
    line = json.loads(record.getMessage())
    assert (line["body"]["topic"], line["body"]["password"]) == ("Daily", "[redacted]")
    assert line["headers"]["Authorization"] == "[redacted]"
    assert "hunter2" not in caplog.text
    assert "Bearer" not in caplog.text


def test_twenty_tasks_share_one_session() -> None:
    zoom = create_sandbox()
    zoom.add_fault(delay=0.001)

    async def main() -> list[Any]:
        async with COMPONENT.aconnect(
            create_connection(zoom), options=OPTIONS, transport=zoom.create_transport()
        ) as session:
            calls = (session.run("createMeeting", {**MEETING, "topic": str(at)}) for at in range(20))
            results = await asyncio.gather(*calls)
        return [result.data["topic"] for result in results]

    assert asyncio.run(main()) == [str(at) for at in range(20)]
    assert list_calls(zoom).count("token") == 1


def test_eight_threads_share_one_session() -> None:
    zoom = create_sandbox()
    topics: dict[str, str] = {}
    failures: list[Exception] = []
    fresh = Component(COMPONENT.catalogue)

    def work(session: Any, name: str) -> None:
        try:
            for at in range(10):
                topic = f"{name}.{at}"
                topics[topic] = session.run("createMeeting", {**MEETING, "topic": topic}).data["topic"]
        except Exception as error:
            failures.append(error)

    with fresh.connect(create_connection(zoom), options=OPTIONS, transport=zoom.create_transport()) as session:
        threads = [threading.Thread(target=work, args=(session, str(at))) for at in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failures == []
    assert len(topics) == 80
    assert all(key == name for key, name in topics.items())
    assert list_calls(zoom).count("token") == 1


@BOTH_MODES
def test_a_raw_request_is_retried_as_its_inputs_say(mode: type[SyncMode | AsyncMode]) -> None:
    zoom = create_sandbox()
    zoom.add_fault("PUT", "/users/{userId}/status", status=503, retry_after=0, calls=[1, 2])
    inputs = {"url": "/users/mia%40example.com/status?x=1", "method": "PUT", "data": {"action": "deactivate"}}
    retry = {"maxRetries": 2, "retryDelayMS": 1, "headers": {"X-A": "1"}}
    result = mode(zoom).run("rawRequest", {**inputs, **retry})
    assert result.data["headers"]["x-sandbox-answer"] == "stateful"
    sent = [each for each in zoom.requests if each.method == "PUT"]
    assert [(each.path, each.query, each.headers["x-a"], each.body) for each in sent] == [
        ("/v2/users/mia%40example.com/status", (("x", "1"),), "1", b'{"action":"deactivate"}')
    ] * 3
    assert mode(zoom).run("getUser", {"userId": "mia@example.com"}).data["status"] == "inactive"


@BOTH_MODES
def test_an_error_of_zoom_has_its_type(mode: type[SyncMode | AsyncMode]) -> None:
    with pytest.raises(NotFound) as caught:
        mode(create_sandbox()).run("getMeeting", {"meetingId": "81234567890"})
    error = caught.value.as_json()
    assert (error["kind"], error["status"], error["code"]) == ("not_found", 404, 3001)
    assert error["zoom_message"] == "Meeting does not exist: 81234567890."
    assert error["tracking_id"].startswith("v=2.0;clid=")


@BOTH_MODES
def test_a_checked_call_runs_with_its_own_inputs_and_options(mode: type[SyncMode | AsyncMode]) -> None:
    zoom = create_sandbox()
    call = COMPONENT.call("createMeeting", MEETING)
    assert mode(zoom).run(call).data["topic"] == "Daily"
    users = COMPONENT.call("listUsers", page_size=3)
    assert len(mode(zoom).run(users).data["users"]) == len(mode(zoom).stream(users))
    assert next(len(items) for items, _ in mode(zoom).pages(users)) == 3
    for options in ({"inputs": MEETING}, {"page_size": 3}, {"merge": True}):
        with pytest.raises(TypeError, match="expected inputs and options in the checked call"):
            mode(zoom).run(call, **options)


def test_a_plan_of_a_checked_call_has_its_page_size_and_its_times_in_utc() -> None:
    plan = COMPONENT.plan(COMPONENT.call("listUsers", page_size=3))
    assert ("page_size", "3") in plan.request.query
    times = {"startTime": "2030-03-04T09:30:00", "timezone": "America/New_York"}
    assert COMPONENT.plan("createMeeting", {**MEETING, **times}).instants == {"startTime": "2030-03-04T14:30:00Z"}
    local = {"startTime": "2030-03-04T09:30:00"}
    assert COMPONENT.plan("createMeeting", {**MEETING, **local}).instants == {"startTime": None}
