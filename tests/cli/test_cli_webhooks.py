"""Test `sandbox --webhook` and `sandbox emit`: deliveries to a receiver, and invalid flags."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator

import pytest
from tests.cli.lines import Cli
from tests.cli.test_cli_sandbox import served
from tests.support.loopback_server import find_refused_port
from tests.support.webhook_receiver import SECRET, WebhookReceiver


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    with WebhookReceiver() as opened:
        yield opened


def test_changes_of_a_run_are_sent_to_webhooks(
    cli: Cli, receiver: WebhookReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.answers = [500]
    monkeypatch.setenv("ZOOM_WEBHOOK_SECRET", SECRET)
    flags = ("--webhook", receiver.url, "--webhook-events", "meeting.*,user.deleted")
    with served("--json", *flags, "--webhook-retry-speedup", "100000") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        output = json.loads(process.stdout.readline())
        words = ("--client-id", output["client_id"], "--client-secret", output["client_secret"])
        connection = (*words, "--account-id", output["account_id"], "--base-url", output["base_url"])
        result = cli("run", "createMeeting", "-i", "userId=me", "-i", "topic=Daily", *connection)
        assert result.code == 0, result.err
        attempts = [json.loads(process.stdout.readline()) for _ in range(2)]
        assert [each["state"] for each in attempts] == ["waiting", "delivered"]
        assert (attempts[1]["event"], attempts[1]["status"], attempts[1]["attempts"]) == ("meeting.created", 200, 2)
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        assert process.stderr.read() == ""
    assert receiver.last()["payload"]["object"]["topic"] == "Daily"


def test_one_event_is_sent_signed(cli: Cli, receiver: WebhookReceiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOOM_WEBHOOK_SECRET", SECRET)
    values = ("payload.object.topic=Café", "payload.object.duration=45", "payload.object.type:=8")
    pairs = [word for value in values for word in ("--set", value)]
    result = cli("sandbox", "emit", "meeting.started", *pairs, "--webhook", receiver.url, terminal=True)
    assert result.code == 0, result.err
    assert f"meeting.started to {receiver.url}: delivered (200, " in result.err
    about = receiver.last()["payload"]["object"]
    assert (about["topic"], about["duration"], about["type"]) == ("Café", 45, 8)
    assert receiver.last()["payload"]["account_id"] == "sandbox-account"
    assert receiver.validations == []


def test_attempts_are_json_for_programs(cli: Cli, receiver: WebhookReceiver) -> None:
    receiver.answers = [503]
    flags = ("--webhook", receiver.url, "--webhook-secret", SECRET)
    result = cli("sandbox", "emit", "user.created", *flags, "--json")
    assert result.code == 1
    output = json.loads(result.out)
    assert (output["state"], output["status"], output["attempts"]) == ("failed", 503, 1)
    assert "expected a status from 200 to 299, got 503" in output["problem"]
    assert SECRET not in result.out + result.err


def test_a_validation_is_sent(cli: Cli, receiver: WebhookReceiver) -> None:
    flags = ("sandbox", "emit", "endpoint.url_validation", "--webhook", receiver.url, "--webhook-secret", SECRET)
    assert cli(*flags).code == 0
    receiver.validates = False
    result = cli(*flags)
    assert result.code == 1
    assert "is not the HMAC-SHA256" in result.err
    assert (len(receiver.validations), receiver.accepted) == (2, [])


def test_each_address_has_its_own_secret_and_events(cli: Cli, receiver: WebhookReceiver) -> None:
    with WebhookReceiver("second-secret") as other, find_refused_port() as port:
        hooks = [("--webhook", each) for each in (receiver.url, other.url, f"http://127.0.0.1:{port}")]
        secrets = [("--webhook-secret", each) for each in (SECRET, "second-secret", "third-secret")]
        result = cli("sandbox", "emit", "meeting.ended", *(word for pair in (*hooks, *secrets) for word in pair))
        assert result.code == 1
        assert "the connection was refused" in result.err
        assert other.events == receiver.events == ["meeting.ended"]
        assert other.rejected == receiver.rejected == []


HOOK = ("--webhook", "http://127.0.0.1:9", "--webhook-secret", SECRET)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("emit", *HOOK), "EVENT: is required"),
        (("emit", "meeting.started"), "--webhook: is required with emit"),
        (("emit", "meeting.startd", *HOOK), "did you mean meeting.started"),
        (("emit", "meeting.started", "--set", "topic", *HOOK), "expected PATH=VALUE"),
        (("emit", "meeting.started", "--set", "a:={", *HOOK), "expected JSON after a:="),
        (("emit", "meeting.started", "--set", "event.a=1", *HOOK), "does not exist"),
        (("emit", "meeting.started", "--webhook", "http://127.0.0.1:9"), "--webhook-secret: is required"),
        (("emit", "meeting.started", "--webhook", "nowhere", "--webhook-secret", "s"), "begins with http"),
        (("send", "meeting.started", *HOOK), "emit"),
        (("--webhook-events", "meting.*", *HOOK), "expected the name or the pattern of an event"),
        (("--set", "a=1"), "is only valid with emit"),
        (
            (*HOOK, *HOOK, *HOOK, "--webhook-events", "meeting.*", "--webhook-events", "user.*"),
            "expected 1 or 3 values for 3 webhooks, got 2",
        ),
    ],
)
def test_invalid_webhook_options_are_refused(
    cli: Cli, words: tuple[str, ...], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ZOOM_WEBHOOK_SECRET", raising=False)
    result = cli("sandbox", *words)
    assert result.code == 2
    assert why in result.err
    assert SECRET not in result.err
