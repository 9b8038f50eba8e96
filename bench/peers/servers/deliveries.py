"""Build signed webhook deliveries; every event is new, and its time is later than that of the one before."""

from __future__ import annotations

import hmac
import json
import time

SECRET = "a-secret-of-the-bench"
START = 1_790_000_000_000


def build_event(number: int, note: str = "") -> bytes:
    """Return the body of an event as Zoom sends it."""
    meeting = {
        "duration": 60,
        "start_time": "2026-11-30T09:30:00Z",
        "timezone": "Europe/Berlin",
        "topic": f"Daily Meeting{note}",
        "id": str(80_000_000_000 + number),
        "type": 2,
        "uuid": f"{number:022d}==",
        "host_id": "x1yCzABCDEfg23HiJKl4mN",
    }
    payload = {"account_id": "AAAAAABBBB", "object": meeting}
    document = {"event": "meeting.started", "event_ts": START + number, "payload": payload}
    return json.dumps(document, separators=(",", ":")).encode()


def build_delivery(body: bytes, path: str = "/") -> bytes:
    """Return a whole request, signed as Zoom signs it."""
    timestamp = b"%d" % time.time()
    signature = hmac.digest(SECRET.encode(), b"v0:" + timestamp + b":" + body, "sha256").hex().encode()
    return (
        b"POST %b HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json; charset=utf-8\r\n"
        b"content-length: %d\r\nx-zm-request-timestamp: %b\r\nx-zm-signature: v0=%b\r\n\r\n%b"
        % (path.encode(), len(body), timestamp, signature, body)
    )
