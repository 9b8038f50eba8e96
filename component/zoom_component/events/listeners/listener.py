"""Who listens, and how: what a listener is given, what it may raise, how often and how soon it is tried again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from zoom_component.client.transport.redact import find_secrets, mask, mask_secrets
from zoom_component.events.inbox.protocols import Job, Subscription
from zoom_component.events.webhook import Event, Filter, InvalidJson, parse_event

__all__ = [
    "AttemptResult",
    "Delivery",
    "EventHandler",
    "Listener",
    "Reject",
    "Retry",
    "RetrySchedule",
    "describe_error",
    "make_delivery",
]

_MAX_ERROR_LENGTH = 2000


class Reject(Exception):
    """Raise it in a listener when trying again is of no use: the event is dead for it, until it is replayed."""


class Retry(Exception):
    """Raise it in a listener that wants the event again; `after` seconds, or, without them, when its turn comes."""

    def __init__(self, message: str = "it wants the event again", after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class Delivery(NamedTuple):
    """An event as a listener gets it. `id` and `key` are the same each time it is tried; `attempt` counts from 1."""

    id: int
    key: str
    event: Event
    listener: str
    attempt: int
    source: str
    received_at: float


class RetrySchedule(NamedTuple):
    """How often an event is tried at most, and the wait before the next time, in seconds: `first`, then `factor` times
    as long each time, up to `longest`; between half of that and all of it, by chance."""

    max_attempts: int = 10
    first_delay: float = 5.0
    factor: float = 3.0
    max_delay: float = 3600.0

    def compute_delay(self, attempt: int, random: float) -> float | None:
        """Seconds until the try after this one; None for no more."""
        if attempt >= self.max_attempts:
            return None
        grown = self.first_delay * self.factor ** min(attempt - 1, 64)
        return min(grown, self.max_delay) * (0.5 + random / 2)


class EventHandler(Protocol):
    """What runs when an event is there: a callable, a command, a forward, an action."""

    def handle(self, delivery: Delivery, timeout: float) -> None:
        """Return when it is done; raise GiveUp, TryAgain or anything else when it is not. Called from many threads."""

    def close(self) -> None:
        """End what still runs, as far as it can be ended, and let go of everything."""

    def list_secrets(self) -> Iterable[str]:
        """What may never be shown."""


@dataclass(frozen=True)
class Listener:
    """A listener: its lasting name, what it runs, which events it wants and how.

    `ordered`: events of one object one at a time, in the order in which they were received. `timeout`: seconds until
    an answer that has not come counts as a failure. `concurrency`: how many events it is given at once.
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
        """What the inbox has to know."""
        return Subscription(self.name, self.filter.events, self.ordered)


class AttemptResult(NamedTuple):
    """What came of a try. `state` is `done`, `again`, `dead`, `unwanted` (its filter does not let the event pass) or
    `unsettled` (the inbox could not be told, so that the event will come again)."""

    event_id: int
    event_name: str
    listener: str
    attempt: int
    state: str
    seconds: float
    error: str = ""
    retry_at: float | None = None


def make_delivery(job: Job) -> Delivery:
    """A piece of work as its listener gets it. A body that is no JSON counts as an event with nothing but its names."""
    at = job.event
    try:
        event = parse_event(at.body)
    except InvalidJson:
        thing = {"account_id": at.account_id, "object": {"id": at.object_id}}
        event = Event(at.body, {"event": at.name, "event_ts": at.event_ts, "payload": thing})
    return Delivery(job.event_id, at.key, event, job.listener, job.attempt, at.source, at.received_at)


def describe_error(error: BaseException, delivery: Delivery, secrets: Iterable[str] = ()) -> str:
    """What went wrong in words that can be kept and shown: no secret of the listener or of the event, and no novel."""
    own = isinstance(error, Reject | Retry)
    said = str(error) if own else f"{type(error).__name__}: {error}".rstrip(": ")
    said = mask_secrets(said, {*secrets, *find_secrets(delivery.event.body)})
    # Neither half a character nor the character 0 can be kept.
    kept = str(mask(said))[:_MAX_ERROR_LENGTH].encode("utf-8", "replace").decode().replace("\0", " ")
    return kept or type(error).__name__
