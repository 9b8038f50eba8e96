"""Test every event of Zoom from the sandbox to a listener.

The sandbox also repeats, reorders and delays deliveries and changes secrets.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event as Flag
from threading import Thread

import httpx
import pytest
from tests.support.deliveries import build_signed_headers

from zoom_component.asgi.server import create_server, open_socket
from zoom_component.events.inbox.protocols import EventQuery
from zoom_component.events.inbox.sqlite import SqliteInbox
from zoom_component.events.listeners import Dispatcher
from zoom_component.events.receiver import Receiver
from zoom_component.events.types import detect_drift
from zoom_component.events.webhook import Event, parse_event
from zoom_facts import find_event, list_event_names
from zoom_sandbox import Sandbox, Webhook

SECRET, NEXT_SECRET = "the-secret-of-today", "the-secret-of-tomorrow"


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[SqliteInbox]:
    store = SqliteInbox(tmp_path / "inbox.db")
    yield store
    store.close()


@contextmanager
def run_receiver(store: SqliteInbox, *secrets: str) -> Iterator[str]:
    """Run a receiver and yield its address."""
    with open_socket("127.0.0.1", 0) as listening_socket:
        ready = Flag()
        server = create_server(Receiver(store, list(secrets)), on_ready=ready.set)
        thread = Thread(target=server.run, args=([listening_socket],), daemon=True)
        thread.start()
        assert ready.wait(10)
        yield f"http://127.0.0.1:{listening_socket.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


def count_handled_events(store: SqliteInbox) -> Counter[str]:
    """Return how often a listener handled each event."""
    counts: Counter[str] = Counter()
    dispatcher = Dispatcher(store)

    @dispatcher.on("*")
    def listen(event: Event) -> None:
        counts[event.name] += 1

    store.replay_events(EventQuery(limit=10_000), ["listen"], time.time())
    dispatcher.run_until_idle()
    return counts


def test_every_event_is_stored_matches_its_schema_and_is_handled_once(inbox: SqliteInbox) -> None:
    names = list_event_names()
    with run_receiver(inbox, SECRET) as url, Sandbox(webhooks=[Webhook(url, SECRET)]) as zoom:
        for name in names:
            zoom.emit(name)
        assert {each.state for each in zoom.wait_for_deliveries(60)} == {"delivered"}
    bodies = {each.event.name: each.event.body for each in inbox.find_events(EventQuery(limit=10_000))}
    assert set(bodies) == set(names) - {"endpoint.url_validation"}
    for name, body in bodies.items():
        report = detect_drift(parse_event(body))
        assert report.is_known, name
        assert report.differences == (), name
    assert count_handled_events(inbox) == dict.fromkeys(bodies, 1)


def test_every_sample_is_stored_and_handled(inbox: SqliteInbox) -> None:
    samples = {name: event.sample for name in list_event_names() if (event := find_event(name)) and event.sample}
    with run_receiver(inbox, SECRET) as url, httpx.Client() as client:
        for sample in samples.values():
            body = json.dumps(sample).encode()
            headers = build_signed_headers(body, int(time.time()), SECRET)
            assert client.post(url, content=body, headers=headers).status_code == 200
    counts = count_handled_events(inbox)
    assert sum(counts.values()) == len(inbox.find_events(EventQuery(limit=10_000)))
    assert set(counts) == {sample["event"] for sample in samples.values()}


def test_repeated_late_and_reordered_deliveries_are_handled_once(inbox: SqliteInbox) -> None:
    with run_receiver(inbox, SECRET) as url, Sandbox(webhooks=[Webhook(url, SECRET, retry_speedup=6000)]) as zoom:
        zoom.add_fault(event="meeting.*", copies=2, events_ahead=3)
        for number in range(30):
            zoom.emit("meeting.started", {"payload.object.id": str(number)})
        zoom.wait_for_deliveries(30)
    assert count_handled_events(inbox) == {"meeting.started": 30}


def test_changing_the_secret_loses_no_event(inbox: SqliteInbox) -> None:
    with run_receiver(inbox, SECRET, NEXT_SECRET) as url:
        hooks = [Webhook(f"{url}/{number}", secret) for number, secret in enumerate((SECRET, NEXT_SECRET))]
        with Sandbox(webhooks=hooks) as zoom:
            zoom.emit("meeting.started")
            assert [each.state for each in zoom.wait_for_deliveries()] == ["delivered", "delivered"]
    assert count_handled_events(inbox) == {"meeting.started": 1}  # the same event from two addresses
