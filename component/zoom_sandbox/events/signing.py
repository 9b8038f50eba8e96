"""How Zoom signs what it sends, and what it expects of an address that says it knows the secret.

https://developers.zoom.us/docs/api/webhooks/#verify-webhook-events
"""

from __future__ import annotations

import hmac
import json
from typing import Any

VALIDATION_EVENT = "endpoint.url_validation"
TIMESTAMP_HEADER = "x-zm-request-timestamp"


def build_signed_headers(secret: str, timestamp: int, body: bytes, client_id: str) -> dict[str, str]:
    """The headers of a delivery; the signature is over these very bytes."""
    return {
        "content-type": "application/json; charset=utf-8",
        "user-agent": "Zoom Marketplace/1.0a",
        "clientid": client_id,
        TIMESTAMP_HEADER: str(timestamp),
        "x-zm-signature": f"v0={compute_hmac(secret, b'v0:%d:%s' % (timestamp, body))}",
    }


def compute_hmac(secret: str, message: bytes) -> str:
    """HMAC-SHA256 in hexadecimal."""
    return hmac.new(secret.encode(), message, "sha256").hexdigest()


def find_validation_problem(answer: bytes, secret: str, plain: str) -> str:
    """What is wrong with the answer to a validation; "" when it proves that the secret is known.

    https://developers.zoom.us/docs/api/webhooks/#validate-your-webhook-endpoint
    """
    found: Any
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError):
        return "its answer is no JSON"
    if not isinstance(found, dict):
        return "its answer is no JSON object"
    if found.get("plainToken") != plain:
        return "its answer does not give the plainToken back"
    expected, given = compute_hmac(secret, plain.encode()), found.get("encryptedToken")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), expected.encode()):
        return "the encryptedToken of its answer is not the HMAC-SHA256 of the plainToken under this secret"
    return ""
