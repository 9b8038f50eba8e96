"""Test webhooks over HTTP: an endpoint is validated, gets signed events, and gets them again after a failure."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from http.client import BadStatusLine, HTTPConnection
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import httpx
import pytest
from tests.support.broken_servers import DRIPS, drip, serve
from tests.support.loopback_server import find_refused_port
from tests.support.webhook_receiver import SECRET, WebhookReceiver

from zoom_sandbox import ManualClock, Sandbox, Webhook, WebhookDelivery
from zoom_sandbox.events import EventPublisher
from zoom_sandbox.events.http_post import post_bytes

NOW = 1_773_140_400
FAST = 60_000.0  # turns minutes of retries into milliseconds


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as opened:
        yield opened


def create_sandbox(receiver: WebhookReceiver, *patterns: str, **options: Any) -> Sandbox:
    hook = Webhook(receiver.url, SECRET, patterns or ("*",), **{"retry_speedup": FAST, **options})
    return Sandbox(clock=ManualClock(NOW), webhooks=[hook])


def create_meeting(zoom: Sandbox, topic: str = "Daily") -> dict[str, Any]:
    headers = {"authorization": f"Bearer {zoom.issue_token()}"}
    with httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test/v2", headers=headers) as client:
        answer = client.post("/users/me/meetings", json={"topic": topic})
    assert answer.status_code == 201
    return dict(answer.json())


def test_an_event_is_signed_over_its_bytes(receiver: WebhookReceiver) -> None:
    zoom = create_sandbox(receiver)
    made = create_meeting(zoom, "Café – 日本")
    (delivery,) = zoom.wait_for_deliveries()
    (request,) = receiver.accepted
    assert request.path == "/hooks?of=tests"
    assert request.headers["content-type"] == "application/json; charset=utf-8"
    assert request.headers["clientid"] == "sandbox-client"
    assert request.headers["x-zm-request-timestamp"] == str(NOW)
    assert "authorization" not in request.headers
    assert "Café – 日本".encode() in request.raw
    body = receiver.last()
    assert (body["event"], body["event_ts"]) == ("meeting.created", NOW * 1000)
    assert body["payload"]["object"]["id"] == made["id"]
    assert receiver.rejected == []
    assert (delivery.event, delivery.state, delivery.status) == ("meeting.created", "delivered", 200)
    assert delivery.json() == body
    assert len(delivery.attempts) == 1
    assert 0 < delivery.latency < 3


def test_the_endpoint_is_validated_before_the_first_delivery_and_after_three_days(
    receiver: WebhookReceiver,
) -> None:
    clock = ManualClock(NOW)
    zoom = Sandbox(clock=clock, webhooks=[Webhook(receiver.url, SECRET)])
    for _ in range(2):
        create_meeting(zoom)
    zoom.wait_for_deliveries()
    assert len(receiver.validations) == 1
    validation = receiver.validations[0].json()
    assert validation["event"] == "endpoint.url_validation"
    assert validation["event_ts"] == NOW * 1000
    assert list(validation["payload"]) == ["plainToken"]
    clock.advance(72 * 3600)
    create_meeting(zoom)
    zoom.wait_for_deliveries()
    assert len(receiver.validations) == 2
    assert len({each.raw for each in receiver.validations}) == 2


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (False, "is not the HMAC-SHA256 of the plainToken"),
        ("", "is not JSON"),
        ("[]", "is not a JSON object"),
        ("{}", "does not return the plainToken"),
        ('{"plainToken": "other", "encryptedToken": "other"}', "does not return the plainToken"),
    ],
)
def test_an_endpoint_that_does_not_know_the_secret_gets_nothing(
    receiver: WebhookReceiver, answer: bool | str, message: str
) -> None:
    receiver.validates = answer
    zoom = create_sandbox(receiver)
    create_meeting(zoom)
    (delivery,) = zoom.wait_for_deliveries()
    assert (delivery.state, delivery.attempts) == ("refused", ())
    assert message in delivery.problem
    assert delivery.problem.startswith("nothing was sent")
    assert receiver.accepted == []
    receiver.validates = True
    create_meeting(zoom)
    assert [each.state for each in zoom.wait_for_deliveries()] == ["refused", "delivered"]


def test_another_secret_is_refused_by_both(receiver: WebhookReceiver) -> None:
    receiver.secret = "another-secret"
    zoom = create_sandbox(receiver)
    create_meeting(zoom)
    (delivery,) = zoom.wait_for_deliveries()
    assert delivery.state == "refused"
    assert "401" in delivery.problem
    assert len(receiver.rejected) == 1


def test_a_retry_is_the_same_delivery_with_the_same_signature(receiver: WebhookReceiver) -> None:
    receiver.answers = [500, 302]
    zoom = create_sandbox(receiver)
    create_meeting(zoom)
    (delivery,) = zoom.wait_for_deliveries()
    assert [each.status for each in delivery.attempts] == [500, 302, 200]
    assert [bool(each.problem) for each in delivery.attempts] == [True, True, False]
    assert delivery.state == "delivered"
    assert len({(each.raw, each.headers["x-zm-signature"]) for each in receiver.accepted}) == 1
    assert {each.path for each in receiver.accepted} == {"/hooks?of=tests"}


def test_a_delivery_fails_after_three_retries(receiver: WebhookReceiver) -> None:
    receiver.answers = [503] * 9
    zoom = create_sandbox(receiver)
    create_meeting(zoom)
    (delivery,) = zoom.wait_for_deliveries()
    assert (delivery.state, len(delivery.attempts)) == ("failed", 4)
    assert delivery.problem == "expected a status from 200 to 299, got 503"


def test_retries_keep_zooms_intervals(receiver: WebhookReceiver) -> None:
    receiver.answers = [500] * 9
    zoom = create_sandbox(receiver, retry_speedup=3000.0)
    began = time.monotonic()
    create_meeting(zoom)
    zoom.wait_for_deliveries()
    duration = (5 + 20 + 60) * 60 / 3000
    assert duration <= time.monotonic() - began < duration + 2


def test_a_pending_retry_is_dropped_when_the_sandbox_is_left(receiver: WebhookReceiver) -> None:
    receiver.answers = [500]
    with create_sandbox(receiver, retry_speedup=1.0) as zoom:
        create_meeting(zoom)
        with pytest.raises(TimeoutError, match=r"1 delivery is still pending; .* meeting.created to http.*500"):
            zoom.wait_for_deliveries(0.2)
        (delivery,) = zoom.deliveries
        assert (delivery.state, len(delivery.attempts)) == ("waiting", 1)
    (delivery,) = zoom.deliveries
    assert delivery.state == "dropped"
    for worker in [each for each in threading.enumerate() if each.name == "sandbox-webhook"]:
        worker.join(2)
        assert not worker.is_alive()


def test_a_timeout_is_a_failure_and_does_not_delay_the_api(receiver: WebhookReceiver) -> None:
    receiver.answers = [30.0]
    zoom = create_sandbox(receiver, timeout=0.5)
    began = time.monotonic()
    create_meeting(zoom)
    assert time.monotonic() - began < 0.5
    (delivery,) = zoom.wait_for_deliveries()
    assert delivery.attempts[0].status is None
    assert delivery.attempts[0].problem == "no answer arrived within 0.5 seconds"
    assert delivery.attempts[0].latency >= 0.5
    assert Webhook(receiver.url, SECRET).timeout == 3.0


def test_a_refused_connection_is_reported() -> None:
    with find_refused_port() as port:
        zoom = Sandbox(webhooks=[Webhook(f"http://127.0.0.1:{port}", SECRET)])
        zoom.emit("meeting.started")
        (delivery,) = zoom.wait_for_deliveries()
    assert delivery.state == "refused"
    assert "the connection was refused" in delivery.problem


def test_network_problems_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    problems = {
        socket.gaierror("unknown"): "the DNS lookup of the host failed",
        ConnectionRefusedError("refused"): "the connection was refused",
        TimeoutError(): "no answer arrived within 1.5 seconds",
        BadStatusLine("x"): "the answer is not HTTP",
        OSError(101, "Network is unreachable"): "the connection failed: network is unreachable",
    }
    for error, message in problems.items():
        monkeypatch.setattr(HTTPConnection, "request", Mock(side_effect=error))
        answer = post_bytes("http://127.0.0.1:9", {}, b"{}", timeout=1.5)
        assert (answer.status, answer.problem) == (None, message)


@pytest.mark.parametrize("where", DRIPS)
def test_an_endpoint_that_drips_fails_in_time(where: str) -> None:
    with serve(drip(*DRIPS[where])) as port:
        answer = post_bytes(f"http://127.0.0.1:{port}/", {}, b"{}", timeout=0.3)
    assert (answer.status, answer.problem) == (None, "no answer arrived within 0.3 seconds")


def test_each_webhook_gets_its_events(receiver: WebhookReceiver) -> None:
    with WebhookReceiver("second-secret") as other:
        hooks = [
            Webhook(receiver.url, SECRET, ["user.*", "meeting.deleted"]),
            Webhook(other.url, "second-secret", ["meeting.*"], authorization="Bearer of-the-receiver"),
        ]
        zoom = Sandbox(webhooks=hooks)
        for event in ("meeting.created", "user.created", "meeting.deleted", "recording.completed"):
            zoom.emit(event)
        zoom.wait_for_deliveries()
        assert receiver.events == ["user.created", "meeting.deleted"]
        assert other.events == ["meeting.created", "meeting.deleted"]
        assert other.accepted[0].headers["authorization"] == "Bearer of-the-receiver"
        assert "of-the-receiver" not in repr(zoom.deliveries)
        assert "second-secret" not in repr(hooks)


def test_events_arrive_in_order_without_a_fault(receiver: WebhookReceiver) -> None:
    zoom = create_sandbox(receiver)
    names = ["meeting.created", "meeting.started", "meeting.ended"]
    for name in names:
        zoom.emit(name)
    zoom.wait_for_deliveries()
    assert receiver.events == names
    zoom.add_fault(event="meeting.created", events_ahead=2)
    for name in names:
        zoom.emit(name)
    zoom.wait_for_deliveries()
    assert receiver.events[3:] == ["meeting.started", "meeting.ended", "meeting.created"]
    zoom.emit("meeting.created")
    assert zoom.deliveries[-1].state == "waiting"
    assert zoom.wait_for_deliveries()[-1].state == "delivered"


def test_with_all_events_held_each_second_one_is_ahead(receiver: WebhookReceiver) -> None:
    zoom = create_sandbox(receiver)
    zoom.add_fault(event="*", events_ahead=1)
    for name in ("meeting.created", "meeting.started", "meeting.ended", "meeting.deleted"):
        zoom.emit(name)
    zoom.wait_for_deliveries()
    assert receiver.events == ["meeting.started", "meeting.created", "meeting.deleted", "meeting.ended"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_callback_that_fails_does_not_stop_deliveries(receiver: WebhookReceiver) -> None:
    zoom = create_sandbox(receiver)
    states: list[str] = []

    def fail(delivery: WebhookDelivery) -> None:
        states.append(delivery.state)
        raise RuntimeError("the callback failed")

    zoom.engine.account.store(EventPublisher).add_attempt_callback(fail)
    for count in (1, 2):
        zoom.emit("meeting.created")
        zoom.wait_for_deliveries()
        for worker in [each for each in threading.enumerate() if each.name == "sandbox-webhook"]:
            worker.join(2)
        assert states == ["delivered"] * count


def test_duplicates_and_losses(receiver: WebhookReceiver) -> None:
    zoom = create_sandbox(receiver)
    zoom.add_fault(event="meeting.*", copies=2, calls=[2])
    zoom.add_fault(event="user.*", copies=0)
    for name in ("meeting.started", "user.created", "meeting.ended", "meeting.deleted"):
        zoom.emit(name)
    zoom.wait_for_deliveries()
    assert receiver.events == ["meeting.started", "meeting.ended", "meeting.ended", "meeting.deleted"]
    assert receiver.accepted[1].raw == receiver.accepted[2].raw
    zoom.clear_faults()
    zoom.emit("user.created")
    zoom.wait_for_deliveries()
    assert receiver.events[-1] == "user.created"


def test_faults_of_deliveries_in_a_file_and_the_admin_api(receiver: WebhookReceiver, tmp_path: Path) -> None:
    file = tmp_path / "faults.yaml"
    file.write_text("- {event: meeting.started, calls: 2, copies: 2}\n- {event: meeting.ended, events_ahead: 1}\n")
    zoom = Sandbox(webhooks=[Webhook(receiver.url, SECRET)], faults=file)
    for name in ("meeting.started", "meeting.ended", "meeting.started"):
        zoom.emit(name)
    zoom.wait_for_deliveries()
    assert receiver.events == ["meeting.started", "meeting.started", "meeting.started", "meeting.ended"]
    with httpx.Client(transport=zoom.create_transport(), base_url="http://127.0.0.1/_sandbox") as admin:
        faults = admin.get("/faults").json()["faults"]
        assert [(each["event"], each["matches"], each["hits"]) for each in faults] == [
            ("meeting.ended", 1, 1), ("meeting.started", 2, 1),
        ]  # fmt: skip
        assert admin.delete("/faults").json() == {"faults": []}
        half = {"event": "user.*", "copies": 0, "probability": 0.5, "random_seed": 7}
        assert admin.post("/faults", json=half).status_code == 200
    for _ in range(40):
        zoom.emit("user.created")
    zoom.wait_for_deliveries()
    assert 10 < receiver.events.count("user.created") < 30


def test_a_slow_receiver_does_not_delay_another(receiver: WebhookReceiver) -> None:
    with WebhookReceiver(SECRET, 30.0) as slow:
        hooks = [Webhook(slow.url, SECRET, timeout=2.0), Webhook(receiver.url, SECRET)]
        with Sandbox(webhooks=hooks) as zoom:
            zoom.emit("meeting.started")
            until = time.monotonic() + 2
            while not receiver.accepted and time.monotonic() < until:
                time.sleep(0.005)
            assert receiver.events == ["meeting.started"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"secret": "  "}, "needs a secret"),
        ({"url": "ftp://example.com"}, "begins with http"),
        ({"url": "https://"}, "names a host"),
        ({"url": "http://a b/"}, "begins with http"),
        ({"url": "http://host:99999/"}, "begins with http"),
        ({"url": "http://me:word@host/"}, "may not hold a user and password"),
        ({"events": "meeting.*"}, "a list of names"),
        ({"events": ()}, "a list of names"),
        ({"events": ["meeting.creatd"]}, 'got "meeting.creatd"; did you mean meeting.created'),
        ({"authorization": "a\r\nb"}, "one line"),
        ({"retry_speedup": 0}, "above zero"),
        ({"timeout": -1}, "above zero"),
    ],
)
def test_invalid_options_of_a_webhook_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("*", r"\*")):
        Webhook(**{"url": "https://example.com/hook", "secret": SECRET, **options})


def test_a_fault_with_an_unknown_event_is_refused() -> None:
    with pytest.raises(ValueError, match="expected the name or the pattern of an event"):
        Sandbox().add_fault(event="meting.*", copies=2)
