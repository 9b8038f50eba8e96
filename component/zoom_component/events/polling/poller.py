"""One polling trigger at work: ask, find what is new, keep it together with the events, ask again later.

State and events go into the store in one transaction, which fails where another worker was quicker: whatever dies, and
whenever, an event is there once or its finding is still to come. The lease only spares Zoom the double asking.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple

from zoom_component.client.session import Session
from zoom_component.errors import ComponentError, InputError, NotFound, Problem
from zoom_component.events.inbox.store import Arrival, State, Store
from zoom_component.events.polling.schedule import after_failure, after_success
from zoom_component.events.polling.watch import Watch
from zoom_component.events.webhook.asking import asks, day_of
from zoom_component.events.webhook.polls import MISSING, MOST, Emission, Fetched, digest, judge

__all__ = ["LEASE", "Polled", "Poller"]

LEASE = 120.0
_LOOK = 30.0  # how often somebody who waits looks whether another worker was there meanwhile
_MISSED = 5.0


class Polled(NamedTuple):
    """What a poll came to; `due` is when the next one is, in epoch seconds.

    `outcome`: "baseline" (the first one, which emits nothing), "emitted", "unchanged", "failed", or, with nothing
    done, "held" (another worker polls just now) and "overtaken" (another worker was quicker).
    """

    outcome: Literal["baseline", "emitted", "unchanged", "failed", "held", "overtaken"]
    due: float
    events: tuple[Arrival, ...] = ()
    error: ComponentError | None = None


class _Taken(Exception):
    """Another worker has the lease by now."""


class Poller:
    """Polls one trigger over a session, into a store. Any number of them may share what they watch and the store.

    `emit_first`: the first poll emits what is there, in place of only remembering it. Time, chance and the account
    are the session's.
    """

    def __init__(self, session: Session, store: Store, watched: Watch, *, emit_first: bool = False) -> None:
        self.watch = watched
        self._session = session
        self._store = store
        self._emit_first = emit_first
        self._clock, self._chance = session.options.clock, session.options.chance
        self._owner = secrets.token_hex(8)
        connection = session.connection
        self.name = watched.name(f"{connection.base_url} {connection.identity}")

    def poll(self) -> Polled:
        """Asks once, now. A failure of Zoom or of the way there is an outcome; the state stays, and the wait grows.

        Raises OSError when the store cannot be reached.
        """
        now = self._clock()
        if not self._store.hold(self.name, self._owner, LEASE, now):
            return Polled("held", now + _MISSED)
        try:
            return self._polled(self._store.state(self.name))
        except _Taken:
            return Polled("overtaken", self._clock() + _MISSED)
        finally:
            self._store.let_go(self.name, self._owner)

    def due(self) -> float:
        """When the next poll is due, as far as any worker kept it; now where there was none."""
        kept = self._store.state(self.name).value
        if not kept:
            return self._clock()
        due = float(kept["due"])
        # Who comes with a shorter interval does not wait for the end of a longer one.
        return due if kept["failures"] else min(due, float(kept["polled"]) + self.watch.interval * 1.1)

    def run(self, tell: Callable[[Polled], None], sleep: Callable[[float], None] = time.sleep) -> None:
        """Polls whenever it is due, and tells each outcome, until `tell` or `sleep` raises."""
        while True:
            while (wait := self.due() - self._clock()) > 0:
                sleep(min(wait, _LOOK))
            polled = self.poll()
            tell(polled)
            if polled.outcome in ("held", "overtaken"):
                sleep(_MISSED * (0.5 + self._chance()))

    def _polled(self, state: State) -> Polled:
        kept = state.value or {"memory": None, "polled": self._clock(), "due": 0.0, "failures": 0}
        began = self._clock()
        try:
            fetched = list(self._fetched(kept["polled"], began))
        except ComponentError as error:
            return self._failed(state, kept, error)
        judged = judge(self.watch.trigger, kept["memory"], fetched, version=state.version, emit_first=self._emit_first)
        arrivals = [self._arrival(emission, began) for emission in judged.emissions]
        due = after_success(self._clock(), self.watch.interval, self._chance)
        value = {"memory": judged.memory, "polled": began, "due": due, "failures": 0}
        if not self._store.keep(self.name, value, state.version, arrivals):
            return Polled("overtaken", due)
        if arrivals:
            return Polled("emitted", due, tuple(arrivals))
        return Polled("baseline" if kept["memory"] is None else "unchanged", due)

    def _failed(self, state: State, kept: dict[str, Any], error: ComponentError) -> Polled:
        failures, now = int(kept["failures"]) + 1, self._clock()
        due = after_failure(now, self.watch.interval, failures, error, self._chance)
        self._store.keep(self.name, {**kept, "due": due, "failures": failures}, state.version, ())
        return Polled("failed", due, (), error)

    def _fetched(self, since: float, now: float) -> Iterator[Fetched]:
        poll = self.watch.trigger.poll
        assert poll is not None
        for inputs in asks(poll, self.watch.settings, day_of(since), day_of(now)):
            self._stay()
            try:
                if poll.snapshot is None:
                    yield Fetched(inputs, self._items(poll.action, inputs))
                else:
                    yield Fetched(inputs, self._session.run(poll.action, inputs).data)
            except NotFound:
                if not poll.waits:
                    raise
                yield Fetched(inputs, MISSING)

    def _items(self, action: str, inputs: dict[str, Any]) -> list[Any]:
        items: list[Any] = []
        for page in self._session.pages(action, inputs, page_size=self.watch.page_size):
            items += page.items
            if len(items) > MOST:
                raise InputError([Problem("", f"the list has more than {MOST:,} items; narrow down what is watched")])
            self._stay()
        return items

    def _stay(self) -> None:
        """Keeps the lease while a long list is fetched."""
        if not self._store.hold(self.name, self._owner, LEASE, self._clock()):
            raise _Taken

    def _arrival(self, emission: Emission, now: float) -> Arrival:
        """The event as webhooks have it: name, time, account, and the catalogue's payload as its object."""
        event, stamp = f"poll.{self.watch.trigger.key}", int(now * 1000)
        account = _account(emission.object)
        body = {"event": event, "event_ts": stamp, "payload": {"account_id": account, "object": emission.object}}
        raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        key, source = digest(self.name, emission.identity)[:40], f"poll:{self.watch.trigger.key}"
        return Arrival(key, event, stamp, account, emission.object_id, raw, now, source)


def _account(found: Any) -> str:
    """The account, where what was found names it."""
    inside = found.values() if isinstance(found, dict) else ()
    named = (part.get("account_id") for part in (found, *inside) if isinstance(part, dict))
    return next((each for each in named if isinstance(each, str)), "")
