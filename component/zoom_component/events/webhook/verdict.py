"""What is thought of a delivery: it is an event, a question whether the secret is known, or to be refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeAlias

from zoom_component.errors import WebhookRejected
from zoom_component.events.webhook.event import Event

__all__ = ["REASONS", "Challenge", "Notification", "Rejection", "Verdict"]

# Reason: the status of the answer, and a sentence. All that is wrong with a header is answered alike, so that a forger
# learns nothing; who owns the receiver reads the reason.
REASONS: Mapping[str, tuple[int, str]] = {
    "blank_secret": (401, "a secret is blank: without one, anybody could forge a delivery"),
    "missing_header": (401, "it lacks x-zm-signature or x-zm-request-timestamp: Zoom sends both"),
    "malformed_header": (401, "x-zm-signature or x-zm-request-timestamp has not the form that Zoom gives it"),
    "wrong_signature": (401, "the signature was made with another secret, or over other bytes than these"),
    "stale": (401, "the signature is right, but for a time too long ago"),
    "future": (401, "the signature is right, but for a time too far ahead"),
    "not_json": (400, "the signature is right, but the body is no JSON"),
    "no_plain_token": (400, "the signature is right, but the validation has no plainToken that can be answered"),
    "unknown_event": (422, "it is Zoom's, but no event of this name is known, and that was asked for"),
    "drift": (422, "it is Zoom's, but the body differs from the event's schema, and that it does not was asked for"),
    # Of notifications of API v1.
    "no_credentials": (401, "it lacks a user and password, or has them more than once or in another form"),
    "wrong_credentials": (401, "its user or password is another than was set for these notifications"),
    "no_form": (400, "user and password are right, but the body is no form of a notification"),
}


@dataclass(frozen=True)
class Notification:
    """A genuine event, to be kept and handed on."""

    event: Event
    outcome: ClassVar[str] = "notification"
    branch: ClassVar[str] = "Notification"
    status: ClassVar[int] = 200
    reason: ClassVar[str] = ""
    response: ClassVar[None] = None


@dataclass(frozen=True)
class Challenge:
    """A genuine question whether the secret is known; `response` answers it.

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
    """A delivery that is not to be believed, or cannot be read: `reason` is one of REASONS, `detail` says more."""

    reason: str
    detail: str = ""
    event: ClassVar[None] = None
    outcome: ClassVar[str] = "refused"
    branch: ClassVar[str] = ""
    response: ClassVar[None] = None

    @property
    def status(self) -> int:
        """What the sender is answered: 401; 400 or 422 where the signature is right."""
        return REASONS[self.reason][0]

    @property
    def message(self) -> str:
        """A sentence for whoever owns the receiver."""
        sentence = REASONS[self.reason][1]
        return f"{sentence} ({self.detail})" if self.detail else sentence

    def to_error(self) -> WebhookRejected:
        """The same to be raised."""
        return WebhookRejected(f"The delivery is refused: {self.message}.", status=self.status, reason=self.reason)


Verdict: TypeAlias = Notification | Challenge | Rejection


def verdict_to_dict(verdict: Verdict) -> dict[str, Any]:
    """A verdict as harnesses read it: outcome, status, response, reason, event."""
    return {
        "outcome": verdict.outcome,
        "status": verdict.status,
        "response": None if verdict.response is None else dict(verdict.response),
        "reason": verdict.reason or None,
        "event": verdict.event.name if verdict.event is not None else None,
    }
