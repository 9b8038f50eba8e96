"""Test the reports of kind N: signed JSON that is not an event, other forms of a request target, logged headers."""

from __future__ import annotations

import base64
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from tests.support.deliveries import NOW, SECRET, build_event_body, build_signed_headers

from zoom_component.asgi.server import create_server, open_socket
from zoom_component.events import SqliteInbox, SyncReceiver
from zoom_component.events.inbox.protocols import EventQuery
from zoom_component.events.receiver import Receiver
from zoom_component.events.receiver.lambda_ import create_handler
from zoom_component.events.receiver.status_pages import StatusPages
from zoom_component.events.webhook import InvalidDelivery, verify_line

# https://github.com/zoom/rtms/issues/95, and more of its kind.
NOT_EVENTS = [
    "{}",
    '{"a":"b"}',
    "[]",
    '"x"',
    "null",
    '{"event":""}',
    '{"event":5}',
    '{"event":null}',
    "1",
    '{"event":[]}',
]
BODY = build_event_body()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteInbox]:
    store = SqliteInbox(tmp_path / "inbox.db")
    yield store
    store.close()


@pytest.fixture
def port(store: SqliteInbox) -> Iterator[int]:
    """Serve a receiver at /zoom with its status pages, over a real socket."""
    receiver = Receiver(store, [SECRET], path="/zoom")
    ready, listening_socket = Event(), open_socket("127.0.0.1", 0)
    server = create_server(StatusPages(receiver, store), on_ready=ready.set)
    thread = Thread(target=server.run, args=([listening_socket],), daemon=True)
    thread.start()
    assert ready.wait(10)
    yield listening_socket.getsockname()[1]
    server.should_exit = True
    thread.join()
    listening_socket.close()


def request(port: int, line: str, body: bytes = b"", headers: dict[str, str] | None = None) -> int:
    """Send a request with this first line, and return the status."""
    lines = [line, "host: localhost", "connection: close", f"content-length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)
        received = b""
        while part := connection.recv(65_536):
            received += part
    return int(received.split()[1])


@pytest.mark.parametrize("text", NOT_EVENTS)
def test_signed_json_without_an_event_name_is_refused_over_http(text: str, port: int, store: SqliteInbox) -> None:
    body = text.encode()
    assert request(port, "POST /zoom HTTP/1.1", body, build_signed_headers(body, int(time.time()))) == 400
    assert store.find_events(EventQuery()) == []


@pytest.mark.parametrize("text", NOT_EVENTS)
def test_signed_json_without_an_event_name_is_refused_in_other_hosts(text: str, store: SqliteInbox) -> None:
    body = text.encode()
    receiver = SyncReceiver(store, [SECRET], clock=lambda: NOW)
    assert receiver.handle("POST", build_signed_headers(body).items(), body).status == 400
    payload = {"httpMethod": "POST", "headers": build_signed_headers(body), "body": text}
    assert create_handler(receiver)(payload, None)["statusCode"] == 400
    assert store.find_events(EventQuery()) == []


@pytest.mark.parametrize("text", NOT_EVENTS)
def test_signed_json_without_an_event_name_is_refused_in_a_batch(text: str) -> None:
    verdict = verify_line(build_row(build_signed_headers(text.encode()), text.encode()), NOW)
    assert (verdict["outcome"], verdict["status"], verdict["reason"]) == ("refused", 400, "no_event_name")


# https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2: a server must accept the absolute form.
TARGETS = [
    "/zoom", "http://localhost/zoom", "https://receiver.example.com:8443/zoom", "HTTP://h/zoom", "http://h//zoom",
    "//zoom", "///zoom", "/zoom/", "/%7Aoom", "http://h/%7Aoom", "/zoom?a=b", "http://h/zoom?a=http://x/y",
    "http://user@h/zoom",
]  # fmt: skip


@pytest.mark.parametrize("target", TARGETS)
def test_every_form_of_a_request_target_is_received(target: str, port: int, store: SqliteInbox) -> None:
    status = request(port, f"POST {target} HTTP/1.1", BODY, build_signed_headers(BODY, int(time.time())))
    assert status == 200
    assert len(store.find_events(EventQuery())) == 1


@pytest.mark.parametrize("target", ["http://h/health", "//metrics", "/health"])
def test_the_status_pages_have_every_form_too(target: str, port: int) -> None:
    assert request(port, f"GET {target} HTTP/1.1") == 200


@pytest.mark.parametrize(
    "target", ["http://h", "http://zoom", "http://h/zoomx", "/http://h/zoom", "//h/zoom", "/x/zoom"]
)
def test_another_path_stays_another_path(target: str, port: int) -> None:
    assert request(port, f"POST {target} HTTP/1.1", BODY, build_signed_headers(BODY, int(time.time()))) == 404


def build_row(headers: Any, body: bytes = BODY, **more: Any) -> dict[str, Any]:
    row = {"id": 1, "body_base64": base64.b64encode(body).decode(), "secrets": [SECRET], **more}
    return row if headers is None else {**row, "headers": headers}


SIGNED = {"X-Zm-Signature": "", "X-Zm-Request-Timestamp": ""} | {
    name.title(): value for name, value in build_signed_headers(BODY).items()
}
SHAPES: dict[str, Any] = {
    "an object": SIGNED,
    "lists of values (Go, API Gateway)": {name: [value] for name, value in SIGNED.items()},
    "pairs (ASGI, WSGI)": [[name, value] for name, value in SIGNED.items()],
    "pairs with lists": [[name, [value]] for name, value in SIGNED.items()],
    "a flat list (Node)": [part for pair in SIGNED.items() for part in pair],
    "names and values (HAR)": [{"name": name, "value": value} for name, value in SIGNED.items()],
    "keys and values (Postman)": [{"key": name, "value": value} for name, value in SIGNED.items()],
    "CloudFront": {name.lower(): [{"key": name, "value": value}] for name, value in SIGNED.items()},
    "lines": "".join(f"{name}: {value}\r\n" for name, value in SIGNED.items()),
    "lines below the first line of a request": "POST /zoom HTTP/1.1\r\n"
    + "".join(f"{name}: {value}\r\n" for name, value in SIGNED.items()),
    "a list of lines": [f"{name}:{value}" for name, value in SIGNED.items()],
    "with other repeated headers": {**{name: [value] for name, value in SIGNED.items()}, "Via": ["1.1 a", "1.1 b"]},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_batch_reads_headers_in_every_shape_that_hosts_log(shape: str) -> None:
    assert verify_line(build_row(SHAPES[shape]), NOW)["outcome"] == "notification"


@pytest.mark.parametrize("headers", [None, {}, SIGNED])
def test_a_batch_reads_the_headers_of_a_load_balancer(headers: Any) -> None:
    several = {name.lower(): [value] for name, value in SIGNED.items()}
    assert verify_line(build_row(headers, multiValueHeaders=several), NOW)["outcome"] == "notification"
    assert verify_line(build_row(SIGNED, multiValueHeaders=None), NOW)["outcome"] == "notification"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"X-Zm-Signature": []}, "missing_header"),
        ({"X-Zm-Signature": [SIGNED["X-Zm-Signature"]] * 2}, "malformed_header"),
        ({"X-Zm-Signature": [None]}, "malformed_header"),
        ({"X-Zm-Signature": [[SIGNED["X-Zm-Signature"]] * 2]}, "malformed_header"),
        ({"X-Zm-Signature": ["v0=" + "0" * 64]}, "wrong_signature"),
    ],
)
def test_lists_are_judged_as_the_headers_that_they_were(change: dict[str, Any], reason: str) -> None:
    assert verify_line(build_row({**SIGNED, **change}), NOW)["reason"] == reason


@pytest.mark.parametrize(
    "headers", [5, False, ["a", "b", "c"], [["a"]], [["a", "b", "c"]], [{"name": 1, "value": "x"}]]
)
def test_headers_of_no_shape_are_a_bad_line(headers: Any) -> None:
    with pytest.raises(InvalidDelivery, match="headers: expected an object of strings or a list"):
        verify_line(build_row(headers), NOW)


@pytest.mark.parametrize("headers", ["", "x", [], {}, {"": None, "x": 1}, ["Host: x"]])
def test_a_row_without_the_signed_headers_misses_them(headers: Any) -> None:
    assert verify_line(build_row(headers), NOW)["reason"] == "missing_header"


def test_a_batch_is_one_json_object_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from zoom_component.cli.main import main

    file = tmp_path / "deliveries.jsonl"
    rows = [build_row({name: [value] for name, value in SIGNED.items()}, now=NOW), build_row(SIGNED, b"{}", now=NOW)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert main(["verify", "--batch", str(file)]) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["outcome"], second["reason"]) == ("notification", "wrong_signature")
