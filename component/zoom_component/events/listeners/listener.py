"""Define listeners: what a handler gets, what it may raise, and when an event is retried."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from zoom_component.events.inbox.protocols import Job, Subscription
from zoom_component.events.webhook import Event, Filter, InvalidJson, parse_event
from zoom_component.redaction.redactor import find_secrets, mask, mask_secrets

__all__ = [
    "Delivery",
    "EventHandler",
    "Listener",
    "NotStarted",
    "Reject",
    "Retry",
    "RetrySchedule",
    "describe_error",
    "make_delivery",
]

_MAX_ERROR_LENGTH = 2000


class Reject(Exception):
    """Reject an event for good: raise it in a listener to make the event a dead letter."""


class Retry(Exception):
    """Ask for a retry: raise it in a listener to get the event again.

    It comes again after `after` seconds, or, without them, by the listener's retry schedule.
    """

    def __init__(self, message: str = "the listener asked for a retry", after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class NotStarted(Exception):
    """Report that a handler could not begin. Its attempt does not count, and the event comes again."""


class Delivery(NamedTuple):
    """Represent an event as a listener gets it.

    `id` and `key` are the same in every attempt; `attempt` counts from 1.
    """

    id: int
    key: str
    event: Event
    listener: str
    attempt: int
    source: str
    received_at: float


class RetrySchedule(NamedTuple):
    """Define the maximum number of attempts and the delays between them, in seconds.

    The delay is `first_delay` after the first attempt and grows by `factor` up to `max_delay`. Each delay is shortened
    by a random part of up to a half.
    """

    max_attempts: int = 10
    first_delay: float = 5.0
    factor: float = 3.0
    max_delay: float = 3600.0

    def compute_delay(self, attempt: int, random: float) -> float | None:
        """Return the seconds until the next attempt; None if there is none. `random` is in [0, 1)."""
        if attempt >= self.max_attempts:
            return None
        grown = self.first_delay * self.factor ** min(attempt - 1, 64)
        return min(grown, self.max_delay) * (0.5 + random / 2)


class EventHandler(Protocol):
    """Handle events: a function, a command, a forward or an action."""

    def handle(self, delivery: Delivery, timeout: float) -> None:
        """Handle an event within `timeout` seconds. Raise Reject, Retry or any other exception if that fails,
        NotStarted if the event was not passed on at all.

        It is called from several threads.
        """

    def close(self) -> None:
        """Stop what still runs as far as possible, and free all resources."""

    def list_secrets(self) -> Iterable[str]:
        """Return the secrets that must not appear in error messages."""


@dataclass(frozen=True)
class Listener:
    """Define a listener: its permanent name, its handler, and which events it gets and how.

    `ordered`: events of one object are delivered one at a time, in the order of their receipt. `timeout`: seconds after
    which an attempt counts as failed. `concurrency`: maximum number of events at the same time.
    """

    name: str
    handler: EventHandler = field(repr=False)
    filter: Filter = field(default_factory=Filter)
    ordered: bool = False
    retry: RetrySchedule = field(default_factory=RetrySchedule)
    timeout: float = 30.0
    concurrency: int = 4

    @property
    def subscription(self) -> Subscription:
        """Return the subscription that the inbox needs."""
        return Subscription(self.name, self.filter.events, self.ordered)


def make_delivery(job: Job) -> Delivery:
    """Return a job as its listener gets it. For a body that is not JSON, the event has the stored columns only."""
    stored = job.event
    try:
        event = parse_event(stored.body)
    except InvalidJson:
        payload = {"account_id": stored.account_id, "object": {"id": stored.object_id}}
        event = Event(stored.body, {"event": stored.name, "event_ts": stored.event_ts, "payload": payload})
    return Delivery(job.event_id, stored.key, event, job.listener, job.attempt, stored.source, stored.received_at)


def describe_error(error: BaseException, delivery: Delivery, secrets: Iterable[str] = ()) -> str:
    """Return the message of an exception, shortened and without secrets."""
    is_own = isinstance(error, Reject | Retry)
    message = str(error) if is_own else f"{type(error).__name__}: {error}".rstrip(": ")
    message = mask_secrets(message, {*secrets, *find_secrets(delivery.event.body)})
    # Databases can store neither lone surrogates nor NUL.
    message = str(mask(message))[:_MAX_ERROR_LENGTH].encode("utf-8", "replace").decode().replace("\0", " ")
    return message or type(error).__name__
