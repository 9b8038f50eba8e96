"""Verify a captured delivery that is stored as one JSON object; `verify --batch` reads and writes one a line.

Each line is verified by itself: a delivery that is repeated is genuine each time.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from zoom_component.events.webhook.verdict import Rejection, Verdict, verdict_to_dict
from zoom_component.events.webhook.verifier import SIGNATURE_WINDOW, Headers, Verifier
from zoom_component.identity_text import UnreadableCharacter, clean_credential

__all__ = ["InvalidDelivery", "verify_line"]

_KEYS = ("id", "headers", "body_base64", "secrets", "now", "window")


class InvalidDelivery(ValueError):
    """Report a line that does not hold a delivery; the message names the problem."""


def verify_line(row: Any, now: float) -> dict[str, Any]:
    """Return the verdict on one row, with the id of the row.

    A row is `{"id", "headers", "body_base64", "secrets", "now", "window"}`: `now` in epoch seconds (default: the
    argument), `window` in seconds (default: SIGNATURE_WINDOW). A blank secret rejects the row. Raise InvalidDelivery.
    """
    if not isinstance(row, dict):
        raise InvalidDelivery("expected a JSON object")
    if unknown := [str(name) for name in row if name not in _KEYS]:
        raise InvalidDelivery(f'unknown key "{unknown[0]}"; expected {", ".join(_KEYS)}')
    body, secrets = _read_body(row.get("body_base64", "")), _read_secrets(row.get("secrets"))
    moment, window = _read_seconds(row, "now", now), _read_seconds(row, "window", SIGNATURE_WINDOW)
    if window <= 0:
        raise InvalidDelivery(f"window: expected a number of seconds above 0, got {window:g}")
    headers = _read_headers(row.get("headers", {}))
    return {"id": row.get("id"), **verdict_to_dict(_verify(headers, body, secrets, moment, window))}


def _verify(headers: Headers, body: bytes, secrets: Sequence[str], now: float, window: float) -> Verdict:
    if not (secrets and all(secrets)):
        return Rejection("blank_secret")
    return Verifier(secrets, window).verify(headers, body, now)


def _read_body(value: Any) -> bytes:
    if isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            pass
    raise InvalidDelivery("body_base64: expected base64")


def _read_secrets(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(secret, str) for secret in value):
        raise InvalidDelivery("secrets: expected a list of strings")
    try:
        return [clean_credential(secret) for secret in value]
    except UnreadableCharacter as error:
        raise InvalidDelivery(f"secrets: expected ASCII characters, got {error}") from None


def _read_seconds(row: Mapping[str, Any], name: str, default: float) -> float:
    value = row.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e15:
        raise InvalidDelivery(f"{name}: expected a number of seconds")
    return value


def _read_headers(value: Any) -> Headers:
    if isinstance(value, dict):
        return value
    pairs = value if isinstance(value, list) else [value]
    if all(isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str) for pair in pairs):
        return [(name, part) for name, part in pairs]
    raise InvalidDelivery("headers: expected an object of strings or a list of pairs")
