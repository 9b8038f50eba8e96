"""Verify a captured delivery that is stored as one JSON object; `verify --batch` reads and writes one a line.

Each line is verified by itself: a delivery that is repeated is genuine each time.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zoom_component.events.webhook.verdict import Rejection, Verdict, verdict_to_dict
from zoom_component.events.webhook.verifier import SIGNATURE_WINDOW, Headers, Verifier
from zoom_component.identity_text import UnreadableCharacter, clean_credential

__all__ = ["InvalidDelivery", "verify_line"]

_KEYS = ("id", "headers", "multiValueHeaders", "body_base64", "secrets", "now", "window")
_EXPECTED_HEADERS = "headers: expected an object of strings or a list of pairs; values may be lists of strings"


class InvalidDelivery(ValueError):
    """Report a line that does not hold a delivery; the message names the problem."""


def verify_line(row: Any, now: float) -> dict[str, Any]:
    """Return the verdict on one row, with the id of the row.

    A row is `{"id", "headers", "body_base64", "secrets", "now", "window"}`: `now` in epoch seconds (default: the
    argument), `window` in seconds (default: SIGNATURE_WINDOW). `headers` may have any shape that hosts log, see
    `_read_headers`. A blank secret rejects the row. Raise InvalidDelivery.
    """
    if not isinstance(row, dict):
        raise InvalidDelivery("expected a JSON object")
    if unknown := [str(name) for name in row if name not in _KEYS]:
        raise InvalidDelivery(f'unknown key "{unknown[0]}"; expected {", ".join(_KEYS)}')
    body, secrets = _read_body(row.get("body_base64", "")), _read_secrets(row.get("secrets"))
    moment, window = _read_seconds(row, "now", now), _read_seconds(row, "window", SIGNATURE_WINDOW)
    if window <= 0:
        raise InvalidDelivery(f"window: expected a number of seconds above 0, got {window:g}")
    # A load balancer of AWS logs repeated headers under this key, and `headers` may be null beside it.
    # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#multi-value-headers
    logged = row.get("multiValueHeaders") or row.get("headers")
    headers = _read_headers({} if logged is None else logged)
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


def _read_headers(value: Any) -> list[tuple[str, Any]]:
    """Return every header as a pair of name and value.

    These shapes are read: an object of values, or of lists of values (Go, API Gateway); a list of pairs (ASGI, WSGI); a
    flat list of names and values (Node's rawHeaders); objects with `name` or `key` beside `value` (HAR, CloudFront);
    and lines, as a list or as one text.
    """
    if isinstance(value, str):
        lines = [line for line in value.splitlines() if line.strip()]
        value = lines[1:] if lines and ":" not in lines[0].split(" ")[0] else lines  # without `POST /zoom HTTP/1.1`
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        if all(":" in each for each in value):
            value = [line.split(":", 1) for line in value]
        elif len(value) % 2 == 0:
            value = [value[at : at + 2] for at in range(0, len(value), 2)]
    pairs = list(value.items()) if isinstance(value, dict) else value
    if not isinstance(pairs, list):
        raise InvalidDelivery(_EXPECTED_HEADERS)
    return [pair for each in pairs for pair in _read_pairs(each)]


def _read_pairs(each: Any) -> Iterator[tuple[str, Any]]:
    """Yield the headers of one item: none for an empty list of values, several for a repeated header."""
    if isinstance(each, dict):
        each = (each.get("name", each.get("key")), each.get("value"))
    if not isinstance(each, list | tuple) or len(each) != 2 or not isinstance(each[0], str):
        raise InvalidDelivery(_EXPECTED_HEADERS)
    name, values = each
    for value in values if isinstance(values, list) else [values]:
        text = value.get("value") if isinstance(value, dict) else value
        yield name.strip(), text.strip() if isinstance(text, str) else text
