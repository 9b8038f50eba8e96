"""Test that no file of a run holds a secret: recordings and logs, of answers that repeat the secrets in each form.

No sandbox: these answers repeat what was sent, which the sandbox never does.
"""

from __future__ import annotations

import base64
import json
import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.loopback_server import LoopbackServer

from zoom_component.cli.main import main
from zoom_component.client.connections.connection import StaticToken
from zoom_component.errors import Refused
from zoom_component.testing.exchanges import RecordedExchange, RecordingTransport
from zoom_component.testing.recording import RecordingWriter, Replay
from zoom_component.testing.run_log import RunRecord, append_record, load_record
from zoom_component.testing.single_run import RecordedRun

TOKEN = "tok$en-4711/with+signs_and.dots"
PASSWORD = "if42!LfH@"
FORMS: Mapping[str, Callable[[str], str]] = {
    "plain": str,
    "percent": lambda text: quote(text, safe=""),
    "JSON": lambda text: json.dumps(text)[1:-1],
    "base64": lambda text: base64.b64encode(f"id:{text}".encode()).decode(),
}
few = settings(max_examples=int(os.environ.get("ZOOM_TEST_SECRETS", "12")))
random_secrets = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S")), min_size=10, max_size=24)
random_secrets = random_secrets.filter(lambda text: "redact" not in text and not text.islower())
Answer = Callable[[str], tuple[str, bytes]]
# What an answer may be: its type, and a body with the secret in it.
ANSWERS: Mapping[str, Answer] = {
    "JSON field": lambda text: ("application/json", json.dumps({"id": 1, "note": f"got {text} twice"}).encode()),
    "JSON name": lambda text: ("application/json", json.dumps({f"x {text}": 1}).encode()),
    "text": lambda text: ("text/plain", f"You sent {text}.".encode()),
    "HTML": lambda text: ("text/html", f"<a href='https://x.test/?q={quote(text, safe='')}'>x</a>".encode()),
    "XML": lambda text: ("application/xml", f"<error><sent>{quote(text)}</sent></error>".encode()),
    "form": lambda text: ("application/x-www-form-urlencoded", f"a=1&sent={quote(text, safe='')}".encode()),
    "no JSON": lambda text: ("application/json", f'{{"broken": "{text}'.encode()),
    "bytes": lambda text: ("application/octet-stream", b"\xff\xfe" + text.encode() + b"\x00"),
    "base64": lambda text: ("text/plain", base64.b64encode(f"Basic id:{text}".encode())),
}


def record_exchange(answer: tuple[str, bytes], secret: str) -> list[RecordedExchange]:
    kind, body = answer

    def respond(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"content-type": kind, "x-zm-trackingid": secret}, content=body)

    transport = RecordingTransport(httpx.MockTransport(respond), "http://127.0.0.1/v2")
    headers = {"Authorization": f"Bearer {secret}"}
    request = httpx.Request("GET", f"http://127.0.0.1/v2/users/{quote(secret, safe='')}", headers=headers)
    transport.handle_request(request)
    return transport.exchanges


def find_forms(text: str, secret: str) -> list[str]:
    """Return the forms in which the secret is in a text, or in the bytes of one of its bodies."""
    bodies = [row["response"]["body"] for row in json.loads(text)["exchanges"] if row["response"].get("base64")]
    whole = text + "".join(base64.b64decode(body).decode("latin-1") for body in bodies)
    return [name for name, write in FORMS.items() if write(secret)[:-1] in whole]


@pytest.mark.parametrize("answer", ANSWERS)
@few
@given(secret=random_secrets)
def test_no_answer_puts_a_token_into_a_file(answer: str, secret: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("files")
    exchanges = record_exchange(ANSWERS[answer](secret), secret)
    recording = RecordingWriter(folder / "one.json")
    recording.add_exchanges(exchanges)
    recording.write()
    error = Refused(f"the service refuses {secret}", zoom_message=quote(secret))
    append_record(folder / "runs.jsonl", RunRecord("getUser", {"userId": secret}, {}, 0.0, 0.1, exchanges, None, error))
    for name in ("one.json", "runs.jsonl"):
        assert find_forms((folder / name).read_text(encoding="utf-8"), secret) == []
    ((_, stored),) = Replay.from_file(folder / "one.json")._exchanges
    assert stored.to_response().status_code == 200


@pytest.mark.parametrize("suffix", ["yaml", "json"])
def test_a_recording_is_replayed_although_its_path_and_body_are_redacted(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"one.{suffix}"
    recording = RecordingWriter(path)
    recording.add_exchanges(record_exchange(ANSWERS["text"](TOKEN), TOKEN))
    recording.write()
    assert "tok" not in path.read_text(encoding="utf-8")
    transport = Replay.from_file(path).create_transport()
    response = transport.handle_request(httpx.Request("GET", "http://127.0.0.1/v2/users/somebody"))
    assert response.text == "You sent [redacted-1]."
    transport.check_all_used()


def test_every_secret_of_a_connection_is_replaced_also_one_that_was_not_sent(tmp_path: Path) -> None:
    class RenewedToken(StaticToken):
        def get_secrets(self) -> frozenset[str]:
            return frozenset({TOKEN, "an-earlier-token"})

    transport = httpx.MockTransport(lambda request: httpx.Response(200, text="an-earlier-token"))
    run = RecordedRun(RenewedToken(TOKEN), transport)
    run.transport.handle_request(httpx.Request("GET", "https://api.zoom.us/v2/users/me"))
    run.write_recording(tmp_path / "one.yaml")
    run.append_to_log(tmp_path / "runs.jsonl", "getUser", {"userId": "me"}, {})
    for name in ("one.yaml", "runs.jsonl"):
        assert "an-earlier-token" not in (tmp_path / name).read_text(encoding="utf-8")


def test_an_input_marked_as_a_password_is_not_logged_under_any_name(tmp_path: Path) -> None:
    connection = StaticToken(TOKEN)
    run = RecordedRun(connection, httpx.MockTransport(lambda request: httpx.Response(200)), {"door": "42"})
    run.append_to_log(tmp_path / "runs.jsonl", "createUser", {"door": "42", "topic": "42 things"}, {})
    inputs = load_record(tmp_path / "runs.jsonl", None)["inputs"]
    assert inputs == {"door": "[redacted]", "topic": "42 things"}


USER = ("action=autoCreate", "email=a@example.com", "firstName=A", "lastName=B", "userType=basic")


def run_command(*words: str) -> int:
    return main(["run", "createUser", *(word for pair in USER for word in ("-i", pair)), *words])


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZOOM_TOKEN", TOKEN)
    (tmp_path / "password.txt").write_text(PASSWORD)
    return tmp_path


def answer(body: dict[str, Any]) -> bytes:
    content = json.dumps(body).encode()
    head = "HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: "
    return f"{head}{len(content)}\r\n\r\n".encode() + content


def test_the_files_of_a_command_hold_no_secret_and_are_for_their_owner(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = {
        "id": "u1",
        "echo": f"{PASSWORD} {quote(TOKEN, safe='')}",
        "start_url": "https://zoom.us/s/1?zak=zak-12345678",
    }
    with LoopbackServer(answer(body)) as server:
        files = ("--record", "one.yaml", "--log", "runs.jsonl")
        assert run_command("--base-url", server.base_url, "-i", "password=@password.txt", *files) == 0
    assert TOKEN.encode() in server.requests[0]
    for name in ("one.yaml", "runs.jsonl"):
        text = (here / name).read_text(encoding="utf-8")
        assert [part for part in (PASSWORD, TOKEN, quote(TOKEN, safe=""), "zak-12345678") if part in text] == []
        assert stat.S_IMODE((here / name).stat().st_mode) == 0o600
    captured = capsys.readouterr()
    assert TOKEN not in captured.out + captured.err
    assert PASSWORD not in captured.err


@pytest.mark.parametrize("option", ["--record", "--log"])
def test_a_symbolic_link_is_refused(option: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "link").symlink_to(here / "target")
    with LoopbackServer(answer({"id": "u1"})) as server:
        assert run_command("--base-url", server.base_url, option, "link") == 2
    assert server.requests == []
    assert "cannot be written: it is a symbolic link; name the file itself" in capsys.readouterr().err
    assert not (here / "target").exists()
