"""Test `inbox backfill`: objects that Zoom lists and that no event reported."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from tests.cli.lines import Cli

from zoom_component import Component
from zoom_component.events.inbox.engines import open_inbox
from zoom_component.events.inbox.protocols import EventQuery, Inbox, Subscription, to_incoming_event
from zoom_component.events.listeners.backfill import find_missing_events
from zoom_component.events.webhook import parse_event
from zoom_sandbox import Sandbox


@pytest.fixture
def store() -> Iterator[Inbox]:
    inbox = open_inbox()
    inbox.subscribe([Subscription("all")])
    yield inbox
    inbox.close()


@pytest.fixture
def meetings(store: Inbox) -> Iterator[tuple[Sandbox, list[int]]]:
    """Run a sandbox with two meetings, of which only the first has an event."""
    bodies: list[dict[str, Any]] = []
    with Sandbox() as zoom, Component.load().connect(token=zoom.issue_token(), base_url=zoom.api_url) as session:
        zoom.add_listener(bodies.append)
        made = [session.run("createMeeting", {"userId": "me", "topic": f"Meeting {n}"}).data["id"] for n in (1, 2)]
        created = [body for body in bodies if body["event"] == "meeting.created"]
        store.add_events([to_incoming_event(parse_event(json.dumps(created[0]).encode()), time.time(), "webhook")])
        yield zoom, made


def test_missing_events_are_added_once(cli: Cli, store: Inbox, meetings: tuple[Sandbox, list[int]]) -> None:
    zoom, made = meetings
    at = ("--token", zoom.issue_token(), "--base-url", zoom.api_url)
    soon = time.time() + 5
    until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(soon))
    words = ("inbox", "backfill", "--since", "1h", "--until", until, "--event", "meeting.created", *at)
    missing = json.loads(cli(*words, "--dry-run").out)
    assert [row["object_id"] for row in missing if row["object_id"] in map(str, made)] == [str(made[1])]
    assert len(store.find_events(EventQuery())) == 1
    result = cli(*words)
    assert result.code == 0, result.err
    assert "warning: Zoom may still retry" in result.err
    assert len(json.loads(result.out)) == len(missing)
    assert json.loads(cli(*words).out) == []
    [kept] = store.find_events(EventQuery(object_id=str(made[1])))
    event = parse_event(kept.event.body)
    assert (kept.event.source, event.name, event.object["topic"]) == ("backfill", "meeting.created", "Meeting 2")
    assert event.body["backfilled"] is True
    assert [each.state for each in store.list_job_statuses(kept.id)] == ["ready"]


def test_invalid_periods_and_options_are_refused(cli: Cli) -> None:
    for words, output in {
        ("--since", "1h"): "--since: has to be earlier than --until, which is two hours ago",
        ("--since", "1d", "--user", "a", "--all-users"): "--user: cannot be combined with --all-users",
        ("--since", "1d", "--event", "meeting.started"): "--event: expected one of meeting.created",
    }.items():
        result = cli("inbox", "backfill", *words, "--token", "x")
        assert (result.code, output in result.err) == (2, True), result.err


class Listed:
    """Return fixed lists as a session."""

    def __init__(self, *items: dict[str, Any]) -> None:
        self.items = items
        self.asked: list[Any] = []

    def stream(self, key: str, inputs: Any = None) -> Iterator[Any]:
        self.asked.append((key, inputs))
        return iter(self.items)


def recording(uuid: str, start: str = "2026-03-10T10:00:00Z", status: str = "completed") -> dict[str, Any]:
    return {"id": 5, "uuid": uuid, "start_time": start, "recording_files": [{"status": status}]}


def test_recordings_are_identified_by_uuid_and_added_when_complete(store: Inbox) -> None:
    now = 1_773_140_400.0  # 2026-03-10T11:00:00Z
    known = {"event": "recording.completed", "event_ts": 1, "payload": {"object": {"id": "5", "uuid": "a"}}}
    store.add_events([to_incoming_event(parse_event(json.dumps(known).encode()), now, "webhook")])
    session = Listed(
        recording("a"), recording("b"), recording("b"), recording("c", status="processing"),
        recording("d", "2026-03-08T10:00:00Z"), {"uuid": "e"}, {"uuid": "f", "start_time": "soon"},
    )  # fmt: skip
    found = list(find_missing_events(session, store, "recording.completed", ["u1", "u2"], now - 86400, now, now))
    assert [json.loads(gap.incoming_event.body)["payload"]["object"]["uuid"] for gap in found] == ["b"]
    assert session.asked[1] == ("listUsersRecordings", {"userId": "u2", "from": "2026-03-09", "to": "2026-03-10"})
    assert (found[0].happened_at, found[0].incoming_event.event_ts) == (now - 3600, (now - 3600) * 1000)
