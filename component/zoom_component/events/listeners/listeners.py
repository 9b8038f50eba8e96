"""Who listens, and how: what a listener is given, what it may raise, how often and how soon it is tried again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from zoom_component.client.transport.redact import masked, scrub, secrets_in
from zoom_component.events.inbox.store import Interest, Work
from zoom_component.events.webhook import Event, Filter, NotJson, read_event

__all__ = ["Delivery", "GiveUp", "Listener", "Retry", "Runner", "Told", "TryAgain", "delivery_of", "problem_of"]

_LONGEST_ERROR = 2000


class GiveUp(Exception):
    """Raise it in a listener when trying again is of no use: the event is dead for it, until it is replayed."""


class TryAgain(Exception):
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
    received: float


class Retry(NamedTuple):
    """How often an event is tried at most, and the wait before the next time, in seconds: `first`, then `factor` times
    as long each time, up to `longest`; between half of that and all of it, by chance."""

    attempts: int = 10
    first: float = 5.0
    factor: float = 3.0
    longest: float = 3600.0

    def wait(self, attempt: int, chance: float) -> float | None:
        """Seconds until the try after this one; None for no more."""
        if attempt >= self.attempts:
            return None
        grown = self.first * self.factor ** min(attempt - 1, 64)
        return min(grown, self.longest) * (0.5 + chance / 2)


class Runner(Protocol):
    """What runs when an event is there: a callable, a command, a forward, an action."""

    def run(self, delivery: Delivery, timeout: float) -> None:
        """Return when it is done; raise GiveUp, TryAgain or anything else when it is not. Called from many threads."""

    def stop(self) -> None:
        """End what still runs, as far as it can be ended, and let go of everything."""

    def secrets(self) -> Iterable[str]:
        """What may never be shown."""


@dataclass(frozen=True)
class Listener:
    """A listener: its lasting name, what it runs, which events it wants and how.

    `ordered`: events of one object one at a time, in the order in which they were received. `timeout`: seconds until
    an answer that has not come counts as a failure. `concurrency`: how many events it is given at once.
    """

    name: str
    runner: Runner = field(repr=False)
    filter: Filter = field(default_factory=Filter)
    ordered: bool = False
    retry: Retry = field(default_factory=Retry)
    timeout: float = 30.0
    concurrency: int = 4

    @property
    def interest(self) -> Interest:
        """What the inbox has to know."""
        return Interest(self.name, self.filter.events, self.ordered)


class Told(NamedTuple):
    """What came of a try. `state` is `done`, `again`, `dead`, `unwanted` (its filter does not let the event pass) or
    `unsettled` (the inbox could not be told, so that the event will come again)."""

    id: int
    event: str
    listener: str
    attempt: int
    state: str
    seconds: float
    error: str = ""
    again: float | None = None


def delivery_of(work: Work) -> Delivery:
    """A piece of work as its listener gets it. A body that is no JSON counts as an event with nothing but its names."""
    at = work.arrival
    try:
        event = read_event(at.body)
    except NotJson:
        thing = {"account_id": at.account_id, "object": {"id": at.object_id}}
        event = Event(at.body, {"event": at.event, "event_ts": at.event_ts, "payload": thing})
    return Delivery(work.id, at.key, event, work.listener, work.attempt, at.source, at.received)


def problem_of(problem: BaseException, delivery: Delivery, secrets: Iterable[str] = ()) -> str:
    """What went wrong in words that can be kept and shown: no secret of the listener or of the event, and no novel."""
    own = isinstance(problem, GiveUp | TryAgain)
    said = str(problem) if own else f"{type(problem).__name__}: {problem}".rstrip(": ")
    said = scrub(said, {*secrets, *secrets_in(delivery.event.body)})
    # Neither half a character nor the character 0 can be kept.
    kept = str(masked(said))[:_LONGEST_ERROR].encode("utf-8", "replace").decode().replace("\0", " ")
    return kept or type(problem).__name__
