"""A captured delivery as one JSON value, judged by itself: what `verify --batch` reads and writes a line of.

Nothing is remembered from one to the next, so a delivery that comes twice is genuine twice.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from zoom_component.events.webhook.verdict import Rejection, Verdict, verdict_to_dict
from zoom_component.events.webhook.verifier import SIGNATURE_WINDOW, Headers, Verifier

__all__ = ["InvalidDelivery", "verify_line"]

_KEYS = ("id", "headers", "body_base64", "secrets", "now", "window")


class InvalidDelivery(ValueError):
    """A line that holds no delivery, with what is wrong with it."""


def verify_line(row: Any, now: float) -> dict[str, Any]:
    """The verdict on one row, beside its id.

    A row is `{"id", "headers", "body_base64", "secrets", "now", "window"}`: `now` in epoch seconds (else the given
    one), `window` in seconds (else WINDOW). A blank secret refuses whatever was signed with it. Raises BadLine.
    """
    if not isinstance(row, dict):
        raise InvalidDelivery("a JSON object is expected")
    if unknown := [str(name) for name in row if name not in _KEYS]:
        raise InvalidDelivery(f"there is no {unknown[0]!r}; there are {', '.join(_KEYS)}")
    body, secrets = _body(row.get("body_base64", "")), _secrets(row.get("secrets"))
    moment, window = _number(row, "now", now), _number(row, "window", SIGNATURE_WINDOW)
    if window <= 0:
        raise InvalidDelivery(f"window is {window:g}; expected are seconds above 0")
    headers = _headers(row.get("headers", {}))
    return {"id": row.get("id"), **verdict_to_dict(_verdict(headers, body, secrets, moment, window))}


def _verdict(headers: Headers, body: bytes, secrets: Sequence[str], now: float, window: float) -> Verdict:
    if not secrets or any(not secret.strip() for secret in secrets):
        return Rejection("blank_secret")
    return Verifier(secrets, window).verify(headers, body, now)


def _body(value: Any) -> bytes:
    if isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            pass
    raise InvalidDelivery("body_base64 is no base64")


def _secrets(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(secret, str) for secret in value):
        raise InvalidDelivery("secrets are no list of texts")
    return value


def _number(row: Mapping[str, Any], name: str, usual: float) -> float:
    value = row.get(name)
    if value is None:
        return usual
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e15:
        raise InvalidDelivery(f"{name} is no number of seconds")
    return value


def _headers(value: Any) -> Headers:
    if isinstance(value, dict):
        return value
    pairs = value if isinstance(value, list) else [value]
    if all(isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str) for pair in pairs):
        return [(name, part) for name, part in pairs]
    raise InvalidDelivery("headers are no object of texts")
