"""Run one polling trigger: call its action, detect events, and save them together with the state.

State and events are saved in one transaction, which fails if another worker saved first. So an event is stored exactly
once, wherever a worker stops. The lease only avoids calling Zoom twice.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple

from zoom_component.client.session import Session
from zoom_component.errors import ComponentError, InputError, NotFound, Problem
from zoom_component.events.inbox.protocols import IncomingEvent, PollState, PollStore
from zoom_component.events.polling.config import PollConfig
from zoom_component.events.polling.detection import MAX_ITEMS, MISSING, CallResult, Emission, detect_events, hash_json
from zoom_component.events.polling.queries import iter_call_inputs, to_utc_date
from zoom_component.events.polling.schedule import compute_longest_wait, schedule_next_poll, schedule_retry
from zoom_component.forked_processes import ProcessLocal, registered
from zoom_component.json_output import to_json
from zoom_component.log_records import get_logger

log = get_logger("zoom_component.polling")

__all__ = ["LEASE", "PollResult", "Poller"]

LEASE = 120.0
_MAX_SLEEP = 30.0  # another worker may have changed the time of the next poll meanwhile
_BUSY_WAIT = 5.0
_CLOCK_TOLERANCE = 1.0  # seconds by which the clocks of two workers may differ


class PollResult(NamedTuple):
    """Hold the result of a poll. `next_poll_at` is in epoch seconds.

    `outcome`: "baseline" (the first poll, which emits nothing), "emitted", "unchanged" or "failed". Nothing is saved
    for "busy" (another worker is polling) and "superseded" (another worker saved first).
    """

    outcome: Literal["baseline", "emitted", "unchanged", "failed", "busy", "superseded"]
    next_poll_at: float
    events: tuple[IncomingEvent, ...] = ()
    error: ComponentError | None = None


class _LeaseLost(Exception):
    """Report that another worker holds the lease by now."""


class Poller(ProcessLocal):
    """Poll one trigger over a session and save its events in an inbox. Several workers may poll the same trigger.

    `emit_first`: the first poll emits what exists instead of only recording it. The random source is the session's, and
    so is the clock, if it has one of its own; else the inbox's is used, which all workers share.
    """

    def __init__(self, session: Session, inbox: PollStore, config: PollConfig, *, emit_first: bool = False) -> None:
        self.config = config
        self._session = session
        self._inbox = inbox
        self._emit_first = emit_first
        clock = session.options.clock
        self._clock = inbox.read_clock if clock is time.time else clock
        self._random = session.options.random
        self._owner = secrets.token_hex(8)
        connection = session.connection
        self.name = config.build_state_name(f"{connection.base_url} {connection.identity}")
        registered.add(self)

    def reset_after_fork(self) -> None:
        """Become another worker than the parent, which may hold the lease."""
        self._owner = secrets.token_hex(8)

    def poll(self) -> PollResult:
        """Poll once, now. An error of Zoom or of the network is an outcome: it keeps the state and extends the wait.

        Raise OSError when the inbox cannot be reached.
        """
        now = self._clock()
        if not self._inbox.acquire_lease(self.name, self._owner, LEASE, now):
            return PollResult("busy", now + _BUSY_WAIT)
        try:
            return self._poll(self._inbox.load_poll_state(self.name))
        except _LeaseLost:
            return PollResult("superseded", self._clock() + _BUSY_WAIT)
        finally:
            self._inbox.release_lease(self.name, self._owner)

    def get_next_poll_time(self) -> float:
        """Return when the next poll is due, in epoch seconds: as any worker saved it, or now before the first poll.

        After the clock was set back, it is now.
        """
        saved, now = self._inbox.load_poll_state(self.name).value, self._clock()
        if not saved:
            return now
        saved_at = float(saved.get("saved", saved["polled"]))
        if saved_at > now + _CLOCK_TOLERANCE:
            return now
        due = min(float(saved["due"]), saved_at + compute_longest_wait(self.config.interval, saved["failures"]))
        # A worker with a shorter interval does not wait for the end of a longer one.
        return due if saved["failures"] else min(due, float(saved["polled"]) + self.config.interval * 1.1)

    def run(self, report: Callable[[PollResult], None], sleep: Callable[[float], None] = time.sleep) -> None:
        """Poll whenever it is due and report each result, until `report` or `sleep` raises."""
        while True:
            while (wait := self.get_next_poll_time() - self._clock()) > 0:
                sleep(min(wait, _MAX_SLEEP))
            result = self.poll()
            report(result)
            if result.outcome in ("busy", "superseded"):
                sleep(_BUSY_WAIT * (0.5 + self._random()))

    def _poll(self, state: PollState) -> PollResult:
        saved = state.value or {"memory": None, "polled": self._clock(), "due": 0.0, "failures": 0}
        started_at = self._clock()
        try:
            results = list(self._call_action(saved["polled"], started_at))
        except ComponentError as error:
            return self._save_failure(state, saved, error)
        detection = detect_events(
            self.config.trigger, saved["memory"], results, version=state.version, emit_first=self._emit_first
        )
        events = [self._build_event(emission, started_at) for emission in detection.emissions]
        due = schedule_next_poll(self._clock(), self.config.interval, self._random)
        value = {"memory": detection.memory, "polled": started_at, "saved": self._clock(), "due": due, "failures": 0}
        if not self._inbox.save_poll_state(self.name, value, state.version, events):
            return PollResult("superseded", due)
        if events:
            return PollResult("emitted", due, tuple(events))
        return PollResult("baseline" if saved["memory"] is None else "unchanged", due)

    def _save_failure(self, state: PollState, saved: dict[str, Any], error: ComponentError) -> PollResult:
        failures, now = int(saved["failures"]) + 1, self._clock()
        due = schedule_retry(now, self.config.interval, failures, error, self._random)
        value = {**saved, "saved": now, "due": due, "failures": failures}
        self._inbox.save_poll_state(self.name, value, state.version, ())
        return PollResult("failed", due, (), error)

    def _call_action(self, since: float, now: float) -> Iterator[CallResult]:
        poll = self.config.trigger.poll
        assert poll is not None
        for inputs in iter_call_inputs(poll, self.config.settings, to_utc_date(since), to_utc_date(now)):
            self._extend_lease()
            try:
                if poll.snapshot is None:
                    yield CallResult(inputs, self._list_items(poll.action, inputs))
                else:
                    yield CallResult(inputs, self._session.run(poll.action, inputs).data)
            except NotFound:
                if not poll.waits_when_missing:
                    raise
                yield CallResult(inputs, MISSING)

    def _list_items(self, action: str, inputs: dict[str, Any]) -> list[Any]:
        items: list[Any] = []
        for page in self._session.pages(action, inputs, page_size=self.config.page_size):
            items += page.items
            for warning in page.warnings:
                log.warning("%s: %s", self.name, warning)
            if len(items) > MAX_ITEMS:
                message = f"expected a list of at most {MAX_ITEMS:,} items, got a longer one; narrow the settings"
                raise InputError([Problem("", message)])
            self._extend_lease()
        return items

    def _extend_lease(self) -> None:
        if not self._inbox.acquire_lease(self.name, self._owner, LEASE, self._clock()):
            raise _LeaseLost

    def _build_event(self, emission: Emission, now: float) -> IncomingEvent:
        """Return the event in the form of a webhook: name, time, account, and the payload as its object."""
        event, event_ts = f"poll.{self.config.trigger.key}", int(now * 1000)
        account_id = _find_account_id(emission.object)
        body = {"event": event, "event_ts": event_ts, "payload": {"account_id": account_id, "object": emission.object}}
        raw = to_json(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        key, source = hash_json(self.name, emission.identity)[:40], f"poll:{self.config.trigger.key}"
        return IncomingEvent(key, event, event_ts, account_id, emission.object_id, raw, now, source)


def _find_account_id(payload: Any) -> str:
    """Return the account id of the payload or of one of its objects; "" when there is none."""
    inner = payload.values() if isinstance(payload, dict) else ()
    ids = (part.get("account_id") for part in (payload, *inner) if isinstance(part, dict))
    return next((each for each in ids if isinstance(each, str)), "")
