"""Test recordings: what they contain, what they never contain, and how strictly they are retransport."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.testing.conftest import COMPONENT, Write

from zoom_component.errors import SpecError
from zoom_component.spec.yaml12 import parse_yaml
from zoom_component.testing.backends import SandboxBackend
from zoom_component.testing.exchanges import RecordedExchange
from zoom_component.testing.numbered_redaction import redact
from zoom_component.testing.recording import (
    RecordingWriter,
    Replay,
    ReplayTransport,
    UnrecordedRequest,
    UnusedExchanges,
    equals_recorded,
)
from zoom_component.testing.recording_backends import RecordingBackend, ReplayBackend
from zoom_component.testing.runner import run_spec
from zoom_component.testing.spec_files import load_spec

SPEC = """
name: A walk
sandbox: {users: 4}
steps:
  - name: made
    run: createMeeting
    inputs: {userId: me, topic: Daily, password: tRick7}
  - run: listUsers
    inputs: {status: active}
    pageSize: 3
    faults: [{path: /users, drop: true, calls: [2]}]
    expect: {schema: {properties: {users: {minItems: 8}}}}
  - run: getMeeting
    inputs: {meetingId: "${made.id}"}
    expect: {paths: {topic: Daily}}
"""
texts = st.text() | st.sampled_from(["NO", "on", "12:30", "1e5", "0o17", "089", "~", "a: b", "1_000", "é\u2028\ud7ff"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


def record(write: Write, text: str = SPEC, name: str = "one.test.yaml") -> Path:
    spec = load_spec(write(text, name), COMPONENT.catalogue.action_keys())
    recording = RecordingWriter(Path("zoom.yaml"))
    result = run_spec(spec, RecordingBackend(SandboxBackend(COMPONENT), recording))
    assert result.failures == ()
    recording.write()
    return Path("zoom.yaml")


def replay(text: str, write: Write) -> Any:
    spec = load_spec(write(text), COMPONENT.catalogue.action_keys())
    return run_spec(spec, ReplayBackend(COMPONENT, Replay.from_file(Path("zoom.yaml"))))


def test_a_recording_is_replayed_with_pages_and_faults(write: Write) -> None:
    text = record(write).read_text(encoding="utf-8")
    assert "error: broken" in text
    assert replay(SPEC, write).failures == ()


def test_a_replay_does_not_check_events(write: Write) -> None:
    text = SPEC.replace("password: tRick7}", "password: tRick7}\n    expect: {events: [{event: meeting.created}]}")
    record(write, text)
    assert replay(text, write).failures == ()


def test_a_uuid_is_not_a_secret(write: Write) -> None:
    text = SPEC.replace("${made.id}", "${made.uuid}")
    exchanges = parse_yaml(record(write, text).read_text(encoding="utf-8"), "").value["exchanges"]
    assert len(exchanges[1]["response"]["body"]["uuid"]) == 24
    assert replay(text, write).failures == ()


def test_no_secret_is_written(write: Write) -> None:
    text = record(write).read_text(encoding="utf-8")
    assert "tRick7" not in text
    assert "Bearer" not in text
    assert "authorization" not in text.lower()
    sent, received = [
        parse_yaml(text, "").value["exchanges"][1][side]["body"]["password"] for side in ("request", "response")
    ]
    assert sent == received == "[redacted-2]"
    assert "zak=[redacted" in text
    assert 'next_page_token: "[redacted' in text


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("topic: Daily, ", "topic: Weekly, "), "the recording has no POST /users/me/meetings: the query or the body"),
        (("run: getMeeting", "run: getMeetingInvitation"), "the next recorded request is GET /meetings/"),
        (
            ("  - run: getMeeting\n", "  - run: getMeeting\n    inputs: {meetingId: '8'}\n  - run: getMeeting\n"),
            "no GET",
        ),
    ],
)
def test_an_unrecorded_request_fails_with_a_message(write: Write, change: tuple[str, str], message: str) -> None:
    record(write)
    (failure,) = replay(SPEC.replace(*change).replace("{topic: Daily}", "{}"), write).failures
    assert message in failure.message
    assert failure.message.endswith("Record the run again")


def test_an_unused_exchange_fails_with_a_message(write: Write) -> None:
    record(write)
    (failure,) = replay(SPEC.partition("  - run: getMeeting")[0], write).failures
    assert failure.message.startswith("1 recorded exchange was not used; the first is GET /meetings/")


def test_an_invalid_recording_is_reported_with_places(write: Write) -> None:
    path = write("exchanges:\n- {request: {method: GET, pat: /a}, response: {}}\n", "bad.yaml")
    with pytest.raises(SpecError) as raised:
        Replay.from_file(path)
    assert 'bad.yaml:2:27: unknown key "pat"; did you mean path?' in raised.value.diagnostics


@given(values)
def test_any_body_survives_a_recording(tmp_path_factory: pytest.TempPathFactory, body: Any) -> None:
    path = tmp_path_factory.mktemp("recording") / "one.yaml"
    exchange = RecordedExchange("POST", "/a", [("q", "1"), ("q", "2"), ("r", "no")], body, 200, {}, body)
    if redact(exchange.as_json()) != json.loads(json.dumps(exchange.as_json())):
        return
    recording = RecordingWriter(path)
    recording.add_exchanges([exchange])
    recording.write()
    ((_, stored),) = Replay.from_file(path)._exchanges
    assert (stored.query, stored.body, stored.response_body) == (exchange.query, body, body)


@pytest.mark.parametrize(
    ("value", "redacted"),
    [
        ({"password": "abc123", "text": "it is abc123."}, {"password": "[redacted-1]", "text": "it is [redacted-1]."}),
        (
            [{"key": "X-Api-Key", "value": "abc"}, {"key": "X-Trace", "value": "abc"}],
            [{"key": "X-Api-Key", "value": "[redacted-1]"}, {"key": "X-Trace", "value": "abc"}],
        ),
        (
            {"data": '{"password": "abc123"}', "sent": {"password": "abc123"}},
            {"data": '{"password": "[redacted-1]"}', "sent": {"password": "[redacted-1]"}},
        ),
        ({"pin": "1", "type": "1"}, {"pin": "[redacted-1]", "type": "1"}),
        ({"password": "", "default_password": "true"}, {"password": "", "default_password": "true"}),
        ({"pin": 1234, "use_pmi_password": False}, {"pin": "[redacted]", "use_pmi_password": False}),
        ({"start_url": "https://z/s/1?zak=eyJ0"}, {"start_url": "https://z/s/1?zak=[redacted-1]"}),
        (
            {"download_url": "https://z/d?access_token=abcd1234&x=1", "q": {"access_token": "abcd1234"}},
            {"download_url": "https://z/d?access_token=[redacted-1]&x=1", "q": {"access_token": "[redacted-1]"}},
        ),
        (
            [{"tk": "one1"}, {"token": "two2"}, "one1"],
            [{"tk": "[redacted-1]"}, {"token": "[redacted-2]"}, "[redacted-1]"],
        ),
        ({"Authorization": "Bearer abcdefgh12"}, {"Authorization": "[redacted-1]"}),
        ("Authorization: Bearer abcdefgh12", "Authorization: Bearer [redacted-1]"),
    ],
)
def test_each_secret_gets_its_own_placeholder(value: Any, redacted: Any) -> None:
    assert redact(value) == redacted
    assert redact(redacted) == redacted


def test_a_placeholder_matches_any_value() -> None:
    assert equals_recorded({"a": "[redacted-1]"}, {"a": "x"})
    assert equals_recorded("?zak=[redacted-2]&b=1", "?zak=abc&b=1")
    assert not equals_recorded("?zak=[redacted-2]&b=1", "?zak=abc&b=2")
    assert not equals_recorded({"a": 1}, {"a": True})
    assert not equals_recorded({"a": 1}, {"a": 1, "b": 2})


def test_each_exchange_is_used_once_and_errors_are_replayed() -> None:
    transport = ReplayTransport(
        [
            RecordedExchange("GET", "/a", status=200, response_body={"n": 1}),
            RecordedExchange("GET", "/a", error="timeout"),
        ]
    )
    request = httpx.Request("GET", "http://127.0.0.1/v2/a")
    assert transport.handle_request(request).json() == {"n": 1}
    with pytest.raises(UnusedExchanges):
        transport.check_all_used()
    with pytest.raises(httpx.ReadTimeout):
        transport.handle_request(request)
    transport.check_all_used()
    with pytest.raises(UnrecordedRequest, match="the recording has no GET /a: all recorded exchanges are used"):
        transport.handle_request(request)
    with pytest.raises(UnrecordedRequest):
        transport.check_all_used()
