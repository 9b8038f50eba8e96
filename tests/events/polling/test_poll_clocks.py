"""Test that a clock that was ahead for a while, and was then set back, delays no poll."""

from __future__ import annotations

import time

import pytest
from tests.support.polling_setup import COMPONENT, NOON, PollingSetup

from zoom_component.events.inbox.sqlite import SqliteInbox
from zoom_component.events.polling import Poller, configure_poll
from zoom_component.events.polling.poller import LEASE

KEY = "newMeetingCreated"


@pytest.mark.parametrize("ahead", [7200.0, 5 * 31_536_000.0], ids=["hours", "years"])
@pytest.mark.parametrize("fails", [False, True], ids=["polled", "failed"])
def test_a_clock_that_was_ahead_delays_no_poll(setup: PollingSetup, ahead: float, fails: bool) -> None:
    poller = setup.poller(KEY)
    assert poller.poll().outcome == "baseline"
    setup.clock.advance(ahead)
    if fails:
        setup.zoom.add_fault("GET", "/users/{userId}/meetings", status=503)
        assert setup.poller(KEY).poll().outcome == "failed"
        setup.zoom.clear_faults()
    else:
        assert setup.poller(KEY).poll().outcome == "unchanged"
    setup.store.acquire_lease(poller.name, "a worker that died then", LEASE, setup.clock())
    setup.clock.advance(60 - ahead)
    assert poller.get_next_poll_time() <= setup.clock()
    assert poller.poll().outcome == "busy"
    setup.clock.advance(LEASE)
    setup.meeting("Daily")
    again = setup.poller(KEY)
    assert again.poll().outcome == "emitted"
    assert 0 < again.get_next_poll_time() - setup.clock() <= poller.config.interval * 1.1
    setup.clock.advance(poller.config.interval * 1.1)
    assert again.get_next_poll_time() <= setup.clock()


def test_a_time_of_the_next_poll_beyond_one_interval_is_not_believed(setup: PollingSetup) -> None:
    poller = setup.poller(KEY)
    poller.poll()
    state = setup.store.load_poll_state(poller.name)
    setup.store.save_poll_state(poller.name, {**state.value, "due": NOON + 1e9}, state.version, ())
    setup.clock.advance(poller.config.interval * 1.1 + 1)
    assert poller.get_next_poll_time() <= setup.clock()


def test_workers_share_the_clock_of_the_inbox(setup: PollingSetup, monkeypatch: pytest.MonkeyPatch) -> None:
    session = setup.session()
    monkeypatch.setattr(session, "options", session.options._replace(clock=time.time))
    monkeypatch.setattr(SqliteInbox, "read_clock", lambda _: NOON)
    poller = Poller(session, setup.store, configure_poll(COMPONENT, KEY, {}, now=NOON))
    assert poller.get_next_poll_time() == NOON
