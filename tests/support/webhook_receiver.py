"""Receive webhooks on a loopback address: answer the validation, verify signatures, and fail on request."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from tests.support.sandbox_answers import find_unknown_keys
from zoom_facts import find_event

SECRET = "test-secret"
_FORMATS = FormatChecker(())
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


@_FORMATS.checks("date-time")
def _is_stamp(value: object) -> bool:
    """Return whether the value is a time as Zoom writes it in events."""
    return not isinstance(value, str) or bool(_STAMP.fullmatch(value))


@_FORMATS.checks("email")
def _is_email(value: object) -> bool:
    """Return whether the value is an address, or "" for a guest without one."""
    return not isinstance(value, str) or value == "" or "@" in value


@dataclass(frozen=True)
class ReceivedDelivery:
    """Hold a delivery as received, with lower-case header names."""

    path: str
    headers: dict[str, str]
    raw: bytes

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.raw)


class WebhookReceiver:
    """Receive deliveries: `accepted` holds those with a valid signature, `rejected` the others.

    `answers` are the statuses for the next deliveries, then 200; a float waits that many seconds before the response.
    `validates` False answers a validation with the token of another secret; a text is sent as the response instead.
    """

    def __init__(self, secret: str = SECRET, *answers: int | float) -> None:
        self.secret = secret
        self.answers = list(answers)
        self.validates: bool | str = True
        self.accepted: list[ReceivedDelivery] = []
        self.rejected: list[ReceivedDelivery] = []
        self.validations: list[ReceivedDelivery] = []
        self._closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _create_handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}/hooks?of=tests"

    def __enter__(self) -> WebhookReceiver:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def events(self) -> list[str]:
        """Return the names of the accepted events in order."""
        return [each.json()["event"] for each in self.accepted]

    def last(self) -> Any:
        """Return the body of the last delivery, checked against its schema."""
        body = self.accepted[-1].json()
        check_event(body)
        return body

    def take(self, delivery: ReceivedDelivery) -> tuple[int, bytes]:
        """Return status and body of the response to a delivery."""
        if not self._has_valid_signature(delivery):
            self.rejected.append(delivery)
            return 401, b""
        body = delivery.json()
        if body["event"] == "endpoint.url_validation":
            self.validations.append(delivery)
            return 200, self._build_validation(body["payload"]["plainToken"])
        self.accepted.append(delivery)
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, float):
            self._closing.wait(answer)
            return 200, b""
        return answer, b""

    def _has_valid_signature(self, delivery: ReceivedDelivery) -> bool:
        stamp = delivery.headers.get("x-zm-request-timestamp", "")
        expected = "v0=" + _compute_hmac(self.secret, f"v0:{stamp}:".encode() + delivery.raw)
        return hmac.compare_digest(expected, delivery.headers.get("x-zm-signature", ""))

    def _build_validation(self, plain: str) -> bytes:
        if isinstance(self.validates, str):
            return self.validates.encode()
        secret = self.secret if self.validates else "another"
        return json.dumps({"plainToken": plain, "encryptedToken": _compute_hmac(secret, plain.encode())}).encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore errors: some tests disconnect early."""


def check_event(body: dict[str, Any]) -> None:
    """Check that the event exists and that its body fits its schema, without unknown keys."""
    facts = find_event(body["event"])
    assert facts is not None
    assert facts.schema is not None
    errors = [
        f"{error.json_path}: {error.message}"
        for error in Draft202012Validator(facts.schema, format_checker=_FORMATS).iter_errors(body)
        if "weekly_days" not in error.absolute_path  # the facts list single weekdays; Zoom sends several in one text
    ]
    assert errors == [], (body["event"], errors)
    unknown = find_unknown_keys(body, facts.schema)
    assert unknown == [], (body["event"], unknown)


def _compute_hmac(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def _create_handler(receiver: WebhookReceiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, body = receiver.take(ReceivedDelivery(self.path, headers, raw))
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("location", "/elsewhere")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Log nothing."""

    return Handler
