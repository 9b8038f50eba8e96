"""Whether a delivery is Zoom's: the signature over the very bytes that came, and a time that is near.

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

__all__ = ["SIGNATURE_WINDOW", "URL_VALIDATION", "Headers", "Verifier"]

Headers: TypeAlias = Mapping[str, Any] | Iterable[tuple[bytes, bytes]] | Iterable[tuple[str, str]]

URL_VALIDATION = "endpoint.url_validation"
# Zoom tries again after 5, 20 and 60 more minutes, and may keep the first signature and time.
SIGNATURE_WINDOW = 90 * 60.0
_SIGNATURE, _TIMESTAMP = "x-zm-signature", "x-zm-request-timestamp"
_WANTED = {_SIGNATURE, _TIMESTAMP, _SIGNATURE.encode(), _TIMESTAMP.encode()}
_SIGNED = re.compile(r"v0=[0-9a-f]{64}")
_SECONDS = re.compile(r"[0-9]{1,12}")
_MOST_TOKEN = 1024


class Verifier:
    """Judges deliveries by one secret, or by several while one replaces another.

    `window` is how many seconds the signed time may lie behind or ahead. Raises InputError for no secret, a blank one,
    or a window that is no positive number: a receiver with those must not start.
    """

    def __init__(self, secrets: Sequence[str], window: float = SIGNATURE_WINDOW) -> None:
        problems = [Problem("webhookSecretToken", sentence) for sentence in _wrong(secrets)]
        if not 0 < window < float("inf"):
            problems.append(Problem("window", f"{window!r} is no number of seconds above 0"))
        if problems:
            raise InputError(problems)
        self._secrets = [secret.encode("utf-8", "surrogatepass") for secret in secrets]
        self._window = window

    def verify(self, headers: Headers, body: bytes, now: float) -> Verdict:
        """The verdict on a delivery at a time in epoch seconds. Never raises for what was sent.

        `headers` are a mapping or pairs, in any case of letters. A header that comes twice is malformed.
        """
        found = _pair(headers)
        if isinstance(found, Rejection):
            return found
        signature, stamp = found
        secret = self._signer(signature, stamp, body)
        if secret is None:
            return Rejection("wrong_signature")
        age = now - int(stamp)
        if abs(age) > self._window:
            return Rejection("stale" if age > 0 else "future", _apart(age, self._window))
        try:
            event = parse_event(body, stamp)
        except InvalidJson as problem:
            return Rejection("not_json", str(problem))
        return _answer(event, secret) if event.name == URL_VALIDATION else Notification(event)

    def _signer(self, signature: str, stamp: str, body: bytes) -> bytes | None:
        """The secret that made the signature. Each is tried, so that the time taken tells nothing of which."""
        given, message, found = signature.encode(), b"v0:%s:%s" % (stamp.encode(), body), None
        for secret in self._secrets:
            if hmac.compare_digest(given, b"v0=" + hmac.digest(secret, message, "sha256").hex().encode()):
                found = secret
        return found


def _wrong(secrets: Sequence[str]) -> list[str]:
    if isinstance(secrets, str) or not all(isinstance(secret, str) for secret in secrets):
        return ["a list of texts is expected"]
    if not secrets:
        return ["it is required: without a secret, anybody could forge a delivery"]
    if any(not secret.strip() for secret in secrets):
        return ["it is blank: without a secret, anybody could forge a delivery"]
    return []


def _pair(headers: Headers) -> tuple[str, str] | Rejection:
    """Signature and time, each well formed."""
    found: dict[str, Any] = {}
    for name, value in headers.items() if isinstance(headers, Mapping) else headers:
        low = name.lower() if isinstance(name, str | bytes) else name
        if low not in _WANTED:
            continue
        word = low.decode() if isinstance(low, bytes) else low
        if word in found:
            return Rejection("malformed_header", f"{word} comes twice")
        found[word] = value.decode("latin-1") if isinstance(value, bytes) else value
    if len(found) < 2:
        return Rejection("missing_header")
    signature, stamp = found[_SIGNATURE], found[_TIMESTAMP]
    if not (isinstance(signature, str) and _SIGNED.fullmatch(signature)):
        return Rejection("malformed_header", "a signature is v0= and 64 digits of lower-case hexadecimal")
    if not (isinstance(stamp, str) and stamp.isascii() and _SECONDS.fullmatch(stamp)):
        return Rejection("malformed_header", "a time is a whole number of seconds")
    return signature, stamp


def _answer(event: Event, secret: bytes) -> Verdict:
    """The proof that the secret is known.

    A token that begins as a signed message does is not answered: the proof would be a signature for that message.
    """
    token = event.payload.get("plainToken")
    if not isinstance(token, str) or not token.strip() or len(token) > _MOST_TOKEN or token.startswith("v0:"):
        return Rejection("no_plain_token")
    try:
        proof = hmac.digest(secret, token.encode(), "sha256").hex()
    except UnicodeEncodeError:
        return Rejection("no_plain_token")
    return Challenge(event, {"plainToken": token, "encryptedToken": proof})


def _apart(age: float, window: float) -> str:
    minutes, most = abs(age) / 60, window / 60
    side = "ago" if age > 0 else "ahead"
    return f"{minutes:,.1f} minutes {side}; {most:,.4g} are allowed"
