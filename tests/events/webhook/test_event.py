"""Test tolerant parsing of events, and their keys."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
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


BODY = json.loads(build_event_body())
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
JSON = st.recursive(
    SCALARS, lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=5), part, max_size=3)
)
MEMBERS = st.dictionaries(
    st.sampled_from(["account_id", "operator", "tenant", "payload", "event_ts", "event"]) | st.text(max_size=5),
    JSON,
    max_size=4,
).map(lambda members: {**members, "event": "meeting.started", "event_ts": 1})


def build_key(body: object, **options: Any) -> str:
    return parse_event(json.dumps(body, **options).encode("utf-8", "surrogatepass")).key


@pytest.mark.parametrize("name", ["account_id", "operator", "sequence", "user_id", "x"])
def test_a_top_level_member_tells_events_apart(name: str) -> None:
    keys = {build_key(body) for body in (BODY, {**BODY, name: 1}, {**BODY, name: 2}, {**BODY, name: "1"})}
    assert len(keys) == 4


@settings(max_examples=50)
@given(MEMBERS, MEMBERS)
def test_events_that_differ_in_any_member_have_different_keys(one: dict[str, Any], other: dict[str, Any]) -> None:
    first, second = (
        json.dumps({name: value for name, value in body.items() if name != "download_token"}, sort_keys=True)
        for body in (one, other)
    )
    assert (build_key(one) == build_key(other)) == (first == second)


@settings(max_examples=50)
@given(MEMBERS, st.text(max_size=8), st.integers(0, 3))
def test_another_delivery_of_an_event_has_the_same_key(body: dict[str, Any], token: str, indent: int) -> None:
    reordered = {"download_token": token, **dict(reversed(body.items()))}
    assert build_key(reordered, indent=indent) == build_key(body)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.0000000000000001", "1.0"),
        ("1e400", "1e500"),
        ("0.10", "0.1"),
        ("9007199254740993.0", "9007199254740992.0"),
        ('{"a": 1, "a": 2}', '{"a": 2}'),
        ('{"a": [{"b": 1, "b": 2}]}', '{"a": [{"b": 2}]}'),
        ("1" * 5000, '"' + "1" * 5000 + '"'),
    ],
)
def test_bodies_that_python_reads_as_equal_have_different_keys(one: str, other: str) -> None:
    keys = {parse_event(b'{"event": "x", "event_ts": 1, "payload": %s}' % text.encode()).key for text in (one, other)}
    assert len(keys) == 2


@pytest.mark.parametrize("number", ["1.50", "1e3", "123456789012345678901.5"])
def test_a_number_in_another_form_than_pythons_is_the_same_in_each_delivery(number: str) -> None:
    body = b'{"event": "x", "event_ts": 1, "payload": {"a": %s}}' % number.encode()
    again = b' {"payload":{"a":%s},"download_token":"new","event":"x","event_ts":1}' % number.encode()
    assert parse_event(body).key == parse_event(again).key


def test_the_keys_of_ordinary_events_stay_what_they_were() -> None:
    """An event that came before an upgrade and comes again after it is a duplicate."""
    body = b'{"event":"meeting.started","event_ts":1773140400000,"payload":{"account_id":"AAAB","object":{"id":"1"}}}'
    assert parse_event(body).key == "9c9502e92542a4b63e52daa36d52a264ce70b41b"


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
