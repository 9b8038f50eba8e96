"""What a sender is answered: a status, and a body that says no more than that."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["TAKEN", "WORDS", "Answer", "plain", "proof"]

_JSON = (b"content-type", b"application/json")
_CLOSE = (b"connection", b"close")

# One sentence a status: whoever forges learns nothing from it.
WORDS: Mapping[int, str] = {
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


class Answer(NamedTuple):
    """A whole answer."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


def _made(status: int, body: bytes, *more: tuple[bytes, bytes]) -> Answer:
    return Answer(status, (_JSON, (b"content-length", b"%d" % len(body)), *more), body)


def _refusing(status: int) -> Answer:
    more = [] if status in _READ else [_CLOSE]
    if status == 405:
        more.append((b"allow", b"POST"))
    if status == 503:
        more.append((b"retry-after", b"1"))
    return _made(status, json.dumps({"status": status, "message": WORDS[status]}).encode(), *more)


TAKEN = _made(200, b"{}")
_PLAIN = {status: _refusing(status) for status in WORDS}


def plain(status: int) -> Answer:
    """The one answer that there is for a status; that of 400 where a judge of one's own has another."""
    return _PLAIN.get(status, _PLAIN[400])


def proof(response: Mapping[str, str]) -> Answer:
    """The answer to a validation."""
    return _made(200, json.dumps(dict(response), separators=(",", ":")).encode())
