"""What every engine does, whatever keeps its rows: SQLite on one machine, PostgreSQL beyond it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from zoom_component.events.webhook import Event
from zoom_component.events.webhook.filters import matches_patterns

__all__ = [
    "EventQuery",
    "Inbox",
    "InboxCounts",
    "IncomingEvent",
    "Job",
    "JobStatus",
    "PollState",
    "StoredEvent",
    "Subscription",
    "is_subscribed",
    "sanitize_text",
    "to_incoming_event",
]  # fmt: skip

_LONGEST = 512

_LONGEST = 512


class IncomingEvent(NamedTuple):
    """An event on its way in. `key` is the same for each delivery of one event; `source` tells where it came from.

    `body` are the bytes as they came, `received` is in epoch seconds, `event_ts` in milliseconds. `source` is
    `webhook`, `websocket`, `v1`, `poll:<trigger>`, or whatever else put it in.
    """

    key: str
    name: str
    event_ts: int | None
    account_id: str
    object_id: str
    body: bytes
    received_at: float
    source: str


class Subscription(NamedTuple):
    """A listener's standing wish: its name, the event patterns it wants (`!` before one excludes, as `triggers.fits`
    reads them), and whether one object's events keep order."""

    listener: str
    patterns: tuple[str, ...] = ("*",)
    ordered: bool = False


class StoredEvent(NamedTuple):
    """An event in the inbox; `id` is its number there, rising."""

    id: int
    event: IncomingEvent


class Job(NamedTuple):
    """An event that a listener shall have now; `attempt` counts from 1. Held until `until`, then given out again."""

    event_id: int
    listener: str
    attempt: int
    leased_until: float
    event: IncomingEvent


class JobStatus(NamedTuple):
    """How a listener stands with an event: `ready`, `leased`, `done` or `dead`; `due` is when it is tried (again)."""

    listener: str
    state: str
    attempts: int
    due: float
    error: str = ""
    finished_at: float | None = None


class EventQuery(NamedTuple):
    """Which events are asked for: all that is given has to hold. Times are in epoch seconds, of receipt."""

    ids: tuple[int, ...] = ()
    patterns: tuple[str, ...] = ()
    since: float | None = None
    until: float | None = None
    state: str = ""
    listener: str = ""
    source: str = ""
    object_id: str = ""
    limit: int = 100
    before_id: int | None = None


class InboxCounts(NamedTuple):
    """How many events there are, and pieces of work by state; `oldest` is the receipt of the oldest unfinished one.

    `unfinished` is what is not done, by listener and state.
    """

    events: int
    jobs: Mapping[str, int]
    oldest_unfinished: float | None = None
    unfinished_jobs: Mapping[str, Mapping[str, int]] = {}


class PollState(NamedTuple):
    """What a polling trigger remembers; `version` rises with each keeping, 0 where nothing is kept."""

    value: Any
    version: int


def group_by_listener(rows: Iterable[tuple[str, str, int]]) -> dict[str, dict[str, int]]:
    """Counts of (listener, state, count) as `Counts.unfinished` has them."""
    found: dict[str, dict[str, int]] = {}
    for listener, state, count in rows:
        found.setdefault(listener, {})[state] = int(count)
    return found


class Inbox(Protocol):
    """An engine. Each method is one transaction, may be called from any thread, and raises OSError when the rows
    cannot be reached or written."""

    def add_events(self, events: Sequence[IncomingEvent]) -> list[bool]:
        """Keep events, with work for each interest that wants them; whether each is new. Durable when it returns."""

    def subscribe(self, subscriptions: Sequence[Subscription]) -> None:
        """From now on there is work for these listeners; one whose name is known takes on what is said now."""

    def list_subscriptions(self) -> list[Subscription]:
        """Who is registered."""

    def unsubscribe(self, listener: str) -> None:
        """No more work for a listener; what it has not finished is dropped."""

    def claim_jobs(self, listeners: Sequence[str], limit: int, lease_seconds: float, now: float) -> list[Job]:
        """Work that is due, the oldest first, held for `lease` seconds. Of an ordered listener's object, one at a
        time, and none past one that waits or is being tried."""

    def acknowledge(self, jobs: Sequence[Job], now: float) -> None:
        """Acknowledge. What another worker holds by now stays its own."""

    def record_failure(self, job: Job, error: str, retry_at: float | None, now: float) -> None:
        """A listener failed: give it out again at a time, or, with None, count it among the dead."""

    def release_jobs(self, jobs: Sequence[Job]) -> None:
        """Give back untouched, as if it had not been claimed."""

    def find_events(self, query: EventQuery) -> list[StoredEvent]:
        """The events that fit, the newest first."""

    def list_job_statuses(self, event_id: int) -> list[JobStatus]:
        """How each listener stands with an event."""

    def replay_events(self, query: EventQuery, listeners: Sequence[str], now: float) -> int:
        """Make work of the events that fit once more, for these listeners (none: all that are registered and want
        them); how many pieces."""

    def prune_events(self, before: float) -> int:
        """Delete finished events received before a time; how many. Unfinished and dead ones stay.

        It may take several transactions, so that nobody who writes waits for all of it."""

    def count(self, now: float) -> InboxCounts:
        """How much there is."""

    def find_next_due(self, listeners: Sequence[str]) -> float | None:
        """When the next piece of work is due; None where there is none."""

    def set_timestamp(self, name: str, at: float) -> None:
        """Note when something last happened, such as `validation`."""

    def get_timestamps(self) -> Mapping[str, float]:
        """What was noted."""

    def load_poll_state(self, name: str) -> PollState:
        """What a polling trigger remembers."""

    def save_poll_state(self, name: str, value: Any, version: int, events: Sequence[IncomingEvent]) -> bool:
        """Remember a value and keep the events that came of it, both or neither. False, and nothing done, where the
        state has another version by now: somebody else was quicker."""

    def list_poll_names(self) -> Iterator[str]:
        """Of which there is a state."""

    def acquire_lease(self, name: str, owner: str, seconds: float, now: float) -> bool:
        """Take or keep a lease of a name for a while; False while another owner has it."""

    def release_lease(self, name: str, owner: str) -> None:
        """Give a lease back."""

    def close(self) -> None:
        """Let go of the file or the server. Nothing may be called after."""


def to_incoming_event(event: Event, received_at: float, source: str) -> IncomingEvent:
    """The event as it goes into an inbox."""
    name, account_id, object_id = (_to_column_text(text) for text in (event.name, event.account_id, event.object_id))
    return IncomingEvent(event.key, name, event.event_ts, account_id, object_id, event.raw, received_at, source)


def _to_column_text(text: str) -> str:
    """A text that any engine can keep and index: JSON may hold NUL and half a surrogate pair, and be of any length."""
    if text.isascii() and len(text) <= _LONGEST and "\0" not in text:
        return text
    return sanitize_text(text[:_LONGEST])


def sanitize_text(text: str) -> str:
    """A text that any engine can keep."""
    return text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()


@lru_cache(maxsize=4096)
def is_subscribed(name: str, patterns: tuple[str, ...]) -> bool:
    """Whether an event fits patterns such as `meeting.*` and `!meeting.deleted`."""
    return matches_patterns(name, patterns)
