"""Events on their way outlive the process: nothing is lost, nothing comes too early, and no secret lies in the file."""

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
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lets the minutes pass that what is kept has to wait for."""
    return lambda: monkeypatch.setattr(PendingDelivery, "seconds_left", 0.0)


Later = Callable[[], None]


def account(db: Path, *webhooks: Webhook) -> Sandbox:
    return Sandbox(db=db, webhooks=webhooks)


def until(happened: Callable[[], object]) -> None:
    ends = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < ends
        time.sleep(0.005)


def tried_once(db: Path, receiver: WebhookReceiver, webhook: Webhook) -> None:
    """A process that announced a meeting, was answered 500, and ended."""
    receiver.answers = [500]
    zoom = account(db, webhook)
    zoom.emit("meeting.created", set={"payload.object.topic": "Kept"})
    until(lambda: zoom.deliveries[0].attempts)
    zoom.close()
    assert zoom.deliveries[0].state == "dropped"


def test_a_retry_that_waits_is_made_after_a_restart(db: Path, receiver: WebhookReceiver, later: Later) -> None:
    webhook = Webhook(receiver.url, SECRET)
    tried_once(db, receiver, webhook)
    later()
    (delivery,) = account(db, webhook).wait_for_deliveries()
    assert (delivery.state, [each.status for each in delivery.attempts]) == ("delivered", [500, 200])
    first, second = receiver.accepted
    assert (first.raw, first.headers["x-zm-signature"]) == (second.raw, second.headers["x-zm-signature"])
    assert delivery.json()["payload"]["object"]["topic"] == "Kept"


def test_it_is_made_no_earlier_than_it_was_due_and_with_the_tries_that_are_left(
    db: Path, receiver: WebhookReceiver
) -> None:
    tried_once(db, receiver, Webhook(receiver.url, SECRET))
    zoom = account(db, Webhook(receiver.url, SECRET))
    with pytest.raises(TimeoutError, match="only 2xx counts as received"):
        zoom.wait_for_deliveries(timeout=0.2)
    assert len(receiver.accepted) == 1
    (delivery,) = zoom.deliveries
    assert (delivery.state, len(delivery.attempts)) == ("waiting", 1)
    zoom.close()


def test_the_file_holds_no_secret_and_no_signature(db: Path, receiver: WebhookReceiver) -> None:
    tried_once(db, receiver, Webhook(receiver.url, SECRET, authorization="Basic bXktb3duOnBhc3M="))
    kept = db.read_bytes()
    assert b"meeting.created" in kept
    for secret in (SECRET, "bXktb3duOnBhc3M=", receiver.accepted[0].headers["x-zm-signature"].removeprefix("v0=")):
        assert secret.encode() not in kept


def test_another_secret_signs_what_was_kept(db: Path, receiver: WebhookReceiver, later: Later) -> None:
    tried_once(db, receiver, Webhook(receiver.url, SECRET))
    receiver.secret = "a-secret-that-was-changed"
    later()
    (delivery,) = account(db, Webhook(receiver.url, receiver.secret)).wait_for_deliveries()
    assert delivery.state == "delivered"
    assert receiver.rejected == []


def test_what_belongs_to_another_address_stays_in_the_file(db: Path, receiver: WebhookReceiver, later: Later) -> None:
    webhook = Webhook(receiver.url, SECRET)
    tried_once(db, receiver, webhook)
    with WebhookReceiver() as other:
        zoom = account(db, Webhook(other.url, SECRET))
        assert zoom.wait_for_deliveries() == []
        zoom.emit("meeting.started")
        zoom.wait_for_deliveries()
        zoom.close()
        assert other.events == ["meeting.started"]
    account(db).close()
    later()
    (delivery,) = account(db, webhook).wait_for_deliveries()
    assert (delivery.event, delivery.state) == ("meeting.created", "delivered")


def test_what_a_fault_held_back_is_still_overtaken(db: Path, receiver: WebhookReceiver) -> None:
    webhook = Webhook(receiver.url, SECRET)
    zoom = account(db, webhook)
    zoom.webhook_fault("meeting.created", events_ahead=1)
    zoom.emit("meeting.created")
    zoom.close()
    after = account(db, webhook)
    assert receiver.accepted == []
    after.emit("meeting.started")
    after.wait_for_deliveries()
    assert receiver.events == ["meeting.started", "meeting.created"]


def test_a_sandbox_that_is_entered_again_goes_on(db: Path, receiver: WebhookReceiver, later: Later) -> None:
    receiver.answers = [500]
    zoom = account(db, Webhook(receiver.url, SECRET))
    with zoom:
        zoom.emit("meeting.created")
        until(lambda: zoom.deliveries[0].attempts)
    later()
    with zoom:
        assert [each.state for each in zoom.wait_for_deliveries()] == ["dropped", "delivered"]


def test_a_kill_loses_no_event(db: Path, receiver: WebhookReceiver, tmp_path: Path, later: Later) -> None:
    receiver.answers = [500]
    words = ["--webhook", receiver.url, "--webhook-secret", SECRET]
    command = [sys.executable, "-m", "zoom_component", "sandbox", "--json", "--port", "0", "--db", str(db), *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().partition('"url":')[2].split('"')[1]
        httpx.post(f"{url}/_sandbox/emit", json={"event": "meeting.created"})
        assert '"state":"waiting"' in process.stdout.readline().replace(" ", "")
        until(lambda: b"the answer was 500" in read_committed_state(db, tmp_path / "copy.db"))
        process.send_signal(signal.SIGKILL)
        process.wait()
    later()
    (delivery,) = account(db, Webhook(receiver.url, SECRET)).wait_for_deliveries()
    assert (delivery.state, len(delivery.attempts)) == ("delivered", 2)
