"""Test the poller: events, state, waits, leases and crashes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from tests.support.polling_setup import COMPONENT, NOON, PollingSetup

from zoom_component.events.inbox.protocols import IncomingEvent, Subscription
from zoom_component.events.inbox.sqlite import SqliteInbox
from zoom_component.events.polling import Poller, PollResult, configure_poll
from zoom_component.events.polling.poller import LEASE

KEY = "newMeetingCreated"


class Killed(BaseException):
    """Represent the end of the process."""


def test_the_first_poll_records_a_baseline_and_later_polls_emit_new_items(setup: PollingSetup) -> None:
    setup.meeting("Before")
    poller = setup.poller(KEY)
    assert poller.poll() == PollResult("baseline", NOON + 300)
    meeting_id = setup.meeting("Daily")
    result = poller.poll()
    (event,) = result.events
    assert result.outcome == "emitted"
    assert (event.name, event.source, event.object_id) == (f"poll.{KEY}", f"poll:{KEY}", str(meeting_id))
    assert (event.received_at, event.event_ts) == (NOON, int(NOON * 1000))
    body = json.loads(event.body)
    assert body["event_ts"] == event.event_ts
    assert body["payload"]["object"]["event_type"] == "meeting_created"
    assert poller.poll().outcome == "unchanged"
    assert setup.inbox() == [event]


def test_emit_first_emits_existing_items(setup: PollingSetup) -> None:
    setup.meeting("Before")
    assert setup.poller(KEY, emit_first=True).poll().outcome == "emitted"
    assert setup.topics() == ["Before"]
    changed = setup.poller("userInformationChanged", {"userId": "me"}, emit_first=True)
    (event,) = changed.poll().events
    assert json.loads(event.body)["payload"]["object"]["changes_detected"] == {}


def test_subscribed_listeners_get_jobs_from_polls(setup: PollingSetup) -> None:
    setup.store.subscribe([Subscription("mine", (f"poll.{KEY}",)), Subscription("other", ("meeting.*",))])
    poller = setup.poller(KEY)
    poller.poll()
    setup.meeting("Daily")
    poller.poll()
    (job,) = setup.store.claim_jobs(["mine", "other"], 10, 60, NOON)
    assert (job.listener, job.event.name) == ("mine", f"poll.{KEY}")


def test_a_restart_continues_from_the_saved_state(setup: PollingSetup) -> None:
    setup.poller(KEY).poll()
    setup.meeting("Daily")
    setup.store.close()
    setup.store = SqliteInbox(setup.path)
    assert setup.poller(KEY).poll().outcome == "emitted"
    assert setup.poller(KEY).poll().outcome == "unchanged"


@pytest.mark.parametrize("before", [True, False], ids=["before saving", "after saving"])
def test_a_crash_around_saving_neither_loses_nor_repeats_an_event(
    setup: PollingSetup, monkeypatch: pytest.MonkeyPatch, before: bool
) -> None:
    setup.poller(KEY).poll()
    setup.meeting("Daily")
    save = SqliteInbox.save_poll_state

    def crash(self: SqliteInbox, name: str, value: Any, version: int, arrivals: Sequence[IncomingEvent]) -> bool:
        if not before:
            save(self, name, value, version, arrivals)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(SqliteInbox, "save_poll_state", crash)
        patch.setattr(SqliteInbox, "release_lease", lambda *_: None)
        with pytest.raises(Killed):
            setup.poller(KEY).poll()
    assert setup.poller(KEY).poll().outcome == "busy"
    setup.clock.advance(LEASE + 1)
    assert setup.poller(KEY).poll().outcome == ("emitted" if before else "unchanged")
    assert setup.topics() == ["Daily"]


_KILLED_PROCESS = """
import os, sys
from pathlib import Path
from tests.support.polling_setup import PollingSetup
from zoom_component.events.inbox.sqlite import SqliteInbox
setup = PollingSetup(Path(sys.argv[1]))
setup.poller("newMeetingCreated").poll()
setup.meeting("Daily")
SqliteInbox.save_poll_state = lambda *_: os._exit(9)
setup.poller("newMeetingCreated").poll()
"""


def test_a_killed_process_leaves_a_usable_state(setup: PollingSetup) -> None:
    killed = subprocess.run([sys.executable, "-c", _KILLED_PROCESS, str(setup.path.parent)], check=False, timeout=60)
    assert killed.returncode == 9
    assert setup.inbox() == []
    setup.clock.advance(LEASE + 1)
    setup.meeting("Daily")  # the sandbox starts again, so the meeting of the killed process is new here too
    assert setup.poller(KEY).poll().outcome == "emitted"
    assert setup.topics() == ["Daily"]


def test_a_leased_trigger_is_busy(setup: PollingSetup) -> None:
    poller = setup.poller(KEY)
    setup.store.acquire_lease(poller.name, "somebody", 60, NOON)
    assert poller.poll().outcome == "busy"
    setup.clock.advance(61)
    assert poller.poll().outcome == "baseline"


def test_a_superseded_poll_saves_nothing(setup: PollingSetup, monkeypatch: pytest.MonkeyPatch) -> None:
    setup.poller(KEY).poll()
    setup.meeting("Daily")
    monkeypatch.setattr(SqliteInbox, "acquire_lease", lambda *_: True)
    first, second = setup.poller(KEY), setup.poller(KEY)
    call_action = second._call_action

    def slow(*args: float) -> Any:
        results = list(call_action(*args))
        assert first.poll().outcome == "emitted"
        return iter(results)

    monkeypatch.setattr(second, "_call_action", slow)
    assert second.poll().outcome == "superseded"
    assert setup.topics() == ["Daily"]


def test_a_lost_lease_ends_the_poll(setup: PollingSetup, monkeypatch: pytest.MonkeyPatch) -> None:
    leases = iter([True, True, False])
    monkeypatch.setattr(SqliteInbox, "acquire_lease", lambda *_: next(leases))
    assert setup.poller(KEY).poll().outcome == "superseded"


def test_many_workers_emit_each_event_once(setup: PollingSetup) -> None:
    setup.poller(KEY).poll()
    for number in range(20):
        setup.meeting(f"Meeting {number}")
    ready, outcomes = Barrier(6), list[str]()

    def poll_once(poller: Poller) -> None:
        ready.wait()
        outcomes.append(poller.poll().outcome)

    threads = [Thread(target=poll_once, args=(setup.poller(KEY),)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("emitted") == 1
    assert sorted(setup.topics()) == sorted(f"Meeting {number}" for number in range(20))


def test_a_failure_keeps_the_state_and_doubles_the_wait(setup: PollingSetup) -> None:
    poller = setup.poller(KEY, {"interval": "10"})
    poller.poll()
    before = setup.store.load_poll_state(poller.name).value
    setup.meeting("Daily")
    setup.zoom.add_fault("GET", "/users/{userId}/meetings", status=503)
    waits = []
    for _ in range(4):
        result = poller.poll()
        assert (result.outcome, result.error and result.error.kind) == ("failed", "unavailable")
        waits.append(result.next_poll_at - setup.clock())
        assert poller.get_next_poll_time() == result.next_poll_at
    assert waits == [1200, 2400, 3600, 3600]
    now = setup.store.load_poll_state(poller.name).value
    assert (now["memory"], now["polled"], now["failures"]) == (before["memory"], before["polled"], 4)
    setup.zoom.clear_faults()
    assert poller.poll().outcome == "emitted"
    assert setup.store.load_poll_state(poller.name).value["failures"] == 0
    assert setup.topics() == ["Daily"]


def test_a_failed_first_poll_is_repeated_as_a_baseline(setup: PollingSetup) -> None:
    poller = setup.poller(KEY)
    setup.zoom.add_fault("GET", "/users/{userId}/meetings", status=503, calls=[1])
    assert poller.poll().outcome == "failed"
    setup.meeting("Before")
    assert poller.poll().outcome == "baseline"
    assert setup.inbox() == []


def test_the_next_poll_waits_for_the_retry_time_of_zoom(setup: PollingSetup) -> None:
    poller = setup.poller(KEY)
    setup.zoom.add_fault("GET", "/users/{userId}/meetings", status=429, retry_after=7200)
    assert poller.poll().next_poll_at - setup.clock() == 7200


@pytest.mark.parametrize(("chance", "wait"), [(0.0, 270), (1.0, 330)])
def test_the_interval_varies_by_a_tenth(setup: PollingSetup, chance: float, wait: float) -> None:
    setup.chance = chance
    assert setup.poller(KEY).poll().next_poll_at == pytest.approx(NOON + wait)


def test_run_waits_until_the_next_poll_of_any_worker(setup: PollingSetup) -> None:
    poller, outcomes = setup.poller(KEY), list[tuple[str, float]]()

    def report(result: PollResult) -> None:
        outcomes.append((result.outcome, setup.clock()))
        if len(outcomes) == 1:
            setup.clock.advance(200)
            setup.poller(KEY).poll()  # another worker, which postpones the next poll
        if len(outcomes) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        poller.run(report, setup.clock.advance)
    assert outcomes == [("baseline", NOON), ("unchanged", NOON + 500), ("unchanged", NOON + 800)]


def test_a_shorter_interval_does_not_wait_for_a_longer_one(setup: PollingSetup) -> None:
    setup.poller(KEY, {"interval": "600"}).poll()
    assert setup.poller(KEY, {"interval": "1"}).get_next_poll_time() == pytest.approx(NOON + 66)


def test_the_state_name_ignores_interval_and_page_size(setup: PollingSetup) -> None:
    names = {setup.poller(KEY, inputs).name for inputs in ({}, {"interval": "9"}, {"page_size": "5"}, {"userId": "me"})}
    assert len(names) == 1
    assert setup.poller(KEY, {"userId": "ada@example.com"}).name not in names
    assert configure_poll(COMPONENT, KEY, {}, now=NOON).build_state_name("another account") not in names


def test_another_account_has_another_state_name(
    setup: PollingSetup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZOOM_COMPONENT_STATE", str(tmp_path / "state"))
    names = set()
    for account in ("one", "two", "one"):
        # No token is requested yet.
        with COMPONENT.connect(client_id="app", client_secret="secret", account_id=account) as session:
            names.add(Poller(session, setup.store, configure_poll(COMPONENT, KEY, {}, now=NOON)).name)
    assert len(names) == 2


def test_a_list_that_is_too_long_is_refused(setup: PollingSetup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zoom_component.events.polling.poller.MAX_ITEMS", 1)
    setup.meeting("One")
    setup.meeting("Two")
    result = setup.poller(KEY).poll()
    assert result.error is not None
    assert "narrow the settings" in result.error.message
