"""Sign deliveries as Zoom does, and check an endpoint's proof that it knows the secret.

https://developers.zoom.us/docs/api/webhooks/#verify-webhook-events
"""

from __future__ import annotations

import hmac
import json
from typing import Any

VALIDATION_EVENT = "endpoint.url_validation"
TIMESTAMP_HEADER = "x-zm-request-timestamp"


def build_signed_headers(secret: str, timestamp: int, body: bytes, client_id: str) -> dict[str, str]:
    """Return the headers of a delivery; the signature covers exactly these bytes. `timestamp` is in epoch seconds."""
    return {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "Zoom Marketplace/1.0a",
        "clientid": client_id,
        TIMESTAMP_HEADER: str(timestamp),
        "x-zm-signature": f"v0={compute_hmac(secret, b'v0:%d:%s' % (timestamp, body))}",
    }


def compute_hmac(secret: str, message: bytes) -> str:
    """Return the HMAC-SHA256 in hexadecimal."""
    return hmac.new(secret.encode(), message, "sha256").hexdigest()


def find_validation_problem(answer: bytes, secret: str, plain_token: str) -> str:
    """Return what is wrong with the answer to a validation, or "" when it proves that the secret is known.

    https://developers.zoom.us/docs/api/webhooks/#validate-your-webhook-endpoint
    """
    payload: Any
    try:
        payload = json.loads(answer)
    except (ValueError, RecursionError):
        return "its answer is not JSON"
    if not isinstance(payload, dict):
        return "its answer is not a JSON object"
    if payload.get("plainToken") != plain_token:
        return "its answer does not return the plainToken"
    expected, encrypted = compute_hmac(secret, plain_token.encode()), payload.get("encryptedToken")
    if not isinstance(encrypted, str) or not hmac.compare_digest(encrypted.encode(), expected.encode()):
        return "the encryptedToken of its answer is not the HMAC-SHA256 of the plainToken with this secret"
    return ""
