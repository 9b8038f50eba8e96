"""Webhooks over real HTTP: an address proves its secret, then gets signed events, and gets them again if it must."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.support.loopback_server import find_refused_port
from tests.support.webhook_receiver import SECRET, WebhookReceiver

from zoom_sandbox import ManualClock, Sandbox, Webhook, WebhookDelivery
from zoom_sandbox.events import EventPublisher

NOW = 1_773_140_400
SOON = 60_000.0  # makes minutes of retries milliseconds


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as opened:
        yield opened


def account(receiver: WebhookReceiver, *patterns: str, **more: Any) -> Sandbox:
    hook = Webhook(receiver.url, SECRET, patterns or ("*",), **{"hurry": SOON, **more})
    return Sandbox(clock=ManualClock(NOW), webhooks=[hook])


def make(zoom: Sandbox, topic: str = "Daily") -> dict[str, Any]:
    headers = {"authorization": f"Bearer {zoom.issue_token()}"}
    with httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test/v2", headers=headers) as client:
        answer = client.post("/users/me/meetings", json={"topic": topic})
    assert answer.status_code == 201
    return dict(answer.json())


def test_a_change_arrives_signed_over_its_bytes(receiver: WebhookReceiver) -> None:
    zoom = account(receiver)
    made = make(zoom, "Café – 日本")
    (delivery,) = zoom.wait_for_deliveries()
    (came,) = receiver.accepted
    assert came.path == "/hooks?of=tests"
    assert came.headers["content-type"] == "application/json; charset=utf-8"
    assert came.headers["clientid"] == "sandbox-client"
    assert came.headers["x-zm-request-timestamp"] == str(NOW)
    assert "authorization" not in came.headers
    assert "Café – 日本".encode() in came.raw
    body = receiver.last()
    assert (body["event"], body["event_ts"]) == ("meeting.created", NOW * 1000)
    assert body["payload"]["object"]["id"] == made["id"]
    assert receiver.rejected == []
    assert (delivery.event, delivery.state, delivery.status) == ("meeting.created", "delivered", 200)
    assert delivery.json() == body
    assert len(delivery.attempts) == 1
    assert 0 < delivery.latency < 3


def test_the_address_is_validated_before_the_first_delivery_and_again_after_three_days(
    receiver: WebhookReceiver,
) -> None:
    clock = ManualClock(NOW)
    zoom = Sandbox(clock=clock, webhooks=[Webhook(receiver.url, SECRET)])
    for _ in range(2):
        make(zoom)
    zoom.wait_for_deliveries()
    assert len(receiver.validations) == 1
    asked = receiver.validations[0].json()
    assert asked["event"] == "endpoint.url_validation"
    assert asked["event_ts"] == NOW * 1000
    assert list(asked["payload"]) == ["plainToken"]
    clock.advance(72 * 3600)
    make(zoom)
    zoom.wait_for_deliveries()
    assert len(receiver.validations) == 2
    assert len({each.raw for each in receiver.validations}) == 2


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (False, "is not the HMAC-SHA256 of the plainToken"),
        ("", "is no JSON"),
        ("[]", "is no JSON object"),
        ("{}", "does not give the plainToken back"),
        ('{"plainToken": "other", "encryptedToken": "other"}', "does not give the plainToken back"),
    ],
)
def test_an_address_that_does_not_know_the_secret_gets_nothing(
    receiver: WebhookReceiver, answer: bool | str, why: str
) -> None:
    receiver.validates = answer
    zoom = account(receiver)
    make(zoom)
    (delivery,) = zoom.wait_for_deliveries()
    assert (delivery.state, delivery.attempts) == ("refused", ())
    assert why in delivery.problem
    assert delivery.problem.startswith("Nothing was sent")
    assert receiver.accepted == []
    receiver.validates = True
    make(zoom)
    assert [each.state for each in zoom.wait_for_deliveries()] == ["refused", "delivered"]


def test_another_secret_is_refused_by_both(receiver: WebhookReceiver) -> None:
    receiver.secret = "another-secret"
    zoom = account(receiver)
    make(zoom)
    (delivery,) = zoom.wait_for_deliveries()
    assert delivery.state == "refused"
    assert "401" in delivery.problem
    assert len(receiver.rejected) == 1


def test_a_retry_is_the_same_delivery_with_the_same_signature(receiver: WebhookReceiver) -> None:
    receiver.answers = [500, 302]
    zoom = account(receiver)
    make(zoom)
    (delivery,) = zoom.wait_for_deliveries()
    assert [each.status for each in delivery.attempts] == [500, 302, 200]
    assert [bool(each.problem) for each in delivery.attempts] == [True, True, False]
    assert delivery.state == "delivered"
    assert len({(each.raw, each.headers["x-zm-signature"]) for each in receiver.accepted}) == 1
    assert {each.path for each in receiver.accepted} == {"/hooks?of=tests"}


def test_after_three_retries_it_is_given_up(receiver: WebhookReceiver) -> None:
    receiver.answers = [503] * 9
    zoom = account(receiver)
    make(zoom)
    (delivery,) = zoom.wait_for_deliveries()
    assert (delivery.state, len(delivery.attempts)) == ("failed", 4)
    assert delivery.problem == "the answer was 503, and only 2xx counts as received"


def test_retries_keep_zooms_distances(receiver: WebhookReceiver) -> None:
    receiver.answers = [500] * 9
    zoom = account(receiver, hurry=3000.0)
    began = time.monotonic()
    make(zoom)
    zoom.wait_for_deliveries()
    whole = (5 + 20 + 60) * 60 / 3000
    assert whole <= time.monotonic() - began < whole + 2


def test_a_retry_waits_for_minutes_and_is_dropped_when_the_sandbox_is_left(receiver: WebhookReceiver) -> None:
    receiver.answers = [500]
    with account(receiver, hurry=1.0) as zoom:
        make(zoom)
        with pytest.raises(TimeoutError, match=r"1 deliveries wait, the first a meeting.created to http.*500"):
            zoom.wait_for_deliveries(0.2)
        (delivery,) = zoom.deliveries
        assert (delivery.state, len(delivery.attempts)) == ("waiting", 1)
    (delivery,) = zoom.deliveries
    assert delivery.state == "dropped"
    for courier in [each for each in threading.enumerate() if each.name == "embedded-zoom-courier"]:
        courier.join(2)
        assert not courier.is_alive()


def test_silence_is_a_failure_and_the_api_does_not_wait_for_it(receiver: WebhookReceiver) -> None:
    receiver.answers = [30.0]
    zoom = account(receiver, timeout=0.5)
    began = time.monotonic()
    make(zoom)
    assert time.monotonic() - began < 0.5
    (delivery,) = zoom.wait_for_deliveries()
    assert delivery.attempts[0].status is None
    assert delivery.attempts[0].problem == "no answer came within 0.5 seconds"
    assert delivery.attempts[0].latency >= 0.5
    assert Webhook(receiver.url, SECRET).timeout == 3.0


def test_an_address_where_nobody_listens() -> None:
    with find_refused_port() as port:
        zoom = Sandbox(webhooks=[Webhook(f"http://127.0.0.1:{port}", SECRET)])
        zoom.emit("meeting.started")
        (delivery,) = zoom.wait_for_deliveries()
    assert delivery.state == "refused"
    assert "could not be reached: connection refused" in delivery.problem


def test_each_webhook_gets_what_it_wants(receiver: WebhookReceiver) -> None:
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


def test_events_arrive_in_order_unless_a_fault_says_otherwise(receiver: WebhookReceiver) -> None:
    zoom = account(receiver)
    names = ["meeting.created", "meeting.started", "meeting.ended"]
    for name in names:
        zoom.emit(name)
    zoom.wait_for_deliveries()
    assert receiver.events == names
    zoom.webhook_fault("meeting.created", events_ahead=2)
    for name in names:
        zoom.emit(name)
    zoom.wait_for_deliveries()
    assert receiver.events[3:] == ["meeting.started", "meeting.ended", "meeting.created"]
    zoom.emit("meeting.created")
    assert zoom.deliveries[-1].state == "waiting"
    assert zoom.wait_for_deliveries()[-1].state == "delivered"


def test_with_all_events_late_each_second_one_overtakes(receiver: WebhookReceiver) -> None:
    zoom = account(receiver)
    zoom.webhook_fault(events_ahead=1)
    for name in ("meeting.created", "meeting.started", "meeting.ended", "meeting.deleted"):
        zoom.emit(name)
    zoom.wait_for_deliveries()
    assert receiver.events == ["meeting.started", "meeting.created", "meeting.deleted", "meeting.ended"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_watch_that_fails_ends_no_deliveries(receiver: WebhookReceiver) -> None:
    zoom = account(receiver)
    watched: list[str] = []

    def watch(delivery: WebhookDelivery) -> None:
        watched.append(delivery.state)
        raise RuntimeError("the watch failed")

    zoom.engine.account.store(EventPublisher).add_attempt_callback(watch)
    for count in (1, 2):
        zoom.emit("meeting.created")
        zoom.wait_for_deliveries()
        for courier in [each for each in threading.enumerate() if each.name == "embedded-zoom-courier"]:
            courier.join(2)
        assert watched == ["delivered"] * count


def test_duplicates_and_losses(receiver: WebhookReceiver) -> None:
    zoom = account(receiver)
    zoom.webhook_fault("meeting.*", copies=2, calls=[2])
    zoom.webhook_fault("user.*", copies=0)
    for name in ("meeting.started", "user.created", "meeting.ended", "meeting.deleted"):
        zoom.emit(name)
    zoom.wait_for_deliveries()
    assert receiver.events == ["meeting.started", "meeting.ended", "meeting.ended", "meeting.deleted"]
    assert receiver.accepted[1].raw == receiver.accepted[2].raw
    zoom.clear_faults()
    zoom.emit("user.created")
    zoom.wait_for_deliveries()
    assert receiver.events[-1] == "user.created"


def test_a_file_and_the_admin_api_spoil_deliveries_too(receiver: WebhookReceiver, tmp_path: Path) -> None:
    file = tmp_path / "faults.yaml"
    file.write_text("- {webhook: meeting.started, calls: 2, copies: 2}\n- {webhook: meeting.ended, late: 1}\n")
    zoom = Sandbox(webhooks=[Webhook(receiver.url, SECRET)], faults=file)
    for name in ("meeting.started", "meeting.ended", "meeting.started"):
        zoom.emit(name)
    zoom.wait_for_deliveries()
    assert receiver.events == ["meeting.started", "meeting.started", "meeting.started", "meeting.ended"]
    with httpx.Client(transport=zoom.create_transport(), base_url="http://127.0.0.1/_sandbox") as admin:
        told = admin.get("/faults").json()["faults"]
        assert [(each["webhook"], each["seen"], each["hits"]) for each in told] == [
            ("meeting.ended", 1, 1), ("meeting.started", 2, 1),
        ]  # fmt: skip
        assert admin.delete("/faults").json() == {"faults": []}
        half = {"webhook": "user.*", "copies": 0, "probability": 0.5, "seed": 7}
        assert admin.post("/faults", json=half).status_code == 200
    for _ in range(40):
        zoom.emit("user.created")
    zoom.wait_for_deliveries()
    assert 10 < receiver.events.count("user.created") < 30


def test_a_slow_receiver_holds_up_no_other(receiver: WebhookReceiver) -> None:
    with WebhookReceiver(SECRET, 30.0) as slow:
        hooks = [Webhook(slow.url, SECRET, timeout=2.0), Webhook(receiver.url, SECRET)]
        with Sandbox(webhooks=hooks) as zoom:
            zoom.emit("meeting.started")
            until = time.monotonic() + 2
            while not receiver.accepted and time.monotonic() < until:
                time.sleep(0.005)
            assert receiver.events == ["meeting.started"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({"secret": "  "}, "needs a secret"),
        ({"url": "ftp://example.com"}, "begins with http"),
        ({"url": "https://"}, "names a host"),
        ({"url": "http://a b/"}, "begins with http"),
        ({"url": "http://host:99999/"}, "begins with http"),
        ({"url": "http://me:word@host/"}, "no user and password"),
        ({"events": "meeting.*"}, "a list of names"),
        ({"events": ()}, "a list of names"),
        ({"events": ["meeting.creatd"]}, "No event fits 'meeting.creatd'; near ones are meeting.created"),
        ({"authorization": "a\r\nb"}, "one line"),
        ({"hurry": 0}, "above zero"),
        ({"timeout": -1}, "above zero"),
    ],
)
def test_what_no_webhook_can_mean(words: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why.replace("*", r"\*")):
        Webhook(**{"url": "https://example.com/hook", "secret": SECRET, **words})


def test_a_fault_that_could_never_hit() -> None:
    with pytest.raises(ValueError, match="No event fits"):
        Sandbox().webhook_fault("meting.*")
