"""What every engine does, whatever keeps its rows: SQLite on one machine, PostgreSQL beyond it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from zoom_component.events.webhook import Event
from zoom_component.events.webhook.filters import fits

__all__ = [
    "Arrival", "Counts", "Interest", "Kept", "Outcome", "Question", "State", "Store", "Work", "arrival",
    "storable", "wanted",
]  # fmt: skip

_LONGEST = 512

_LONGEST = 512


class Arrival(NamedTuple):
    """An event on its way in. `key` is the same for each delivery of one event; `source` tells where it came from.

    `body` are the bytes as they came, `received` is in epoch seconds, `event_ts` in milliseconds. `source` is
    `webhook`, `websocket`, `v1`, `poll:<trigger>`, or whatever else put it in.
    """

    key: str
    event: str
    event_ts: int | None
    account_id: str
    object_id: str
    body: bytes
    received: float
    source: str


class Interest(NamedTuple):
    """A listener's standing wish: its name, the event patterns it wants (`!` before one excludes, as `triggers.fits`
    reads them), and whether one object's events keep order."""

    listener: str
    events: tuple[str, ...] = ("*",)
    ordered: bool = False


class Kept(NamedTuple):
    """An event in the inbox; `id` is its number there, rising."""

    id: int
    arrival: Arrival


class Work(NamedTuple):
    """An event that a listener shall have now; `attempt` counts from 1. Held until `until`, then given out again."""

    id: int
    listener: str
    attempt: int
    until: float
    arrival: Arrival


class Outcome(NamedTuple):
    """How a listener stands with an event: `ready`, `leased`, `done` or `dead`; `due` is when it is tried (again)."""

    listener: str
    state: str
    attempts: int
    due: float
    error: str = ""
    finished: float | None = None


class Question(NamedTuple):
    """Which events are asked for: all that is given has to hold. Times are in epoch seconds, of receipt."""

    ids: tuple[int, ...] = ()
    events: tuple[str, ...] = ()
    since: float | None = None
    until: float | None = None
    state: str = ""
    listener: str = ""
    source: str = ""
    object_id: str = ""
    most: int = 100
    before: int | None = None


class Counts(NamedTuple):
    """How many events there are, and pieces of work by state; `oldest` is the receipt of the oldest unfinished one.

    `unfinished` is what is not done, by listener and state.
    """

    events: int
    states: Mapping[str, int]
    oldest: float | None = None
    unfinished: Mapping[str, Mapping[str, int]] = {}


class State(NamedTuple):
    """What a polling trigger remembers; `version` rises with each keeping, 0 where nothing is kept."""

    value: Any
    version: int


def by_listener(rows: Iterable[tuple[str, str, int]]) -> dict[str, dict[str, int]]:
    """Counts of (listener, state, count) as `Counts.unfinished` has them."""
    found: dict[str, dict[str, int]] = {}
    for listener, state, count in rows:
        found.setdefault(listener, {})[state] = int(count)
    return found


class Store(Protocol):
    """An engine. Each method is one transaction, may be called from any thread, and raises OSError when the rows
    cannot be reached or written."""

    def put(self, arrivals: Sequence[Arrival]) -> list[bool]:
        """Keep events, with work for each interest that wants them; whether each is new. Durable when it returns."""

    def register(self, interests: Sequence[Interest]) -> None:
        """From now on there is work for these listeners; one whose name is known takes on what is said now."""

    def interests(self) -> list[Interest]:
        """Who is registered."""

    def retire(self, listener: str) -> None:
        """No more work for a listener; what it has not finished is dropped."""

    def claim(self, listeners: Sequence[str], most: int, lease: float, now: float) -> list[Work]:
        """Work that is due, the oldest first, held for `lease` seconds. Of an ordered listener's object, one at a
        time, and none past one that waits or is being tried."""

    def done(self, works: Sequence[Work], now: float) -> None:
        """Acknowledge. What another worker holds by now stays its own."""

    def fail(self, work: Work, error: str, again: float | None, now: float) -> None:
        """A listener failed: give it out again at a time, or, with None, count it among the dead."""

    def release(self, works: Sequence[Work]) -> None:
        """Give back untouched, as if it had not been claimed."""

    def find(self, question: Question) -> list[Kept]:
        """The events that fit, the newest first."""

    def outcomes(self, id: int) -> list[Outcome]:
        """How each listener stands with an event."""

    def replay(self, question: Question, listeners: Sequence[str], now: float) -> int:
        """Make work of the events that fit once more, for these listeners (none: all that are registered and want
        them); how many pieces."""

    def prune(self, before: float) -> int:
        """Delete finished events received before a time; how many. Unfinished and dead ones stay.

        It may take several transactions, so that nobody who writes waits for all of it."""

    def counts(self, now: float) -> Counts:
        """How much there is."""

    def next_due(self, listeners: Sequence[str]) -> float | None:
        """When the next piece of work is due; None where there is none."""

    def mark(self, name: str, at: float) -> None:
        """Note when something last happened, such as `validation`."""

    def marks(self) -> Mapping[str, float]:
        """What was noted."""

    def state(self, name: str) -> State:
        """What a polling trigger remembers."""

    def keep(self, name: str, value: Any, version: int, arrivals: Sequence[Arrival]) -> bool:
        """Remember a value and keep the events that came of it, both or neither. False, and nothing done, where the
        state has another version by now: somebody else was quicker."""

    def names(self) -> Iterator[str]:
        """Of which there is a state."""

    def hold(self, name: str, owner: str, seconds: float, now: float) -> bool:
        """Take or keep a lease of a name for a while; False while another owner has it."""

    def let_go(self, name: str, owner: str) -> None:
        """Give a lease back."""

    def close(self) -> None:
        """Let go of the file or the server. Nothing may be called after."""


def arrival(event: Event, received: float, source: str) -> Arrival:
    """The event as it goes into an inbox."""
    name, account_id, object_id = (_column(text) for text in (event.name, event.account_id, event.object_id))
    return Arrival(event.key, name, event.event_ts, account_id, object_id, event.raw, received, source)


def _column(text: str) -> str:
    """A text that any engine can keep and index: JSON may hold NUL and half a surrogate pair, and be of any length."""
    if text.isascii() and len(text) <= _LONGEST and "\0" not in text:
        return text
    return storable(text[:_LONGEST])


def storable(text: str) -> str:
    """A text that any engine can keep."""
    return text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()


@lru_cache(maxsize=4096)
def wanted(event: str, patterns: tuple[str, ...]) -> bool:
    """Whether an event fits patterns such as `meeting.*` and `!meeting.deleted`."""
    return fits(event, patterns)
