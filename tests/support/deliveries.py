"""Build webhook deliveries with Zoom's signature."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

SECRET = "test-secret"
NOW = 1_773_140_400  # 2026-03-10T11:00:00Z


def sign(body: bytes, stamp: int | str = NOW, secret: str = SECRET) -> str:
    """Return the signature of a body."""
    message = b"v0:" + str(stamp).encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def build_signed_headers(body: bytes, stamp: int | str = NOW, secret: str = SECRET) -> dict[str, str]:
    """Return the headers of a delivery."""
    return {
        "content-type": "application/json; charset=utf-8",
        "x-zm-request-timestamp": str(stamp),
        "x-zm-signature": sign(body, stamp, secret),
    }


def build_event_body(event: str = "meeting.started", at: int = NOW * 1000, **fields: Any) -> bytes:
    """Return the body of an event; `fields` are those of its object."""
    fields = fields or {"id": "85746065432", "uuid": "4444AAAiAAAAAiAiAiiAii==", "topic": "Daily"}
    return json.dumps({"event": event, "event_ts": at, "payload": {"account_id": "AAAB", "object": fields}}).encode()
