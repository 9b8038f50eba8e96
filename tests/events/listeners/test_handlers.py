"""Test what each kind of handler does with an event, and how it reports the outcome."""

from __future__ import annotations

import hashlib
import hmac
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.events.listeners.conftest import NOW, make_event
from tests.support.webhook_receiver import SECRET, WebhookReceiver

from zoom_component import Component
from zoom_component.events.inbox.protocols import Job
from zoom_component.events.listeners import Delivery, Reject, Retry
from zoom_component.events.listeners.action import ActionHandler
from zoom_component.events.listeners.forward import ForwardHandler
from zoom_component.events.listeners.functions import FunctionHandler, NotCallableError, import_function
from zoom_component.events.listeners.listener import make_delivery
from zoom_component.events.webhook import Notification, Verifier
from zoom_sandbox import Sandbox


def delivery(attempt: int = 1, **thing: Any) -> Delivery:
    return make_delivery(Job(7, "one", attempt, NOW + 30, make_event(1, **thing)))


def script(code: str) -> list[str]:
    return [sys.executable, "-c", code]


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as running:
        yield running


def test_a_receiver_for_zoom_verifies_a_forwarded_event(receiver: WebhookReceiver) -> None:
    ForwardHandler(receiver.url, SECRET, lambda: NOW + 0.9).handle(delivery(attempt=3), 5)
    [got] = receiver.accepted
    assert (got.raw, got.path) == (make_event(1).body, "/hooks?of=tests")
    assert isinstance(Verifier([SECRET]).verify(got.headers, got.raw, NOW), Notification)
    assert (got.headers["x-inbox-key"], got.headers["x-inbox-attempt"]) == (make_event(1).key, "3")
    message = f"v0:{int(NOW)}:{make_event(1).key}:3:".encode() + got.raw
    mine = "v0=" + hmac.new(SECRET.encode(), message, hashlib.sha256).hexdigest()
    assert got.headers["x-inbox-signature"] == mine
    with pytest.raises(Reject, match="got status 401"):
        ForwardHandler(receiver.url, "another secret").handle(delivery(), 5)
    assert len(receiver.rejected) == 1


@pytest.mark.parametrize("status", [400, 401, 404, 410, 422])
def test_a_rejected_event_is_not_sent_again(receiver: WebhookReceiver, status: int) -> None:
    receiver.answers = [status]
    with pytest.raises(Reject, match=f"got status {status}"):
        ForwardHandler(receiver.url, SECRET).handle(delivery(), 5)


@pytest.mark.parametrize("status", [302, 408, 429, 500, 503])
def test_a_temporary_failure_is_retried(receiver: WebhookReceiver, status: int) -> None:
    receiver.answers = [status]
    with pytest.raises(Retry, match=f"got status {status}"):
        ForwardHandler(receiver.url, SECRET).handle(delivery(), 5)
    assert len(receiver.accepted) == 1


def test_an_unreachable_target_is_retried(receiver: WebhookReceiver) -> None:
    receiver.answers = [3.0]
    with pytest.raises(Retry, match=r"no complete answer arrived within 0\.2 seconds"):
        ForwardHandler(receiver.url, SECRET).handle(delivery(), 0.2)
    with pytest.raises(Retry, match=r"127\.0\.0\.1, port 9, refused the connection"):
        ForwardHandler("http://127.0.0.1:9/x", SECRET).handle(delivery(), 5)


def test_the_retry_after_header_is_respected(monkeypatch: pytest.MonkeyPatch) -> None:
    from zoom_component.events.listeners import forward

    monkeypatch.setattr(forward, "_post", lambda *_: forward._Response(503, "120", ""))
    with pytest.raises(Retry) as caught:
        ForwardHandler("http://127.0.0.1/", SECRET).handle(delivery(), 5)
    assert caught.value.after == 120


@pytest.fixture(scope="module")
def zoom() -> Iterator[Sandbox]:
    with Sandbox() as running:
        yield running


@pytest.fixture
def connected(zoom: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Component:
    monkeypatch.setenv("ZOOM_BASE_URL", zoom.api_url)
    monkeypatch.setenv("ZOOM_TOKEN", zoom.issue_token())
    return Component.load()


def test_an_action_takes_its_inputs_from_the_event(connected: Component, zoom: Sandbox) -> None:
    run = ActionHandler(
        connected, "createMeeting", {"topic": "payload.object.topic", "agenda": "no.where"}, {"userId": "me"}
    )
    run.handle(delivery(topic="From an event"), 10)
    run.handle(delivery(topic="Another"), 10)
    assert next(iter(run.list_secrets()))
    run.close()
    with connected.connect() as session:
        topics = [meeting["topic"] for meeting in session.stream("listMeetings", {"userId": "me"})]
    assert {"From an event", "Another"} <= set(topics)


@pytest.mark.parametrize(
    ("key", "inputs", "fault", "raised", "message"),
    [
        ("getMeeting", {"meetingId": "123"}, None, Retry, "^not_found: "),
        ("getMeeting", {}, None, Reject, "^input_error: "),
        ("getMeeting", {"meetingId": "123"}, {"status": 503}, Retry, "^unavailable: "),
        ("createMeeting", {"userId": "me"}, {"status": 503}, Reject, "The action may have succeeded all the same"),
        ("createMeeting", {"userId": "me"}, {"status": 429, "retry_after": 40}, Retry, "^rate_limited: "),
    ],
)
def test_a_failed_action_is_retried_if_that_can_help(
    connected: Component,
    zoom: Sandbox,
    key: str,
    inputs: dict[str, str],
    fault: dict[str, Any] | None,
    raised: type[Exception],
    message: str,
) -> None:
    added = [zoom.add_fault("*", "*", body={"code": fault["status"]}, **fault)] if fault else []
    run = ActionHandler(connected, key, {}, inputs)
    try:
        with pytest.raises(raised, match=message) as caught:
            run.handle(delivery(), 10)
    finally:
        run.close()
        for each in added:
            zoom.engine.faults.remove(each)
    if fault and "retry_after" in fault:
        assert isinstance(caught.value, Retry)
        assert 30 < (caught.value.after or 0) <= 41


def test_a_function_is_imported_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "of_the_shop.py").write_text(
        "class Shop:\n    def ended(self, event): ...\nshop = Shop()\nnumber = 1\n"
    )
    (tmp_path / "broken_shop.py").write_text("1 / 0\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    FunctionHandler(import_function("of_the_shop:shop.ended")).handle(delivery(), 1)
    for name, message in {
        "of_the_shop": "expected module:function",
        "of_the_shop:": "expected module:function",
        "of_the_shop:gone": 'of_the_shop has no "gone"',
        "of_the_shop:number": "is not callable",
        "no_such_shop:x": "cannot import no_such_shop: ModuleNotFoundError",
        "broken_shop:x": "cannot import broken_shop: ZeroDivisionError",
    }.items():
        with pytest.raises(NotCallableError, match=message):
            import_function(name)
