"""The steps that an exchange asks its driver for, and what a driver answers when sending fails."""

from __future__ import annotations

from dataclasses import dataclass

from zoom_component.messages import BoundRequest

__all__ = ["Authorize", "Count", "Failure", "Renew", "Send", "Sleep"]


@dataclass(slots=True)
class Send:
    """Send a request with this Authorization header; answered by a Reply or a Failure."""

    request: BoundRequest
    authorization: str


@dataclass(frozen=True, slots=True)
class Sleep:
    """Wait this many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Authorize:
    """Get an Authorization header, from memory, the store or the token address."""


@dataclass(frozen=True, slots=True)
class Renew:
    """Get another Authorization header than the one that was refused."""

    rejected: str


@dataclass(frozen=True, slots=True)
class Count:
    """Count one use of a day's allowance; raises QuotaSpent when it is used up."""

    name: str
    limit: int
    subject: str


@dataclass(frozen=True, slots=True)
class Failure:
    """No whole answer came: `kind` is "connect", "broken" or "timeout"; `text` is for the developer."""

    kind: str
    text: str
