"""Test the stream of events: new ones, those since a time, and those after the last event of a reader."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.server.http.conftest import HttpClient
from tests.server.http.test_process import run_server

from zoom_component import Component
from zoom_component.events.inbox.protocols import Inbox, IncomingEvent
from zoom_component.events.inbox.sqlite import SqliteInbox
from zoom_component.events.receiver.follower import Follower
from zoom_component.server.http import event_stream
from zoom_component.server.http.app import HttpServer
from zoom_component.server.http.calls import SessionPool
from zoom_component.server.http.event_stream import EventStream
from zoom_sandbox import Sandbox


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteInbox]:
    inbox = SqliteInbox(tmp_path / "inbox.db")
    yield inbox
    inbox.close()


def add_events(store: Inbox, *names: str, received: float | None = None) -> None:
    at = time.time() if received is None else received
    for name in names:
        body = json.dumps({"event": name, "payload": {"object": {"id": "1"}}}, indent=2).encode()
        store.add_events([IncomingEvent(f"{name} {time.monotonic_ns()}", name, None, "abc", "1", body, at, "webhook")])


class Stream:
    """Read server-sent events, as a browser does."""

    def __init__(self, url: str, **options: Any) -> None:
        self._context = httpx.stream("GET", url, timeout=20, **options)
        self.answer = self._context.__enter__()
        self._lines = self.answer.iter_lines()
        self.last_id = ""

    def next(self) -> str:
        """Return the name of the next event."""
        data = ""
        for line in self._lines:
            if line.startswith("id: "):
                self.last_id = line[4:]
            elif line.startswith("data: "):
                data = line[6:]
            elif not line and data:
                return str(json.loads(data)["event"])
        raise AssertionError("the stream ended")

    def read_to_end(self) -> None:
        """Read events until the stream ends, which raises."""
        while True:
            self.next()

    def close(self) -> None:
        self._context.__exit__(None, None, None)


def test_new_events_arrive_and_a_reader_continues_after_its_last_event(store: SqliteInbox, tmp_path: Path) -> None:
    add_events(store, "meeting.created", received=time.time() - 9000)
    add_events(store, "meeting.started", received=time.time() - 60)
    with Sandbox() as zoom, run_server(zoom, tmp_path, "--inbox", str(store.path)) as url:
        assert httpx.get(f"{url}/health").json() == {"status": "ok", "inbox": "open"}
        new = Stream(f"{url}/events")
        assert new.answer.headers["content-type"].startswith("text/event-stream")
        late = Stream(f"{url}/events", params={"since": "2h", "events": "meeting.*,!meeting.deleted"})
        assert late.next() == "meeting.started"
        add_events(store, "meeting.deleted", "user.created", "meeting.ended")
        assert [new.next(), new.next(), new.next()] == ["meeting.deleted", "user.created", "meeting.ended"]
        assert late.next() == "meeting.ended"
        late.close()
        add_events(store, "meeting.updated")
        again = Stream(f"{url}/events", params={"since": "2h"}, headers={"last-event-id": late.last_id})
        assert again.next() == "meeting.updated"
        start = time.monotonic()
    # Open streams do not prevent the server from stopping.
    assert time.monotonic() - start < 10
    with pytest.raises((AssertionError, httpx.RemoteProtocolError)):
        new.read_to_end()


@pytest.fixture
def client(component: Component, sessions: SessionPool, store: SqliteInbox) -> HttpClient:
    return HttpClient(HttpServer(component, sessions, EventStream(store)).build_app())


@pytest.mark.parametrize(
    ("query", "headers", "inputs"),
    [
        ("events=meeting%20started", {}, ["events"]),
        ("since=yesterday&evnts=x", {}, ["evnts", "since"]),
        ("", {"last-event-id": "-1"}, ["Last-Event-ID"]),
        ("", {"last-event-id": "9" * 40}, ["Last-Event-ID"]),
    ],
)
def test_all_problems_of_a_request_for_events_are_reported(
    client: HttpClient, query: str, headers: Any, inputs: list[str]
) -> None:
    answer = client.request("GET", f"/events?{query}", headers=headers)
    assert answer.status_code == 400
    assert [each["input"] for each in answer.json()["error"]["problems"]] == inputs


def test_without_an_inbox_there_are_no_events(component: Component, sessions: SessionPool) -> None:
    answer = HttpClient(HttpServer(component, sessions).build_app()).request("GET", "/events")
    assert answer.status_code == 404
    assert "--inbox" in answer.json()["error"]["message"]


def test_the_number_of_streams_is_limited(component: Component, sessions: SessionPool, store: SqliteInbox) -> None:
    answer = HttpClient(HttpServer(component, sessions, EventStream(store, max_streams=0)).build_app()).request(
        "GET", "/events"
    )
    assert answer.status_code == 503


def test_an_unreadable_inbox_is_reported(component: Component, sessions: SessionPool) -> None:
    class Broken:
        def find_events(self, query: Any) -> Any:
            raise OSError("the disk is not available")

    broken: Any = Broken()
    client = HttpClient(HttpServer(component, sessions, EventStream(broken)).build_app())
    health = client.request("GET", "/health")
    assert (health.status_code, health.json()) == (503, {"status": "failing", "inbox": "unreachable"})
    assert client.request("GET", "/events").status_code == 503


def read_frames(stream: EventStream, follower: Follower, count: int) -> list[bytes]:
    """Return the first frames of a stream."""

    async def main() -> list[bytes]:
        frames = stream._stream(follower, ("meeting.*",))
        first = [await anext(frames) for _ in range(count)]
        await frames.aclose()  # type: ignore[attr-defined]
        return first

    return asyncio.run(main())


def test_a_stream_without_events_sends_keep_alive_frames_with_the_last_id(
    store: SqliteInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_stream, "_KEEP_ALIVE_INTERVAL", 0.0)
    add_events(store, "user.created", "user.updated")
    stream = EventStream(store)
    assert read_frames(stream, Follower(store, 0), 2) == [b"retry: 2000\n\n", b": keep-alive\nid: 2\n\n"]
    assert stream.open_streams == 0


def test_line_breaks_in_a_body_do_not_end_its_frame(store: SqliteInbox) -> None:
    store.add_events(
        [IncomingEvent("k", "meeting.x", None, "a", "1", b'{"a":\r\n\n1,\r"b": "\\n"}\n\ndata: x', 1.0, "v1")]
    )
    _, frame = read_frames(EventStream(store), Follower(store, 0), 2)
    assert frame.count(b"\n") == 3
    assert b"\r" not in frame


def test_a_long_inbox_with_gaps_is_read_page_by_page(store: SqliteInbox) -> None:
    store.add_events(
        [IncomingEvent(str(at), "a.b", None, "a", "", b"{}", float(at), "webhook") for at in range(1, 1701)]
    )
    store.prune_events(601.0)
    store.add_events([IncomingEvent("1701", "a.b", None, "a", "", b"{}", 1701.0, "webhook")])
    follower = Follower(store, 0)
    pages = []
    while page := follower.read_next_page():
        pages.append([each.id for each in page])
    assert max(map(len, pages)) <= 500
    assert [number for page in pages for number in page] == [*range(601, 1701), 1701]
    assert follower.last_id == 1701


def test_a_stream_ends_when_its_reader_disconnects(store: SqliteInbox, tmp_path: Path) -> None:
    with Sandbox() as zoom, run_server(zoom, tmp_path, "--inbox", str(store.path)) as url:
        streams = [Stream(f"{url}/events") for _ in range(3)]
        assert "zoom_http_event_streams 3" in httpx.get(f"{url}/metrics").text
        for each in streams:
            threading.Thread(target=each.close).start()
        deadline = time.monotonic() + 10
        while "zoom_http_event_streams 0" not in httpx.get(f"{url}/metrics").text:
            assert time.monotonic() < deadline
            time.sleep(0.1)
