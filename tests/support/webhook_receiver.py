"""A receiver of webhooks on loopback: it proves its secret, verifies signatures over raw bytes, and can misbehave."""

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

SECRET = "a-secret-of-the-tests"
_FORMATS = FormatChecker(())
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


@_FORMATS.checks("date-time")
def _is_stamp(value: object) -> bool:
    """As Zoom writes times in events."""
    return not isinstance(value, str) or bool(_STAMP.fullmatch(value))


@_FORMATS.checks("email")
def _is_email(value: object) -> bool:
    """An address, or "" for a guest who gave none."""
    return not isinstance(value, str) or value == "" or "@" in value


@dataclass(frozen=True)
class ReceivedDelivery:
    """A delivery as it came: lower-case header names, and the bytes."""

    path: str
    headers: dict[str, str]
    raw: bytes

    def json(self) -> Any:
        return json.loads(self.raw)


class WebhookReceiver:
    """`received` holds the deliveries with a right signature, `forged` the others.

    `answers` are statuses for the next deliveries, 200 once they are spent; a float is a silence of so many seconds.
    `validates` False answers a validation with the token of another secret; a text is sent in place of an answer.
    """

    def __init__(self, secret: str = SECRET, *answers: int | float) -> None:
        self.secret = secret
        self.answers = list(answers)
        self.validates: bool | str = True
        self.accepted: list[ReceivedDelivery] = []
        self.rejected: list[ReceivedDelivery] = []
        self.validations: list[ReceivedDelivery] = []
        self._closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
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
        """The names of the events received, in the order in which they came."""
        return [each.json()["event"] for each in self.accepted]

    def last(self) -> Any:
        """The body of the last delivery, which fits its schema."""
        body = self.accepted[-1].json()
        check_event(body)
        return body

    def take(self, came: ReceivedDelivery) -> tuple[int, bytes]:
        """What to answer to a delivery."""
        if not self._signed(came):
            self.rejected.append(came)
            return 401, b""
        body = came.json()
        if body["event"] == "endpoint.url_validation":
            self.validations.append(came)
            return 200, self._proof(body["payload"]["plainToken"])
        self.accepted.append(came)
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, float):
            self._closing.wait(answer)
            return 200, b""
        return answer, b""

    def _signed(self, came: ReceivedDelivery) -> bool:
        stamp = came.headers.get("x-zm-request-timestamp", "")
        expected = "v0=" + _digest(self.secret, f"v0:{stamp}:".encode() + came.raw)
        return hmac.compare_digest(expected, came.headers.get("x-zm-signature", ""))

    def _proof(self, plain: str) -> bytes:
        if isinstance(self.validates, str):
            return self.validates.encode()
        secret = self.secret if self.validates else "another"
        return json.dumps({"plainToken": plain, "encryptedToken": _digest(secret, plain.encode())}).encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that left early is what some tests want."""


def check_event(body: dict[str, Any]) -> None:
    """The event is one that Zoom knows, and its body fits the schema, its keys compared."""
    facts = find_event(body["event"])
    assert facts is not None
    assert facts.schema is not None
    errors = [
        f"{error.json_path}: {error.message}"
        for error in Draft202012Validator(facts.schema, format_checker=_FORMATS).iter_errors(body)
        if "weekly_days" not in error.absolute_path  # the facts list single weekdays; Zoom gives several in one text
    ]
    assert errors == [], (body["event"], errors)
    unknown = find_unknown_keys(body, facts.schema)
    assert unknown == [], (body["event"], unknown)


def _digest(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def _handler(receiver: WebhookReceiver) -> type[BaseHTTPRequestHandler]:
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
            """Nothing: a test prints what it has to say."""

    return Handler
