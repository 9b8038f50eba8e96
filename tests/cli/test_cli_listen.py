"""Test `listen`: it receives events, prints them, reports its state, and loses none on exit."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from tests.cli.lines import START, Cli
from tests.support.deliveries import SECRET, build_event_body, build_signed_headers

from zoom_component.events.inbox.protocols import EventQuery
from zoom_component.events.inbox.sqlite import SqliteInbox
from zoom_sandbox import Sandbox, Webhook


class Listening:
    """Hold a running `listen` process and its address."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stderr is not None
        assert process.stdout is not None
        self.process, self.out, self.err = process, process.stdout, process.stderr
        self.result = ""
        while not self.result.startswith("Receiving at"):
            self.result = self.err.readline()
            assert self.result, f"it ended with {process.wait()}"
        self.url = self.result.split()[2]

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)


@contextmanager
def listening(*words: str, secret: str = SECRET) -> Iterator[Listening]:
    command = [sys.executable, "-c", START, "listen", "--port", "0", "--inbox", "inbox.db", *words]
    environment = {**os.environ, "ZOOM_WEBHOOK_SECRET": secret} if secret else dict(os.environ)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            yield Listening(process)
        finally:
            process.kill()


def test_a_slow_listener_does_not_delay_answers(tmp_path: Path) -> None:
    log = Path("heard.txt").resolve()
    Path("listeners.yaml").write_text(
        "listeners:\n"
        f"  heard: {{command: [sh, -c, 'cat >> {log}; echo >> {log}'], events: [meeting.*]}}\n"
        "  slow: {command: [sleep, '20'], timeout: 30}\n",
        encoding="utf-8",
    )
    with listening("--listeners", "listeners.yaml", "--quiet") as server:
        began = time.monotonic()
        assert [post(server.url, build_event_body(at=number)) for number in (1, 2)] == [200, 200]
        assert time.monotonic() - began < 10
        while not log.exists() or log.read_text(encoding="utf-8").count("meeting.started") < 2:
            assert time.monotonic() - began < 30
            time.sleep(0.05)


def post(url: str, body: bytes, secret: str = SECRET) -> int:
    return httpx.post(url, content=body, headers=build_signed_headers(body, int(time.time()), secret)).status_code


def list_stored_events() -> list[str]:
    store = SqliteInbox("inbox.db")
    names = [item.event.name for item in store.find_events(EventQuery())]
    store.close()
    return names[::-1]


def test_events_of_the_sandbox_are_received_and_printed() -> None:
    with listening() as server:
        with Sandbox(webhooks=[Webhook(server.url, SECRET)]) as zoom:
            zoom.emit("meeting.started", {"payload.object.topic": "Größe"})
            assert [item.state for item in zoom.wait_for_deliveries()] == ["delivered"]
        output = json.loads(server.out.readline())
        assert (output["id"], output["event"], output["source"]) == (1, "meeting.started", "webhook")
        assert output["body"]["payload"]["object"]["topic"] == "Größe"
        metrics = httpx.get(f"{server.url}metrics").text
        assert "zoom_receiver_stored_total 1\n" in metrics
        assert "zoom_receiver_last_validation_timestamp_seconds" in metrics
        health = httpx.get(f"{server.url}health")
        assert (health.status_code, health.json()["status"]) == (200, "ok")
        assert server.stop() == 0
        assert server.err.read() == ""
    assert list_stored_events() == ["meeting.started"]


def test_the_variable_may_hold_two_secrets() -> None:
    with listening("--quiet", secret=f"{SECRET} another") as server:
        assert [post(server.url, build_event_body(), secret) for secret in (SECRET, "another", "wrong")] == [
            200,
            200,
            401,
        ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_command_and_loses_no_event(number: int) -> None:
    with listening("--quiet", "--json", "--path", "/zoom", "--no-pages") as server:
        assert server.url.endswith("/zoom")
        assert json.loads(server.out.readline()) == {"url": server.url}
        assert post(server.url, build_event_body()) == 200
        assert httpx.get(server.url.replace("/zoom", "/metrics")).status_code == 404
        assert server.stop(number) == 0
        assert (server.out.read(), server.err.read()) == ("", "")
    assert list_stored_events() == ["meeting.started"]


def test_a_rejection_is_reported_without_the_secret() -> None:
    with listening("--secret", "first-secret-99", "--secret", "second-secret-99", secret="") as server:
        assert [post(server.url, build_event_body(), s) for s in ("first-secret-99", "second-secret-99", "third")] == [
            200,
            200,
            401,
        ]
        assert server.err.readline().startswith("401 wrong_signature from 127.0.0.1: ")
        assert server.stop() == 0
        assert "secret-99" not in server.err.read()


def test_notifications_of_api_v1_are_received() -> None:
    with listening("--v1-user", "zoom", "--v1-password", "a-password", secret="") as server:
        answers = [
            httpx.post(f"{server.url}v1", data={"id": "1", "uuid": "u", "status": "STARTED"}, auth=("zoom", password))
            for password in ("a-password", "another")
        ]
        assert [answer.status_code for answer in answers] == [200, 401]
        assert post(server.url, build_event_body(), "") == 401
        assert server.stop() == 0
    assert list_stored_events() == ["v1.meeting.started"]


def test_a_websocket_needs_no_secret() -> None:
    with Sandbox() as zoom:
        known = ("--client-id", zoom.client_id, "--client-secret", zoom.client_secret, "--account-id", zoom.account_id)
        flags = ("--websocket", zoom.websocket_url, *known, "--base-url", zoom.api_url)
        with listening(*flags, secret="") as server:
            lines = [server.err.readline() for _ in range(1)]
            assert lines == ["The WebSocket is up\n"]
            zoom.emit("meeting.started")
            assert json.loads(server.out.readline())["source"] == "websocket"
            assert "zoom_websocket_up 1\n" in httpx.get(f"{server.url}metrics").text
            assert server.stop() == 0
    assert list_stored_events() == ["meeting.started"]


def test_tls_is_served() -> None:
    _create_certificate()
    with listening("--tls-cert", "cert.pem", "--tls-key", "key.pem") as server:
        assert server.url.startswith("https://127.0.0.1:")
        body = build_event_body()
        trust = ssl.create_default_context(cafile="cert.pem")
        with httpx.Client(verify=trust) as client:
            assert (
                client.post(server.url, content=body, headers=build_signed_headers(body, int(time.time()))).status_code
                == 200
            )
        assert server.stop() == 0


def test_invalid_options_are_reported_in_sentences(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("other.db").write_text("no inbox at all, but a text of some length")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for words, sentence in (
            ((), "--secret: is required, here or in ZOOM_WEBHOOK_SECRET: it authenticates"),
            (("--secret", " "), "--secret: is blank"),
            (("--secret", "x", "--port", port), "choose another port, or 0 for a free one"),
            (("--secret", "x", "--path", "zoom"), '--path: expected a path that starts with /, got "zoom"'),
            (("--secret", "x", "--inbox", "other.db"), "other.db is not an inbox"),
            (
                ("--secret", "x", "--inbox", "mysql://x"),
                "inbox: expected a file name or a URL of sqlite:..., postgresql:..., postgres:..., got mysql:...",
            ),
            (("--secret", "x", "--tls-cert", "x.pem"), "--tls-key: is required"),
            (
                ("--secret", "x", "--tls-cert", "other.db", "--tls-key", "other.db"),
                "--tls-cert: expected a certificate and its key in PEM, got other.db and other.db",
            ),
            (("--v1-user", "x"), "--v1-password: is required"),
            (
                ("--secret", "x", "--v1-user", "x", "--v1-password", "y", "--v1-path", "/"),
                '--v1-path: expected a path other than that of signed deliveries, got "/"',
            ),
            (
                ("--secret", "x", "--websocket", "https://x", "--token", "y"),
                "websocket: expected the id of a subscription",
            ),
        ):
            result = cli("listen", *words)
            assert result.code == 2, words
            assert sentence in " ".join(result.err.split()), words


def _create_certificate() -> None:
    from ipaddress import IPv4Address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")]), datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = (
        builder.not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1)).add_extension(names, False)
    )
    Path("cert.pem").write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    plain, form = serialization.NoEncryption(), serialization.PrivateFormat.PKCS8
    Path("key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))


def test_printed_events_have_no_secrets_unless_these_are_asked_for() -> None:
    body = json.dumps(
        {
            "event": "recording.completed",
            "event_ts": 1,
            "download_token": "download-4711",
            "payload": {
                "account_id": "a",
                "object": {
                    "id": 5,
                    "topic": "x\u202e",
                    "password": "pass-4711",
                    "recording_play_passcode": "play-4711",
                    "share_url": "https://zoom.us/rec/share/5?pwd=share-4711",
                    "agenda": "Passcode: agenda-4711",
                },
            },
        }
    ).encode()
    for words, count in (((), 0), (("--show-secrets",), 5)):
        with listening(*words) as server:
            assert post(server.url, body.replace(b'"event_ts": 1', b'"event_ts": %d' % (count + 1))) == 200
            line = server.out.readline()
            assert line.count("4711") == count
            assert json.loads(line)["body"]["payload"]["object"]["topic"] == "x\u202e"
            assert "\u202e" not in line
            assert server.stop() == 0


def test_the_log_names_the_client_that_a_trusted_proxy_names() -> None:
    with listening("--trusted-proxy", "127.0.0.0/8", "--quiet") as server:
        headers = {"x-forwarded-for": "6.6.6.6, 203.0.113.7"}
        assert httpx.post(server.url, content=b"{}", headers=headers).status_code == 401
        assert "401 missing_header from 203.0.113.7: " in server.err.readline()


def test_a_proxy_that_is_no_network_is_refused(cli: Cli) -> None:
    result = cli("listen", "--secret", "x", "--trusted-proxy", "10.0.0.1/8")
    assert result.code == 2
    assert "--trusted-proxy: expected an address or a network such as 10.0.0.0/8" in result.err
