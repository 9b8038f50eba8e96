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
from zoom_component.events.inbox.protocols import Inbox, IncomingEvent, PollState
from zoom_component.events.polling.config import PollConfig
from zoom_component.events.polling.detection import MAX_ITEMS, MISSING, CallResult, Emission, detect_events, hash_json
from zoom_component.events.polling.queries import iter_call_inputs, to_utc_date
from zoom_component.events.polling.schedule import schedule_next_poll, schedule_retry

__all__ = ["LEASE", "PollResult", "Poller"]

LEASE = 120.0
_LOOK = 30.0  # how often somebody who waits looks whether another worker was there meanwhile
_MISSED = 5.0


class PollResult(NamedTuple):
    """What a poll came to; `due` is when the next one is, in epoch seconds.

    `outcome`: "baseline" (the first one, which emits nothing), "emitted", "unchanged", "failed", or, with nothing
    done, "held" (another worker polls just now) and "overtaken" (another worker was quicker).
    """

    outcome: Literal["baseline", "emitted", "unchanged", "failed", "held", "overtaken"]
    next_poll_at: float
    events: tuple[IncomingEvent, ...] = ()
    error: ComponentError | None = None


class _Taken(Exception):
    """Another worker has the lease by now."""


class Poller:
    """Polls one trigger over a session, into a store. Any number of them may share what they watch and the store.

    `emit_first`: the first poll emits what is there, in place of only remembering it. Time, chance and the account
    are the session's.
    """

    def __init__(self, session: Session, store: Inbox, watched: PollConfig, *, emit_first: bool = False) -> None:
        self.config = watched
        self._session = session
        self._store = store
        self._emit_first = emit_first
        self._clock, self._chance = session.options.clock, session.options.random
        self._owner = secrets.token_hex(8)
        connection = session.connection
        self.name = watched.build_state_name(f"{connection.base_url} {connection.identity}")

    def poll(self) -> PollResult:
        """Asks once, now. A failure of Zoom or of the way there is an outcome; the state stays, and the wait grows.

        Raises OSError when the store cannot be reached.
        """
        now = self._clock()
        if not self._store.acquire_lease(self.name, self._owner, LEASE, now):
            return PollResult("held", now + _MISSED)
        try:
            return self._polled(self._store.load_poll_state(self.name))
        except _Taken:
            return PollResult("overtaken", self._clock() + _MISSED)
        finally:
            self._store.release_lease(self.name, self._owner)

    def get_next_poll_time(self) -> float:
        """When the next poll is due, as far as any worker kept it; now where there was none."""
        kept = self._store.load_poll_state(self.name).value
        if not kept:
            return self._clock()
        due = float(kept["due"])
        # Who comes with a shorter interval does not wait for the end of a longer one.
        return due if kept["failures"] else min(due, float(kept["polled"]) + self.config.interval * 1.1)

    def run(self, report: Callable[[PollResult], None], sleep: Callable[[float], None] = time.sleep) -> None:
        """Polls whenever it is due, and tells each outcome, until `tell` or `sleep` raises."""
        while True:
            while (wait := self.get_next_poll_time() - self._clock()) > 0:
                sleep(min(wait, _LOOK))
            polled = self.poll()
            report(polled)
            if polled.outcome in ("held", "overtaken"):
                sleep(_MISSED * (0.5 + self._chance()))

    def _polled(self, state: PollState) -> PollResult:
        kept = state.value or {"memory": None, "polled": self._clock(), "due": 0.0, "failures": 0}
        began = self._clock()
        try:
            fetched = list(self._fetched(kept["polled"], began))
        except ComponentError as error:
            return self._failed(state, kept, error)
        judged = detect_events(
            self.config.trigger, kept["memory"], fetched, version=state.version, emit_first=self._emit_first
        )
        arrivals = [self._arrival(emission, began) for emission in judged.emissions]
        due = schedule_next_poll(self._clock(), self.config.interval, self._chance)
        value = {"memory": judged.memory, "polled": began, "due": due, "failures": 0}
        if not self._store.save_poll_state(self.name, value, state.version, arrivals):
            return PollResult("overtaken", due)
        if arrivals:
            return PollResult("emitted", due, tuple(arrivals))
        return PollResult("baseline" if kept["memory"] is None else "unchanged", due)

    def _failed(self, state: PollState, kept: dict[str, Any], error: ComponentError) -> PollResult:
        failures, now = int(kept["failures"]) + 1, self._clock()
        due = schedule_retry(now, self.config.interval, failures, error, self._chance)
        self._store.save_poll_state(self.name, {**kept, "due": due, "failures": failures}, state.version, ())
        return PollResult("failed", due, (), error)

    def _fetched(self, since: float, now: float) -> Iterator[CallResult]:
        poll = self.config.trigger.poll
        assert poll is not None
        for inputs in iter_call_inputs(poll, self.config.settings, to_utc_date(since), to_utc_date(now)):
            self._stay()
            try:
                if poll.snapshot is None:
                    yield CallResult(inputs, self._items(poll.action, inputs))
                else:
                    yield CallResult(inputs, self._session.run(poll.action, inputs).data)
            except NotFound:
                if not poll.waits_when_missing:
                    raise
                yield CallResult(inputs, MISSING)

    def _items(self, action: str, inputs: dict[str, Any]) -> list[Any]:
        items: list[Any] = []
        for page in self._session.pages(action, inputs, page_size=self.config.page_size):
            items += page.items
            if len(items) > MAX_ITEMS:
                raise InputError(
                    [Problem("", f"the list has more than {MAX_ITEMS:,} items; narrow down what is watched")]
                )
            self._stay()
        return items

    def _stay(self) -> None:
        """Keeps the lease while a long list is fetched."""
        if not self._store.acquire_lease(self.name, self._owner, LEASE, self._clock()):
            raise _Taken

    def _arrival(self, emission: Emission, now: float) -> IncomingEvent:
        """The event as webhooks have it: name, time, account, and the catalogue's payload as its object."""
        event, stamp = f"poll.{self.config.trigger.key}", int(now * 1000)
        account = _account(emission.object)
        body = {"event": event, "event_ts": stamp, "payload": {"account_id": account, "object": emission.object}}
        raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        key, source = hash_json(self.name, emission.identity)[:40], f"poll:{self.config.trigger.key}"
        return IncomingEvent(key, event, stamp, account, emission.object_id, raw, now, source)


def _account(found: Any) -> str:
    """The account, where what was found names it."""
    inside = found.values() if isinstance(found, dict) else ()
    named = (part.get("account_id") for part in (found, *inside) if isinstance(part, dict))
    return next((each for each in named if isinstance(each, str)), "")
