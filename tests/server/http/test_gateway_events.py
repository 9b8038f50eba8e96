"""Events of an inbox over HTTP: as they come, from a time on, and from where a reader left off."""

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
from tests.server.http.test_gateway_process import serving

from zoom_component import Component
from zoom_component.events.inbox.protocols import Inbox, IncomingEvent
from zoom_component.events.inbox.sqlite import SqliteInbox
from zoom_component.events.receiver.follower import Follower
from zoom_component.server.http import event_stream as feeds
from zoom_component.server.http.app import HttpServer
from zoom_component.server.http.calls import SessionPool
from zoom_component.server.http.event_stream import EventStream
from zoom_sandbox import Sandbox


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteInbox]:
    opened = SqliteInbox(tmp_path / "inbox.db")
    yield opened
    opened.close()


def put(store: Inbox, *names: str, received: float | None = None) -> None:
    at = time.time() if received is None else received
    for name in names:
        body = json.dumps({"event": name, "payload": {"object": {"id": "1"}}}, indent=2).encode()
        store.add_events([IncomingEvent(f"{name} {time.monotonic_ns()}", name, None, "abc", "1", body, at, "webhook")])


class Stream:
    """A reader of server-sent events, as a browser is one."""

    def __init__(self, url: str, **how: Any) -> None:
        self._opened = httpx.stream("GET", url, timeout=20, **how)
        self.answer = self._opened.__enter__()
        self._lines = self.answer.iter_lines()
        self.last = ""

    def next(self) -> str:
        """The name of the next event."""
        data = ""
        for line in self._lines:
            if line.startswith("id: "):
                self.last = line[4:]
            elif line.startswith("data: "):
                data = line[6:]
            elif not line and data:
                return str(json.loads(data)["event"])
        raise AssertionError("the stream ended")

    def close(self) -> None:
        self._opened.__exit__(None, None, None)


def test_events_come_as_they_are_kept_and_a_reader_goes_on_where_it_was(store: SqliteInbox, tmp_path: Path) -> None:
    put(store, "meeting.created", received=time.time() - 9000)
    put(store, "meeting.started", received=time.time() - 60)
    with Sandbox() as zoom, serving(zoom, tmp_path, "--inbox", str(store.path)) as url:
        assert httpx.get(f"{url}/health").json() == {"status": "ok", "inbox": "open"}
        new = Stream(f"{url}/events")
        assert new.answer.headers["content-type"].startswith("text/event-stream")
        late = Stream(f"{url}/events", params={"since": "2h", "events": "meeting.*,!meeting.deleted"})
        assert late.next() == "meeting.started"
        put(store, "meeting.deleted", "user.created", "meeting.ended")
        assert [new.next(), new.next(), new.next()] == ["meeting.deleted", "user.created", "meeting.ended"]
        assert late.next() == "meeting.ended"
        late.close()
        put(store, "meeting.updated")
        again = Stream(f"{url}/events", params={"since": "2h"}, headers={"last-event-id": late.last})
        assert again.next() == "meeting.updated"
        began = time.monotonic()
    # Streams that are open do not keep the server from ending.
    assert time.monotonic() - began < 10
    with pytest.raises((AssertionError, httpx.RemoteProtocolError)):
        new.next()


@pytest.fixture
def gate(component: Component, sessions: SessionPool, store: SqliteInbox) -> HttpClient:
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
def test_what_is_wrong_with_a_subscription_is_told(
    gate: HttpClient, query: str, headers: Any, inputs: list[str]
) -> None:
    answer = gate.request("GET", f"/events?{query}", headers=headers)
    assert answer.status_code == 400
    assert [each["input"] for each in answer.json()["error"]["problems"]] == inputs


def test_without_an_inbox_there_are_no_events(component: Component, sessions: SessionPool) -> None:
    answer = HttpClient(HttpServer(component, sessions).build_app()).request("GET", "/events")
    assert answer.status_code == 404
    assert "--inbox" in answer.json()["error"]["message"]


def test_there_are_so_many_streams_and_no_more(component: Component, sessions: SessionPool, store: SqliteInbox) -> None:
    answer = HttpClient(HttpServer(component, sessions, EventStream(store, max_streams=0)).build_app()).request(
        "GET", "/events"
    )
    assert answer.status_code == 503


def test_an_inbox_that_is_gone_is_told(component: Component, sessions: SessionPool) -> None:
    class Broken:
        def find(self, question: Any) -> Any:
            raise OSError("the disk is gone")

    broken: Any = Broken()
    gate = HttpClient(HttpServer(component, sessions, EventStream(broken)).build_app())
    health = gate.request("GET", "/health")
    assert (health.status_code, health.json()) == (503, {"status": "failing", "inbox": "unreachable"})
    assert gate.request("GET", "/events").status_code == 503


def frames(feed: EventStream, follower: Follower, count: int) -> list[bytes]:
    """The first pieces of a stream."""

    async def main() -> list[bytes]:
        stream = feed._stream(follower, ("meeting.*",))
        found = [await anext(stream) for _ in range(count)]
        await stream.aclose()  # type: ignore[attr-defined]
        return found

    return asyncio.run(main())


def test_a_quiet_stream_breathes_and_tells_how_far_it_is(store: SqliteInbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "_BREATH", 0.0)
    put(store, "user.created", "user.updated")
    feed = EventStream(store)
    assert frames(feed, Follower(store, 0), 2) == [b"retry: 2000\n\n", b": still here\nid: 2\n\n"]
    assert feed.open_streams == 0


def test_what_came_cannot_break_out_of_its_line(store: SqliteInbox) -> None:
    store.add_events(
        [IncomingEvent("k", "meeting.x", None, "a", "1", b'{"a":\r\n\n1,\r"b": "\\n"}\n\ndata: no', 1.0, "v1")]
    )
    _, frame = frames(EventStream(store), Follower(store, 0), 2)
    assert frame.count(b"\n") == 3
    assert b"\r" not in frame


def test_a_long_inbox_is_read_page_by_page_with_its_gaps(store: SqliteInbox) -> None:
    store.add_events(
        [IncomingEvent(str(at), "a.b", None, "a", "", b"{}", float(at), "webhook") for at in range(1, 1701)]
    )
    store.prune_events(601.0)
    store.add_events([IncomingEvent("600", "a.b", None, "a", "", b"{}", 1701.0, "webhook")])
    follower = Follower(store, 0)
    pages = []
    while page := follower.read_next_page():
        pages.append([each.id for each in page])
    assert max(map(len, pages)) <= 500
    assert [number for page in pages for number in page] == [*range(601, 1701), 1701]
    assert follower.last_id == 1701


def test_whoever_hangs_up_is_let_go(store: SqliteInbox, tmp_path: Path) -> None:
    with Sandbox() as zoom, serving(zoom, tmp_path, "--inbox", str(store.path)) as url:
        streams = [Stream(f"{url}/events") for _ in range(3)]
        assert "zoom_gateway_event_streams 3" in httpx.get(f"{url}/metrics").text
        for each in streams:
            threading.Thread(target=each.close).start()
        deadline = time.monotonic() + 10
        while "zoom_gateway_event_streams 0" not in httpx.get(f"{url}/metrics").text:
            assert time.monotonic() < deadline
            time.sleep(0.1)
