"""Build the responses to senders: a status, and a body that reveals no more than the status."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["ACCEPTED", "MESSAGES", "ReceiverResponse", "build_challenge_response", "build_status_response"]

_JSON = (b"content-type", b"application/json")
_CLOSE = (b"connection", b"close")

# One sentence for each status, so that a forger learns nothing from it.
MESSAGES: Mapping[int, str] = {
    400: "The body is not an event.",
    401: "The delivery is not accepted.",
    404: "Nothing is received at this path.",
    405: "Send deliveries by POST.",
    408: "The request took too long.",
    413: "The body is too large.",
    415: "Send the body uncompressed.",
    431: "The headers are too many or too large.",
    503: "Retry later.",
}
# With any other status the body may be unread, so the connection cannot be used again.
_BODY_READ = (400, 401)


class ReceiverResponse(NamedTuple):
    """Hold a complete response."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


def _build(status: int, body: bytes, *headers: tuple[bytes, bytes]) -> ReceiverResponse:
    return ReceiverResponse(status, (_JSON, (b"content-length", b"%d" % len(body)), *headers), body)


def _build_error(status: int) -> ReceiverResponse:
    headers = [] if status in _BODY_READ else [_CLOSE]
    if status == 405:
        headers.append((b"allow", b"POST"))
    if status == 503:
        headers.append((b"retry-after", b"1"))
    return _build(
        status, json.dumps({"status": status, "message": MESSAGES[status]}, allow_nan=False).encode(), *headers
    )


ACCEPTED = _build(200, b"{}")
_BY_STATUS = {status: _build_error(status) for status in MESSAGES}


def build_status_response(status: int) -> ReceiverResponse:
    """Return the response for an error status; that of 400 for a status without one, such as a custom verifier's."""
    return _BY_STATUS.get(status, _BY_STATUS[400])


def build_challenge_response(response: Mapping[str, str]) -> ReceiverResponse:
    """Return the response to a URL validation."""
    return _build(200, json.dumps(dict(response), separators=(",", ":"), allow_nan=False).encode())
