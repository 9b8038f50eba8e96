"""Verify that a delivery is Zoom's: its signature covers the raw bytes, and its time is near.

https://developers.zoom.us/docs/api/webhooks/#verify-webhook-events
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from zoom_component.errors import InputError, Problem
from zoom_component.events.webhook.event import Event, InvalidJson, parse_event
from zoom_component.events.webhook.verdict import Challenge, Notification, Rejection, Verdict
from zoom_component.identity_text import UnreadableCharacter, clean_credential

__all__ = ["SIGNATURE_WINDOW", "URL_VALIDATION", "Headers", "Verifier"]

Headers: TypeAlias = Mapping[str, Any] | Iterable[tuple[bytes, bytes]] | Iterable[tuple[str, str]]

URL_VALIDATION = "endpoint.url_validation"
# Zoom retries after 5, 20 and 60 more minutes, and may keep the first signature and time.
SIGNATURE_WINDOW = 90 * 60.0
_SIGNATURE, _TIMESTAMP = "x-zm-signature", "x-zm-request-timestamp"
_SIGNED_HEADERS = {_SIGNATURE, _TIMESTAMP, _SIGNATURE.encode(), _TIMESTAMP.encode()}
_SIGNATURE_PATTERN = re.compile(r"v0=[0-9a-f]{64}")
_SECONDS_PATTERN = re.compile(r"[0-9]{1,12}")
_MAX_TOKEN_LENGTH = 1024
_JSON_KINDS = {dict: "an object", list: "a list", str: "text", bool: "true or false", type(None): "null"}


class Verifier:
    """Verify deliveries with one secret, or with several while one replaces another.

    Blanks around a secret and characters that nobody sees in it are not part of it. `window`: seconds that the signed
    time may lie behind or ahead. Raise InputError for a missing or blank secret, for a secret with a character that no
    secret has, and for a window that is not a positive number: a receiver with those must not start.
    """

    def __init__(self, secrets: Sequence[str], window: float = SIGNATURE_WINDOW) -> None:
        cleaned, messages = _clean_secrets(secrets)
        problems = [Problem("webhookSecretToken", message) for message in messages]
        if not 0 < window < float("inf"):
            problems.append(Problem("window", f"expected a number of seconds above 0, got {window!r}"))
        if problems:
            raise InputError(problems)
        self._secrets = [secret.encode() for secret in cleaned]
        self._window = window

    def verify(self, headers: Headers, body: bytes, now: float) -> Verdict:
        """Return the verdict on a delivery. Never raise for any input.

        `headers` are a mapping or pairs, in any letter case; a value may be a list of one, and a repeated header is
        malformed. `now` is in epoch seconds.
        """
        signed = _read_signed_headers(headers)
        if isinstance(signed, Rejection):
            return signed
        signature, timestamp = signed
        secret = self._find_signer(signature, timestamp, body)
        if secret is None:
            return Rejection("wrong_signature")
        age = now - int(timestamp)
        if abs(age) > self._window:
            return Rejection("stale" if age > 0 else "future", _describe_age(age, self._window))
        try:
            event = parse_event(body, timestamp)
        except InvalidJson as error:
            return Rejection("not_json", str(error))
        if not event.name:
            return Rejection("no_event_name", _describe_name(event.body))
        return _answer_challenge(event, secret) if event.name == URL_VALIDATION else Notification(event)

    def _find_signer(self, signature: str, timestamp: str, body: bytes) -> bytes | None:
        """Return the secret that made the signature. Try each one, so that the time taken does not reveal which."""
        received, message, signer = signature.encode(), b"v0:%s:%s" % (timestamp.encode(), body), None
        for secret in self._secrets:
            if hmac.compare_digest(received, b"v0=" + hmac.digest(secret, message, "sha256").hex().encode()):
                signer = secret
        return signer


def _clean_secrets(secrets: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the secrets without characters that nobody sees, and the problems."""
    if isinstance(secrets, str) or not all(isinstance(secret, str) for secret in secrets):
        return [], ["expected a list of strings"]
    if not secrets:
        return [], ["a secret is required: without one, anybody could forge a delivery"]
    try:
        cleaned = [clean_credential(secret) for secret in secrets]
    except UnreadableCharacter as error:
        return [], [f"expected a secret of ASCII characters, got one with {error}; copy the whole secret again"]
    if not all(cleaned):
        return [], ["expected a secret, got a blank one: without a secret, anybody could forge a delivery"]
    return cleaned, []


def _read_signed_headers(headers: Headers) -> tuple[str, str] | Rejection:
    """Return the signature and the timestamp, each well formed."""
    values: dict[str, Any] = {}
    for name, value in headers.items() if isinstance(headers, Mapping) else headers:
        lowered = name.lower() if isinstance(name, str | bytes) else name
        if not isinstance(lowered, str | bytes) or lowered not in _SIGNED_HEADERS:
            continue
        header = lowered.decode() if isinstance(lowered, bytes) else lowered
        # Hosts that keep repeated headers have a list for each name, usually of one value.
        for each in value if isinstance(value, list | tuple) else (value,):
            if header in values:
                return Rejection("malformed_header", f"{header} is repeated")
            values[header] = each.decode("latin-1") if isinstance(each, bytes) else each
    if len(values) < 2:
        return Rejection("missing_header")
    signature, timestamp = values[_SIGNATURE], values[_TIMESTAMP]
    if not (isinstance(signature, str) and _SIGNATURE_PATTERN.fullmatch(signature)):
        return Rejection("malformed_header", "expected a signature of v0= and 64 lowercase hexadecimal digits")
    if not (isinstance(timestamp, str) and timestamp.isascii() and _SECONDS_PATTERN.fullmatch(timestamp)):
        return Rejection("malformed_header", "expected a timestamp that is an integer of seconds")
    return signature, timestamp


def _answer_challenge(event: Event, secret: bytes) -> Verdict:
    """Return the proof that the secret is known.

    Refuse a token that begins like a signed message: the proof would be a valid signature for that message.
    """
    token = event.payload.get("plainToken")
    if not isinstance(token, str) or not token.strip() or len(token) > _MAX_TOKEN_LENGTH or token.startswith("v0:"):
        return Rejection("no_plain_token")
    try:
        digest = hmac.digest(secret, token.encode(), "sha256").hex()
    except UnicodeEncodeError:
        return Rejection("no_plain_token")
    return Challenge(event, {"plainToken": token, "encryptedToken": digest})


def _describe_name(body: Any) -> str:
    """Return what stands in place of the name of an event."""
    if not isinstance(body, dict):
        return f"expected a JSON object, got {_JSON_KINDS.get(type(body), 'a number')}"
    if "event" not in body:
        return 'the key "event" is missing'
    name = body["event"]
    kind = "blank text" if isinstance(name, str) else _JSON_KINDS.get(type(name), "a number")
    return f"event: expected text, got {kind}"


def _describe_age(age: float, window: float) -> str:
    side = "ago" if age > 0 else "ahead"
    return f"{abs(age) / 60:,.1f} minutes {side}; the limit is {window / 60:,.4g} minutes"
