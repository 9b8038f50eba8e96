"""Every event that Zoom knows goes the whole way: announced, signed, verified, kept, compared and handed to a listener.

The embedded Zoom misbehaves on the way, too: deliveries come twice, out of order, late, after a change of secrets.
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

from zoom_component.events.inbox.protocols import EventQuery
from zoom_component.events.inbox.sqlite import SqliteInbox
from zoom_component.events.listeners import Dispatcher
from zoom_component.events.receiver import Receiver
from zoom_component.events.receiver.server import create_server, open_socket
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
def receiving(store: SqliteInbox, *secrets: str) -> Iterator[str]:
    """A receiver with an address of its own."""
    with open_socket("127.0.0.1", 0) as at:
        ready = Flag()
        served = create_server(Receiver(store, list(secrets)), on_ready=ready.set)
        thread = Thread(target=served.run, args=([at],), daemon=True)
        thread.start()
        assert ready.wait(10)
        yield f"http://127.0.0.1:{at.getsockname()[1]}"
        served.should_exit = True
        thread.join(10)


def heard(store: SqliteInbox) -> Counter[str]:
    """How often a listener got each event."""
    got: Counter[str] = Counter()
    dispatcher = Dispatcher(store)

    @dispatcher.on("*")
    def listen(event: Event) -> None:
        got[event.name] += 1

    store.replay_events(EventQuery(limit=10_000), ["listen"], time.time())
    dispatcher.run_until_idle()
    return got


def test_every_event_is_verified_kept_compared_and_handed_on_once(inbox: SqliteInbox) -> None:
    names = list_event_names()
    with receiving(inbox, SECRET) as url, Sandbox(webhooks=[Webhook(url, SECRET)]) as zoom:
        for name in names:
            zoom.emit(name)
        assert {each.state for each in zoom.wait_for_deliveries(60)} == {"delivered"}
    kept = {each.event.name: each.event.body for each in inbox.find_events(EventQuery(limit=10_000))}
    assert set(kept) == set(names) - {"endpoint.url_validation"}
    for name, body in kept.items():
        found = detect_drift(parse_event(body))
        assert found.is_known, name
        assert found.differences == (), name
    assert heard(inbox) == dict.fromkeys(kept, 1)


def test_every_sample_of_zooms_own_is_kept_and_handed_on(inbox: SqliteInbox) -> None:
    samples = {name: event.sample for name in list_event_names() if (event := find_event(name)) and event.sample}
    with receiving(inbox, SECRET) as url, httpx.Client() as client:
        for sample in samples.values():
            body = json.dumps(sample).encode()
            headers = build_signed_headers(body, int(time.time()), SECRET)
            assert client.post(url, content=body, headers=headers).status_code == 200
    got = heard(inbox)
    assert sum(got.values()) == len(inbox.find_events(EventQuery(limit=10_000)))
    assert set(got) == {sample["event"] for sample in samples.values()}


def test_what_comes_twice_late_or_out_of_order_is_handed_on_once(inbox: SqliteInbox) -> None:
    with receiving(inbox, SECRET) as url, Sandbox(webhooks=[Webhook(url, SECRET, retry_speedup=6000)]) as zoom:
        zoom.add_fault(event="meeting.*", copies=2, events_ahead=3)
        for number in range(30):
            zoom.emit("meeting.started", {"payload.object.id": str(number)})
        zoom.wait_for_deliveries(30)
    assert heard(inbox) == {"meeting.started": 30}


def test_secrets_change_without_a_lost_event(inbox: SqliteInbox) -> None:
    with receiving(inbox, SECRET, NEXT_SECRET) as url:
        hooks = [Webhook(f"{url}/{number}", secret) for number, secret in enumerate((SECRET, NEXT_SECRET))]
        with Sandbox(webhooks=hooks) as zoom:
            zoom.emit("meeting.started")
            assert [each.state for each in zoom.wait_for_deliveries()] == ["delivered", "delivered"]
    assert heard(inbox) == {"meeting.started": 1}  # the same event from two addresses
