"""What a sender is answered: a status, and a body that says no more than that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["ACCEPTED", "MESSAGES", "ReceiverResponse", "build_challenge_response", "build_status_response"]

_JSON = (b"content-type", b"application/json")
_CLOSE = (b"connection", b"close")

# One sentence a status: whoever forges learns nothing from it.
MESSAGES: Mapping[int, str] = {
    400: "This is no event.",
    401: "This delivery is not accepted.",
    404: "Nothing is received here.",
    405: "Deliveries come by POST.",
    408: "The request took too long.",
    413: "The body is too large.",
    415: "The body has to come uncompressed.",
    431: "The headers are too many or too large.",
    503: "Try again later.",
}
# After any other the body may not have been read, and would go on coming.
_READ = (400, 401)


class ReceiverResponse(NamedTuple):
    """A whole answer."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


def _made(status: int, body: bytes, *more: tuple[bytes, bytes]) -> ReceiverResponse:
    return ReceiverResponse(status, (_JSON, (b"content-length", b"%d" % len(body)), *more), body)


def _refusing(status: int) -> ReceiverResponse:
    more = [] if status in _READ else [_CLOSE]
    if status == 405:
        more.append((b"allow", b"POST"))
    if status == 503:
        more.append((b"retry-after", b"1"))
    return _made(status, json.dumps({"status": status, "message": MESSAGES[status]}).encode(), *more)


ACCEPTED = _made(200, b"{}")
_PLAIN = {status: _refusing(status) for status in MESSAGES}


def build_status_response(status: int) -> ReceiverResponse:
    """The one answer that there is for a status; that of 400 where a judge of one's own has another."""
    return _PLAIN.get(status, _PLAIN[400])


def build_challenge_response(response: Mapping[str, str]) -> ReceiverResponse:
    """The answer to a validation."""
    return _made(200, json.dumps(dict(response), separators=(",", ":")).encode())
