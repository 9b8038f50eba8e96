"""Test what the dispatcher does while the clock is wrong: no event waits for years, and none runs twice at a time."""

from __future__ import annotations

import threading
import time

import pytest
from tests.events.listeners.conftest import NOW, SettableClock, get_job_status, listener, make_event

from zoom_component.events.inbox.protocols import Inbox
from zoom_component.events.inbox.sqlite import SqliteInbox
from zoom_component.events.listeners import Dispatcher, Retry
from zoom_component.events.webhook import Event

YEARS = 5 * 31_536_000.0


@pytest.mark.parametrize("is_ordered", [False, True])
@pytest.mark.parametrize("ahead", [7200.0, YEARS], ids=["hours", "years"])
def test_events_and_retries_of_a_clock_that_was_ahead_are_handled(
    dispatcher: Dispatcher, inbox: Inbox, clock: SettableClock, is_ordered: bool, ahead: float
) -> None:
    seen: list[int | None] = []

    def fail_while_ahead(event: Event) -> None:
        seen.append(event.event_ts)
        if clock.now > NOW:
            raise Retry("not now", after=3600)

    dispatcher.add_listeners(listener(fail_while_ahead, ordered=is_ordered))
    clock.now = NOW + ahead
    inbox.add_events([make_event(1)._replace(received_at=clock.now)])
    assert dispatcher.run_until_idle() == {"retry": 1}
    inbox.add_events([make_event(2)._replace(received_at=clock.now)])
    clock.now = NOW
    assert dispatcher.run_until_idle() == {"done": 2}
    assert seen == [1, 1, 2]


def test_a_clock_that_is_set_ahead_starts_no_job_that_still_runs(
    dispatcher: Dispatcher, inbox: Inbox, clock: SettableClock
) -> None:
    begun, may_end, calls = threading.Event(), threading.Event(), list[int]()

    def wait(event: Event) -> None:
        calls.append(1)
        begun.set()
        assert may_end.wait(20)

    dispatcher.add_listeners(listener(wait))
    inbox.add_events([make_event(1)])
    with dispatcher:
        assert begun.wait(20)
        clock.now = NOW + YEARS
        dispatcher.wake()
        while get_job_status(inbox).attempts < 2:  # its first lease seems to have ended
            time.sleep(0.01)
        may_end.set()
        while get_job_status(inbox).state != "done":
            time.sleep(0.01)
    assert calls == [1]


def test_a_failing_inbox_is_tried_until_the_lease_ends_by_the_monotonic_clock(
    dispatcher: Dispatcher, inbox: Inbox, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the wall clock, a clock that is set back would make a thread try for years."""
    attempts: list[int] = []

    def fail(*_: object) -> None:
        attempts.append(1)
        clock.now = NOW - YEARS
        raise OSError("away")

    monkeypatch.setattr(SqliteInbox, "acknowledge", fail)
    short = Dispatcher(inbox, clock=clock, lease_grace=0.0, poll_interval=0.01)
    short.add_listeners(listener(lambda event: None, timeout=0.1))
    inbox.add_events([make_event(1)])
    assert short.run_until_idle()["unrecorded"] == 1
    assert attempts


def test_a_dispatcher_uses_the_clock_of_its_inbox(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SqliteInbox, "read_clock", lambda _: NOW + 7)
    inbox.add_events([make_event(1)])
    running = Dispatcher(inbox, [listener(lambda event: None)])
    inbox.add_events([make_event(2)._replace(received_at=NOW + 7)])
    assert running.run_until_idle() == {"done": 1}
    assert get_job_status(inbox, 2).finished_at == NOW + 7
