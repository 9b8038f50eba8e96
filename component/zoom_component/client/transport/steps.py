"""The steps that an exchange asks its driver for, and what a driver answers when sending fails."""

from __future__ import annotations

from typing import NamedTuple

from zoom_component.messages import BoundRequest

__all__ = ["Authorize", "Count", "Renew", "Send", "SendFailure", "Sleep"]


class Send(NamedTuple):
    """Send a request with this Authorization header; answered by a Reply or a Failure."""

    request: BoundRequest
    authorization: str


class Sleep(NamedTuple):
    """Wait this many seconds."""

    seconds: float


class Authorize(NamedTuple):
    """Get an Authorization header, from memory, the store or the token address."""


class Renew(NamedTuple):
    """Get another Authorization header than the one that was refused."""

    rejected: str


class Count(NamedTuple):
    """Count one use of a day's allowance; raises QuotaSpent when it is used up."""

    name: str
    limit: int
    subject: str


class SendFailure(NamedTuple):
    """No whole answer came: `kind` is "connect", "broken" or "timeout"; `text` is for the developer."""

    kind: str
    detail: str
