"""Define the three verdicts on a delivery: an event, a URL validation to answer, or a rejection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

from zoom_component.errors import WebhookRejected
from zoom_component.events.webhook.event import Event

__all__ = ["REASONS", "Challenge", "Notification", "Rejection", "Verdict", "verdict_to_dict"]

# Reason: the status of the response, and a sentence for the owner of the receiver. Every problem with a header has the
# same status, so that a forger learns nothing from it.
REASONS: Mapping[str, tuple[int, str]] = {
    "blank_secret": (401, "a secret is blank; without a secret, anybody could forge a delivery"),
    "missing_header": (401, "x-zm-signature or x-zm-request-timestamp is missing; Zoom sends both"),
    "malformed_header": (401, "x-zm-signature or x-zm-request-timestamp is malformed"),
    "wrong_signature": (401, "the signature does not match: another secret made it, or the body was changed"),
    "stale": (401, "the signature is valid, but its time is too long ago"),
    "future": (401, "the signature is valid, but its time is too far ahead"),
    "not_json": (400, "the signature is valid, but the body is not JSON"),
    "no_event_name": (400, "the signature is valid, but the body is not an event: it has no event name"),
    "no_plain_token": (400, "the signature is valid, but the URL validation has no usable plainToken"),
    "unknown_event": (422, "the signature is valid, but the event is unknown, and strict mode refuses it"),
    "drift": (422, "the signature is valid, but the body differs from its schema, and strict mode refuses it"),
    # Of notifications of API v1.
    "no_credentials": (401, "the Authorization header is missing, repeated or malformed; expected a user and password"),
    "wrong_credentials": (401, "the user or the password does not match"),
    "no_form": (400, "the user and password are valid, but the body is not a notification form"),
}


@dataclass(frozen=True)
class Notification:
    """Hold a genuine event, to be stored and dispatched."""

    event: Event
    outcome: ClassVar[str] = "notification"
    branch: ClassVar[str] = "Notification"
    status: ClassVar[int] = 200
    reason: ClassVar[str] = ""
    response: ClassVar[None] = None


@dataclass(frozen=True)
class Challenge:
    """Hold a genuine URL validation; `response` is the body that proves knowledge of the secret.

    https://developers.zoom.us/docs/api/webhooks/#validate-your-webhook-endpoint
    """

    event: Event
    response: Mapping[str, str]
    outcome: ClassVar[str] = "challenge"
    branch: ClassVar[str] = "URL Verify"
    status: ClassVar[int] = 200
    reason: ClassVar[str] = ""


@dataclass(frozen=True)
class Rejection:
    """Hold a delivery that is forged or unreadable: `reason` is a key of REASONS, `detail` adds to its sentence."""

    reason: str
    detail: str = ""
    event: ClassVar[None] = None
    outcome: ClassVar[str] = "refused"
    branch: ClassVar[str] = ""
    response: ClassVar[None] = None

    @property
    def status(self) -> int:
        """Return the status of the response: 401, or 400 or 422 when the signature is valid."""
        return REASONS[self.reason][0]

    @property
    def message(self) -> str:
        """Return a sentence for the owner of the receiver."""
        sentence = REASONS[self.reason][1]
        return f"{sentence} ({self.detail})" if self.detail else sentence

    def to_error(self) -> WebhookRejected:
        """Return the rejection as an exception to raise."""
        return WebhookRejected(f"The delivery is rejected: {self.message}.", status=self.status, reason=self.reason)


Verdict: TypeAlias = Notification | Challenge | Rejection


def verdict_to_dict(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as JSON values: outcome, status, response, reason, event."""
    return {
        "outcome": verdict.outcome,
        "status": verdict.status,
        "response": None if verdict.response is None else dict(verdict.response),
        "reason": verdict.reason or None,
        "event": verdict.event.name if verdict.event is not None else None,
    }
