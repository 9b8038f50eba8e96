"""Test tolerant parsing of events, and their keys."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.deliveries import NOW, build_event_body

from zoom_component.events.webhook import Event, parse_event


def test_an_event_has_a_name_time_account_and_object() -> None:
    event = parse_event(build_event_body("meeting.started", id=85746065432, topic="Daily"))
    assert (event.name, event.account_id, event.object_id) == ("meeting.started", "AAAB", "85746065432")
    assert event.occurred_at == datetime(2026, 3, 10, 11, tzinfo=UTC)
    assert event.object["topic"] == "Daily"


@pytest.mark.parametrize(
    "body",
    [
        b"7",
        b'{"event": null, "event_ts": "soon", "payload": []}',
        b'{"event": {}, "event_ts": true, "payload": {"object": "text"}}',
        b'{"event": [1], "event_ts": 1e308, "payload": {"object": {}}}',
    ],
)
def test_missing_and_wrongly_typed_values_read_as_empty(body: bytes) -> None:
    event = parse_event(body)
    assert (event.name, event.account_id, event.object_id, dict(event.object)) == ("", "", "", {})
    assert event.occurred_at is None
    assert event.key


def test_an_object_whose_id_is_null_has_no_id() -> None:
    event = parse_event(b'{"event": "meeting.started", "payload": {"object": {"id": null}}}')
    assert (event.object_id, dict(event.object)) == ("", {"id": None})


def test_the_key_ignores_spacing_order_and_download_token() -> None:
    body = json.loads(build_event_body())
    other = json.dumps(dict(reversed(body.items())) | {"download_token": "abc"}, indent=2).encode()
    assert parse_event(other).key == parse_event(build_event_body()).key


@pytest.mark.parametrize(
    "other",
    [
        build_event_body("meeting.ended"),
        build_event_body(at=NOW * 1000 + 1),
        build_event_body(id="85746065433"),
        build_event_body(id="85746065432", participant={"user_id": "2"}),
    ],
)
def test_different_events_have_different_keys(other: bytes) -> None:
    assert parse_event(other).key != parse_event(build_event_body()).key


def test_the_key_without_event_ts_uses_the_bytes_and_the_signature_time() -> None:
    body = b'{"event": "meeting.started"}'
    assert parse_event(body, "1").key == parse_event(body, "1").key
    assert parse_event(body, "1").key != parse_event(body, "2").key


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=5), part, max_size=3),
    )
)
def test_any_json_can_be_parsed(value: object) -> None:
    event = parse_event(json.dumps({"event": "x", "event_ts": 1, "payload": value}).encode())
    assert event.name == "x"
    assert len(event.key) == 40


def test_threads_compute_the_key_at_the_same_time() -> None:
    """A lock would be held for ever in a process that is forked while another thread computes a key."""
    is_begun, may_end = threading.Event(), threading.Event()

    class SlowBody(dict[str, Any]):
        def get(self, name: str, default: Any = None) -> Any:
            is_begun.set()
            may_end.wait(20)
            return super().get(name, default)

    slow = Event(b"{}", SlowBody(event="meeting.ended"))
    thread = threading.Thread(target=lambda: slow.key)
    thread.start()
    assert is_begun.wait(20)
    assert Event(b"{}", {"event": "meeting.started"}).key
    assert thread.is_alive()
    may_end.set()
    thread.join()
