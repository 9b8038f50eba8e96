"""Test pending deliveries across processes: none is lost or early, and the file holds no secret."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from tests.support.account_file import read_committed_state
from tests.support.webhook_receiver import SECRET, WebhookReceiver

from zoom_sandbox import Sandbox, Webhook
from zoom_sandbox.events.pending import PendingDelivery


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as running:
        yield running


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "account.db"


@pytest.fixture
def skip_waits(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return a function that makes restored deliveries due at once."""
    return lambda: monkeypatch.setattr(PendingDelivery, "seconds_left", 0.0)


SkipWaits = Callable[[], None]


def create_sandbox(db: Path, *webhooks: Webhook) -> Sandbox:
    return Sandbox(db=db, webhooks=webhooks)


def wait_until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def fail_once(db: Path, receiver: WebhookReceiver, webhook: Webhook) -> None:
    """Run a sandbox that publishes an event, gets the answer 500, and closes."""
    receiver.answers = [500]
    zoom = create_sandbox(db, webhook)
    zoom.emit("meeting.created", set={"payload.object.topic": "Daily"})
    wait_until(lambda: zoom.deliveries[0].attempts)
    zoom.close()
    assert zoom.deliveries[0].state == "dropped"


def test_a_pending_retry_is_sent_after_a_restart(db: Path, receiver: WebhookReceiver, skip_waits: SkipWaits) -> None:
    webhook = Webhook(receiver.url, SECRET)
    fail_once(db, receiver, webhook)
    skip_waits()
    (delivery,) = create_sandbox(db, webhook).wait_for_deliveries()
    assert (delivery.state, [each.status for each in delivery.attempts]) == ("delivered", [500, 200])
    first, second = receiver.accepted
    assert (first.raw, first.headers["x-zm-signature"]) == (second.raw, second.headers["x-zm-signature"])
    assert delivery.json()["payload"]["object"]["topic"] == "Daily"


def test_a_restored_retry_keeps_its_due_time_and_its_attempts(db: Path, receiver: WebhookReceiver) -> None:
    fail_once(db, receiver, Webhook(receiver.url, SECRET))
    zoom = create_sandbox(db, Webhook(receiver.url, SECRET))
    with pytest.raises(TimeoutError, match="expected a status from 200 to 299, got 500"):
        zoom.wait_for_deliveries(timeout=0.2)
    assert len(receiver.accepted) == 1
    (delivery,) = zoom.deliveries
    assert (delivery.state, len(delivery.attempts)) == ("waiting", 1)
    zoom.close()


def test_the_file_holds_no_secret_and_no_signature(db: Path, receiver: WebhookReceiver) -> None:
    fail_once(db, receiver, Webhook(receiver.url, SECRET, authorization="Basic bXktb3duOnBhc3M="))
    content = db.read_bytes()
    assert b"meeting.created" in content
    for secret in (SECRET, "bXktb3duOnBhc3M=", receiver.accepted[0].headers["x-zm-signature"].removeprefix("v0=")):
        assert secret.encode() not in content


def test_a_restored_delivery_is_signed_with_the_new_secret(
    db: Path, receiver: WebhookReceiver, skip_waits: SkipWaits
) -> None:
    fail_once(db, receiver, Webhook(receiver.url, SECRET))
    receiver.secret = "a-secret-that-was-changed"
    skip_waits()
    (delivery,) = create_sandbox(db, Webhook(receiver.url, receiver.secret)).wait_for_deliveries()
    assert delivery.state == "delivered"
    assert receiver.rejected == []


def test_a_delivery_to_another_url_stays_in_the_file(
    db: Path, receiver: WebhookReceiver, skip_waits: SkipWaits
) -> None:
    webhook = Webhook(receiver.url, SECRET)
    fail_once(db, receiver, webhook)
    with WebhookReceiver() as other:
        zoom = create_sandbox(db, Webhook(other.url, SECRET))
        assert zoom.wait_for_deliveries() == []
        zoom.emit("meeting.started")
        zoom.wait_for_deliveries()
        zoom.close()
        assert other.events == ["meeting.started"]
    create_sandbox(db).close()
    skip_waits()
    (delivery,) = create_sandbox(db, webhook).wait_for_deliveries()
    assert (delivery.event, delivery.state) == ("meeting.created", "delivered")


def test_a_held_delivery_is_still_held_after_a_restart(db: Path, receiver: WebhookReceiver) -> None:
    webhook = Webhook(receiver.url, SECRET)
    zoom = create_sandbox(db, webhook)
    zoom.add_fault(event="meeting.created", events_ahead=1)
    zoom.emit("meeting.created")
    zoom.close()
    restored = create_sandbox(db, webhook)
    assert receiver.accepted == []
    restored.emit("meeting.started")
    restored.wait_for_deliveries()
    assert receiver.events == ["meeting.started", "meeting.created"]


def test_a_sandbox_that_is_entered_again_continues_its_deliveries(
    db: Path, receiver: WebhookReceiver, skip_waits: SkipWaits
) -> None:
    receiver.answers = [500]
    zoom = create_sandbox(db, Webhook(receiver.url, SECRET))
    with zoom:
        zoom.emit("meeting.created")
        wait_until(lambda: zoom.deliveries[0].attempts)
    skip_waits()
    with zoom:
        assert [each.state for each in zoom.wait_for_deliveries()] == ["dropped", "delivered"]


def test_a_kill_loses_no_event(db: Path, receiver: WebhookReceiver, tmp_path: Path, skip_waits: SkipWaits) -> None:
    receiver.answers = [500]
    options = ["--webhook", receiver.url, "--webhook-secret", SECRET]
    command = [sys.executable, "-m", "zoom_component", "sandbox", "--json", "--port", "0", "--db", str(db), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().partition('"url":')[2].split('"')[1]
        httpx.post(f"{url}/_sandbox/emit", json={"event": "meeting.created"})
        assert '"state":"waiting"' in process.stdout.readline().replace(" ", "")
        wait_until(lambda: b"expected a status from 200 to 299" in read_committed_state(db, tmp_path / "copy.db"))
        process.send_signal(signal.SIGKILL)
        process.wait()
    skip_waits()
    (delivery,) = create_sandbox(db, Webhook(receiver.url, SECRET)).wait_for_deliveries()
    assert (delivery.state, len(delivery.attempts)) == ("delivered", 2)
