"""The poller: what it remembers, emits and waits for, whatever dies and whoever else polls."""

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
    """The process is gone."""


def test_the_first_poll_remembers_and_the_next_ones_tell_what_is_new(there: PollingSetup) -> None:
    there.meeting("Before")
    poller = there.poller(KEY)
    assert poller.poll() == PollResult("baseline", NOON + 300)
    made = there.meeting("Daily")
    polled = poller.poll()
    (event,) = polled.events
    assert polled.outcome == "emitted"
    assert (event.name, event.source, event.object_id) == (f"poll.{KEY}", f"poll:{KEY}", str(made))
    assert (event.received_at, event.event_ts) == (NOON, int(NOON * 1000))
    body = json.loads(event.body)
    assert body["event_ts"] == event.event_ts
    assert body["payload"]["object"]["event_type"] == "meeting_created"
    assert poller.poll().outcome == "unchanged"
    assert there.inbox() == [event]


def test_a_first_poll_may_tell_all_that_is_there(there: PollingSetup) -> None:
    there.meeting("Before")
    assert there.poller(KEY, emit_first=True).poll().outcome == "emitted"
    assert there.topics() == ["Before"]
    changed = there.poller("userInformationChanged", {"userId": "me"}, emit_first=True)
    (event,) = changed.poll().events
    assert json.loads(event.body)["payload"]["object"]["changes_detected"] == {}


def test_listeners_of_the_inbox_get_work_from_polls(there: PollingSetup) -> None:
    there.store.subscribe([Subscription("mine", (f"poll.{KEY}",)), Subscription("other", ("meeting.*",))])
    poller = there.poller(KEY)
    poller.poll()
    there.meeting("Daily")
    poller.poll()
    (work,) = there.store.claim_jobs(["mine", "other"], 10, 60, NOON)
    assert (work.listener, work.event.name) == ("mine", f"poll.{KEY}")


def test_a_restart_goes_on_where_it_was(there: PollingSetup) -> None:
    there.poller(KEY).poll()
    there.meeting("Daily")
    there.store.close()
    there.store = SqliteInbox(there.path)
    assert there.poller(KEY).poll().outcome == "emitted"
    assert there.poller(KEY).poll().outcome == "unchanged"


@pytest.mark.parametrize("before", [True, False], ids=["before it is written", "after it is written"])
def test_a_death_between_asking_and_telling_loses_and_doubles_nothing(
    there: PollingSetup, monkeypatch: pytest.MonkeyPatch, before: bool
) -> None:
    there.poller(KEY).poll()
    there.meeting("Daily")
    keep = SqliteInbox.save_poll_state

    def dies(self: SqliteInbox, name: str, value: Any, version: int, arrivals: Sequence[IncomingEvent]) -> bool:
        if not before:
            keep(self, name, value, version, arrivals)
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(SqliteInbox, "save_poll_state", dies)
        dying.setattr(SqliteInbox, "release_lease", lambda *_: None)
        with pytest.raises(Killed):
            there.poller(KEY).poll()
    assert there.poller(KEY).poll().outcome == "held"
    there.clock.advance(LEASE + 1)
    assert there.poller(KEY).poll().outcome == ("emitted" if before else "unchanged")
    assert there.topics() == ["Daily"]


_DIES = """
import os, sys
from pathlib import Path
from tests.support.polling_setup import World
from zoom_component.events.inbox.sqlite import SqliteStore
here = World(Path(sys.argv[1]))
here.poller("newMeetingCreated").poll()
here.meeting("Daily")
SqliteStore.keep = lambda *_: os._exit(9)
here.poller("newMeetingCreated").poll()
"""


def test_a_process_that_is_killed_in_the_middle_leaves_a_state_to_go_on_from(there: PollingSetup) -> None:
    killed = subprocess.run([sys.executable, "-c", _DIES, str(there.path.parent)], check=False, timeout=60)
    assert killed.returncode == 9
    assert there.inbox() == []
    there.clock.advance(LEASE + 1)
    there.meeting("Daily")  # the same account, made once more: what the dead process saw is new here, too
    assert there.poller(KEY).poll().outcome == "emitted"
    assert there.topics() == ["Daily"]


def test_while_one_polls_another_does_not(there: PollingSetup) -> None:
    poller = there.poller(KEY)
    there.store.acquire_lease(poller.name, "somebody", 60, NOON)
    assert poller.poll().outcome == "held"
    there.clock.advance(61)
    assert poller.poll().outcome == "baseline"


def test_who_was_overtaken_throws_away_what_was_found(there: PollingSetup, monkeypatch: pytest.MonkeyPatch) -> None:
    there.poller(KEY).poll()
    there.meeting("Daily")
    monkeypatch.setattr(SqliteInbox, "acquire_lease", lambda *_: True)
    first, second = there.poller(KEY), there.poller(KEY)
    fetched = second._fetched

    def slow(*how: float) -> Any:
        found = list(fetched(*how))
        assert first.poll().outcome == "emitted"
        return iter(found)

    monkeypatch.setattr(second, "_fetched", slow)
    assert second.poll().outcome == "overtaken"
    assert there.topics() == ["Daily"]


def test_a_lease_that_was_lost_on_the_way_ends_the_poll(there: PollingSetup, monkeypatch: pytest.MonkeyPatch) -> None:
    held = iter([True, True, False])
    monkeypatch.setattr(SqliteInbox, "acquire_lease", lambda *_: next(held))
    assert there.poller(KEY).poll().outcome == "overtaken"


def test_many_workers_emit_each_event_once(there: PollingSetup) -> None:
    there.poller(KEY).poll()
    for number in range(20):
        there.meeting(f"Meeting {number}")
    ready, outcomes = Barrier(6), list[str]()

    def work(poller: Poller) -> None:
        ready.wait()
        outcomes.append(poller.poll().outcome)

    threads = [Thread(target=work, args=(there.poller(KEY),)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count("emitted") == 1
    assert sorted(there.topics()) == sorted(f"Meeting {number}" for number in range(20))


def test_a_failure_keeps_the_state_and_waits_longer_each_time(there: PollingSetup) -> None:
    poller = there.poller(KEY, {"interval": "10"})
    poller.poll()
    kept = there.store.load_poll_state(poller.name).value
    there.meeting("Daily")
    there.zoom.add_fault("GET", "/users/{userId}/meetings", status=503)
    waits = []
    for _ in range(4):
        polled = poller.poll()
        assert (polled.outcome, polled.error and polled.error.kind) == ("failed", "unavailable")
        waits.append(polled.next_poll_at - there.clock())
        assert poller.get_next_poll_time() == polled.next_poll_at
    assert waits == [1200, 2400, 3600, 3600]
    now = there.store.load_poll_state(poller.name).value
    assert (now["memory"], now["polled"], now["failures"]) == (kept["memory"], kept["polled"], 4)
    there.zoom.clear_faults()
    assert poller.poll().outcome == "emitted"
    assert there.store.load_poll_state(poller.name).value["failures"] == 0
    assert there.topics() == ["Daily"]


def test_a_first_poll_that_fails_is_still_to_come(there: PollingSetup) -> None:
    poller = there.poller(KEY)
    there.zoom.add_fault("GET", "/users/{userId}/meetings", status=503, calls=[1])
    assert poller.poll().outcome == "failed"
    there.meeting("Before")
    assert poller.poll().outcome == "baseline"
    assert there.inbox() == []


def test_nothing_is_asked_before_the_time_that_zoom_names(there: PollingSetup) -> None:
    poller = there.poller(KEY)
    there.zoom.add_fault("GET", "/users/{userId}/meetings", status=429, retry_after=7200)
    assert poller.poll().next_poll_at - there.clock() == 7200


@pytest.mark.parametrize(("chance", "wait"), [(0.0, 270), (1.0, 330)])
def test_waits_are_a_tenth_longer_or_shorter(there: PollingSetup, chance: float, wait: float) -> None:
    there.chance = chance
    assert there.poller(KEY).poll().next_poll_at == pytest.approx(NOON + wait)


def test_a_loop_waits_until_it_is_due_whoever_polled(there: PollingSetup) -> None:
    poller, outcomes = there.poller(KEY), list[tuple[str, float]]()

    def tell(polled: PollResult) -> None:
        outcomes.append((polled.outcome, there.clock()))
        if len(outcomes) == 1:
            there.clock.advance(200)
            there.poller(KEY).poll()  # another worker, which puts off what is due
        if len(outcomes) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        poller.run(tell, there.clock.advance)
    assert outcomes == [("baseline", NOON), ("unchanged", NOON + 500), ("unchanged", NOON + 800)]


def test_a_shorter_interval_does_not_wait_for_the_end_of_a_longer_one(there: PollingSetup) -> None:
    there.poller(KEY, {"interval": "600"}).poll()
    assert there.poller(KEY, {"interval": "1"}).get_next_poll_time() == pytest.approx(NOON + 66)


def test_what_is_watched_has_one_state_whatever_the_interval(there: PollingSetup) -> None:
    names = {there.poller(KEY, inputs).name for inputs in ({}, {"interval": "9"}, {"page_size": "5"}, {"userId": "me"})}
    assert len(names) == 1
    assert there.poller(KEY, {"userId": "ada@example.com"}).name not in names
    assert configure_poll(COMPONENT, KEY, {}, now=NOON).build_state_name("another account") not in names


def test_another_account_is_another_watch(there: PollingSetup, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOOM_COMPONENT_STATE", str(tmp_path / "state"))
    names = set()
    for account in ("one", "two", "one"):
        # Nobody is asked for a token yet.
        with COMPONENT.connect(client_id="app", client_secret="secret", account_id=account) as session:
            names.add(Poller(session, there.store, configure_poll(COMPONENT, KEY, {}, now=NOON)).name)
    assert len(names) == 2


def test_a_list_that_is_too_long_to_be_remembered_is_refused(
    there: PollingSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zoom_component.events.polling.poller.MAX_ITEMS", 1)
    there.meeting("One")
    there.meeting("Two")
    polled = there.poller(KEY).poll()
    assert polled.error is not None
    assert "narrow down" in polled.error.message
