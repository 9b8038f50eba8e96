"""Define the records of an inbox and the protocols that every engine implements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from zoom_component.events.webhook import SIGNATURE_WINDOW, Event
from zoom_component.events.webhook.filters import matches_patterns

if TYPE_CHECKING:
    from zoom_component.events.inbox.worker import CreatePools, Worker

__all__ = [
    "KEY_RETENTION", "KEY_RETENTION_SLACK", "EngineClock", "EventLog", "EventQuery", "Inbox", "InboxCounts",
    "IncomingEvent", "Job", "JobQueue", "JobStatus", "Leases", "PollState", "PollStates", "PollStore",
    "StoredEvent", "Subscription", "is_subscribed", "sanitize_text", "to_incoming_event",
]  # fmt: skip

_MAX_TEXT_LENGTH = 512
# How long the key of a pruned event is stored after its receipt, in seconds: its signed time may lie one window after
# the receipt, and it is accepted until one window after that. A clock that is ahead by a day costs no key.
KEY_RETENTION = 2 * SIGNATURE_WINDOW
KEY_RETENTION_SLACK = 86_400.0


class IncomingEvent(NamedTuple):
    """Represent an event that is to be stored.

    `key` is the same for every delivery of one event. `event_ts` is Zoom's time in milliseconds, `received_at` the time
    of receipt in epoch seconds. `body` holds the received bytes unchanged. `source` is `webhook`, `websocket`, `v1`,
    `poll:<trigger>`, `backfill`, or any other origin. `replayable_until`: a copy of the delivery could be accepted
    until then (epoch seconds), so the key outlives the event; 0 stands for 3 hours after the receipt.
    """

    key: str
    name: str
    event_ts: int | None
    account_id: str
    object_id: str
    body: bytes
    received_at: float
    source: str
    replayable_until: float = 0.0


class Subscription(NamedTuple):
    """Represent a listener's subscription.

    A pattern with `!` excludes events. `ordered`: events of one object are delivered in order.
    """

    listener: str
    patterns: tuple[str, ...] = ("*",)
    ordered: bool = False


class StoredEvent(NamedTuple):
    """Represent a stored event. `id` rises with each event of an inbox."""

    id: int
    event: IncomingEvent


class Job(NamedTuple):
    """Represent an event that is leased to a worker for one listener.

    `attempt` counts from 1. After `leased_until` (epoch seconds) the job can be claimed again.
    """

    event_id: int
    listener: str
    attempt: int
    leased_until: float
    event: IncomingEvent


class JobStatus(NamedTuple):
    """Represent the state of one listener's job: `ready`, `leased`, `done` or `dead`.

    `due` is the time of the next attempt, `finished_at` that of the last change to `done` or `dead`, in epoch seconds.
    """

    listener: str
    state: str
    attempts: int
    due: float
    error: str = ""
    finished_at: float | None = None


class EventQuery(NamedTuple):
    """Select events; every field that is set has to match.

    `since` (inclusive) and `until` (exclusive) are times of receipt in epoch seconds. `before_id` selects older ids.
    `state` and `listener` select events that have such a job. `limit` is the maximum number of results.
    """

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
    """Count the events and jobs of an inbox.

    `jobs` counts by state, `unfinished_jobs` what is not done by listener and state.
    `oldest_unfinished` is the time of receipt of the oldest event with an unfinished job, in epoch seconds.
    """

    events: int
    jobs: Mapping[str, int]
    oldest_unfinished: float | None = None
    unfinished_jobs: Mapping[str, Mapping[str, int]] = {}


class PollState(NamedTuple):
    """Represent the stored state of a polling trigger. `version` rises with each save; 0 means nothing is stored."""

    value: Any
    version: int


def group_by_listener(rows: Iterable[tuple[str, str, int]]) -> dict[str, dict[str, int]]:
    """Group rows of (listener, state, count) for `InboxCounts.unfinished_jobs`."""
    counts: dict[str, dict[str, int]] = {}
    for listener, state, count in rows:
        counts.setdefault(listener, {})[state] = int(count)
    return counts


class EngineClock(Protocol):
    """Read the time that every process with the same inbox shares."""

    def read_clock(self) -> float:
        """Return the engine's time in epoch seconds: the server's, or this machine's for a file."""


class EventLog(EngineClock, Protocol):
    """Store received events and find them again."""

    def add_events(self, events: Sequence[IncomingEvent]) -> list[bool]:
        """Store events, with a job for each matching subscription. Return for each event whether it is new.

        The events are durable when the method returns.
        """

    def find_events(self, query: EventQuery) -> list[StoredEvent]:
        """Return the matching events, the newest first."""

    def prune_events(self, before: float) -> int:
        """Delete events received before a time and return how many.

        Events with unfinished or dead jobs stay. It may take several transactions, so that concurrent writers wait
        only for a part of it. A pruned event is not new while a copy of its delivery could be accepted.
        """

    def probe_storage(self, size: int) -> None:
        """Write `size` bytes or a good part of them where events are stored, and remove them again."""

    def count_times_ahead(self, limit: float) -> Mapping[str, int]:
        """Return how many stored times lie after a limit: of `events`, unfinished `jobs`, and `timestamps`."""

    def count(self, now: float) -> InboxCounts:
        """Return the numbers of events and jobs."""

    def set_timestamp(self, name: str, at: float) -> None:
        """Store when something last happened, such as `validation`, in epoch seconds."""

    def get_timestamps(self) -> Mapping[str, float]:
        """Return the stored timestamps by name."""


class JobQueue(EngineClock, Protocol):
    """Keep a job for each event and listener until the listener has acknowledged it.

    `now` is the engine's time (`read_clock`) in epoch seconds. It may be earlier than that of an earlier call: a clock
    that was ahead is set back some time. Then no lease ends early or lasts longer than it was given for, and no job
    waits for a time that was reckoned from the wrong one.
    """

    def subscribe(self, subscriptions: Sequence[Subscription]) -> None:
        """Create jobs for these listeners from now on. A subscription replaces that of a listener of the same name."""

    def list_subscriptions(self) -> list[Subscription]:
        """Return all subscriptions."""

    def unsubscribe(self, listener: str) -> None:
        """Create no more jobs for a listener, and delete its unfinished ones."""

    def claim_jobs(self, listeners: Sequence[str], limit: int, lease_seconds: float, now: float) -> list[Job]:
        """Lease due jobs, the oldest first.

        For an ordered listener, at most one job of an object is leased, and none while an older one is unfinished.
        """

    def acknowledge(self, jobs: Sequence[Job], now: float) -> None:
        """Mark jobs as done. Jobs whose lease another worker has by now stay unchanged."""

    def record_failure(self, job: Job, error: str, retry_at: float | None, now: float) -> None:
        """Record a failed attempt and when to retry the job; None makes it a dead letter."""

    def release_jobs(self, jobs: Sequence[Job]) -> None:
        """Give jobs back as if they had not been claimed."""

    def list_job_statuses(self, event_id: int) -> list[JobStatus]:
        """Return the state of an event's jobs, by listener name."""

    def replay_events(self, query: EventQuery, listeners: Sequence[str], now: float) -> int:
        """Create jobs for the matching events again and return how many.

        `listeners` are those that get them; with none, every listener whose subscription matches.
        """

    def find_next_due(self, listeners: Sequence[str], now: float | None = None) -> float | None:
        """Return when the next job of these listeners is due; None if there is none.

        `now` is by default that of `read_clock`.
        """


class PollStates(Protocol):
    """Store the states of polling triggers, each with the events that a poll found."""

    def load_poll_state(self, name: str) -> PollState:
        """Return the stored state of a polling trigger."""

    def save_poll_state(self, name: str, value: Any, version: int, events: Sequence[IncomingEvent]) -> bool:
        """Store a state together with new events, in one transaction.

        Return False and store nothing if the state has another version by now: another worker was faster.
        """

    def list_poll_names(self) -> Iterator[str]:
        """Yield the names of all stored states."""


class Leases(EngineClock, Protocol):
    """Give one owner at a time the right to do something."""

    def acquire_lease(self, name: str, owner: str, seconds: float, now: float) -> bool:
        """Take or extend a lease. Return False if another owner has it, which then ends after `seconds` at most."""

    def release_lease(self, name: str, owner: str) -> None:
        """Give a lease back."""


class PollStore(PollStates, Leases, Protocol):
    """Combine what a poller needs."""


class Inbox(EventLog, JobQueue, PollStates, Leases, Protocol):
    """Combine all roles of an engine.

    Each method is one transaction, may be called from any thread, and raises OSError if the storage fails.
    """

    def create_worker(self, create_pools: CreatePools) -> Worker | None:
        """Return the engine's own worker; None if polling `claim_jobs` (the Dispatcher) is enough."""

    def close(self) -> None:
        """Close the file or the connections. No method may be called afterwards."""


def to_incoming_event(event: Event, received_at: float, source: str, window: float = SIGNATURE_WINDOW) -> IncomingEvent:
    """Return a received event in the form in which an inbox stores it.

    `window`: seconds by which the signed time may differ from the time of receipt.
    """
    name, account_id, object_id = (_to_column_text(text) for text in (event.name, event.account_id, event.object_id))
    until = received_at + 2 * window
    return IncomingEvent(event.key, name, event.event_ts, account_id, object_id, event.raw, received_at, source, until)


def _to_column_text(text: str) -> str:
    """Return a text that every engine can store and index: sanitized and limited in length."""
    if text.isascii() and len(text) <= _MAX_TEXT_LENGTH and "\0" not in text:
        return text
    return sanitize_text(text[:_MAX_TEXT_LENGTH])


def sanitize_text(text: str) -> str:
    """Return a text that every engine can store: without NUL and lone surrogates."""
    return text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()


@lru_cache(maxsize=4096)
def is_subscribed(name: str, patterns: tuple[str, ...]) -> bool:
    """Return whether an event name matches patterns such as `meeting.*` and `!meeting.deleted`."""
    return matches_patterns(name, patterns)
