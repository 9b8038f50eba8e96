"""Test what a clock does that was ahead for a while, and was then set back: no work waits for the wrong time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.events.inbox.conftest import make_event

from zoom_component.events.inbox.postgres.engine import PostgresInbox
from zoom_component.events.inbox.postgres.records import TaskArguments
from zoom_component.events.inbox.protocols import EventQuery, Inbox, Job, Subscription
from zoom_component.events.inbox.sqlite import SqliteInbox

NOW = 1_773_140_400.0
AHEADS = [pytest.param(7200.0, id="hours"), pytest.param(5 * 31_536_000.0, id="years")]


@pytest.mark.parametrize("ahead", AHEADS)
@pytest.mark.parametrize("is_ordered", [False, True])
def test_an_event_received_while_the_clock_was_ahead_is_due_now(inbox: Inbox, ahead: float, is_ordered: bool) -> None:
    inbox.subscribe([Subscription("all", ordered=is_ordered)])
    inbox.add_events([make_event(1, received=NOW + ahead), make_event(2, received=NOW)])
    due = inbox.find_next_due(["all"], NOW)
    assert due is not None
    assert due <= NOW
    first = inbox.claim_jobs(["all"], 1, 30, NOW)
    inbox.acknowledge(first, NOW)
    inbox.acknowledge(inbox.claim_jobs(["all"], 1, 30, NOW), NOW)
    assert [inbox.list_job_statuses(id)[0].state for id in (1, 2)] == ["done", "done"]


@pytest.mark.parametrize("ahead", AHEADS)
def test_a_retry_set_while_the_clock_was_ahead_is_not_waited_for(inbox: Inbox, ahead: float) -> None:
    inbox.subscribe([Subscription("all", ordered=True)])
    inbox.add_events([make_event(1, received=NOW), make_event(2, received=NOW)])
    [job] = inbox.claim_jobs(["all"], 1, 30, NOW + ahead)
    inbox.record_failure(job, "not yet", NOW + ahead + 60, NOW + ahead)
    assert inbox.find_next_due(["all"], NOW) == NOW
    [again] = inbox.claim_jobs(["all"], 1, 30, NOW)
    inbox.record_failure(again, "not yet", NOW + 60, NOW)
    assert inbox.claim_jobs(["all"], 1, 30, NOW + 59) == []  # set by the right clock, so it counts
    [last] = inbox.claim_jobs(["all"], 1, 30, NOW + 60)
    assert (last.event_id, last.attempt) == (1, 3)


@pytest.mark.parametrize("ahead", AHEADS)
def test_a_lease_of_a_dead_worker_ends_after_its_own_length(inbox: Inbox, ahead: float) -> None:
    inbox.subscribe([Subscription("all", ordered=True)])
    inbox.add_events([make_event(1, received=NOW), make_event(2, received=NOW)])
    [job] = inbox.claim_jobs(["all"], 1, 30, NOW + ahead)
    assert inbox.claim_jobs(["all"], 1, 30, NOW) == []  # its worker may be alive: not before its time
    assert inbox.claim_jobs(["all"], 1, 30, NOW + 29) == []
    [again] = inbox.claim_jobs(["all"], 1, 30, NOW + 30)
    assert (again.event_id, again.attempt) == (job.event_id, 2)


def test_setting_the_clock_back_ends_no_lease_early(inbox: Inbox) -> None:
    inbox.subscribe([Subscription("all")])
    inbox.add_events([make_event(1, received=NOW)])
    [job] = inbox.claim_jobs(["all"], 1, 30, NOW)
    for back in (1.0, 60.0, 3600.0, 31_536_000.0):
        assert inbox.claim_jobs(["all"], 1, 30, NOW - back) == []
    inbox.acknowledge([job], NOW - 31_536_000.0)
    assert inbox.list_job_statuses(1)[0].state == "done"


def test_a_released_job_does_not_wait_for_the_time_of_its_receipt(inbox: Inbox) -> None:
    inbox.subscribe([Subscription("all")])
    inbox.add_events([make_event(1, received=NOW + 1e8)])
    inbox.release_jobs(inbox.claim_jobs(["all"], 1, 30, NOW))
    assert [job.attempt for job in inbox.claim_jobs(["all"], 1, 30, NOW)] == [1]


@pytest.mark.parametrize("ahead", AHEADS)
def test_a_named_lease_taken_while_the_clock_was_ahead_ends_after_its_own_length(inbox: Inbox, ahead: float) -> None:
    assert inbox.acquire_lease("poll", "dead", 120, NOW + ahead)
    assert not inbox.acquire_lease("poll", "mine", 120, NOW)
    assert not inbox.acquire_lease("poll", "mine", 120, NOW + 119)
    assert inbox.acquire_lease("poll", "mine", 120, NOW + 120)


def test_times_ahead_are_counted_and_those_of_events_are_corrected(inbox: Inbox) -> None:
    now = inbox.read_clock()
    inbox.set_timestamp("validation", now + 7200)
    inbox.subscribe([Subscription("all")])
    inbox.add_events([make_event(1, received=now - 60)])
    _set_time_of_receipt(inbox, now + 7200)
    inbox.claim_jobs(["all"], 1, 30, now + 7200)
    assert dict(inbox.count_times_ahead(now + 60)) == {"events": 1, "jobs": 1, "timestamps": 1}
    inbox.prune_events(before=0)
    assert inbox.find_events(EventQuery())[0].event.received_at == pytest.approx(now, abs=60)


def _set_time_of_receipt(inbox: Inbox, received_at: float) -> None:
    if isinstance(inbox, SqliteInbox):
        with inbox._write_transaction() as database:
            database.execute("update events set received = ?", (received_at,))
    else:
        assert isinstance(inbox, PostgresInbox)
        inbox.server.run_transaction(lambda rows: rows.execute("update events set received = %s", (received_at,)))


@pytest.fixture
def server_inbox(inbox_database: str) -> Iterator[PostgresInbox]:
    inbox = PostgresInbox(inbox_database)
    yield inbox
    inbox.close()


def _execute(inbox: PostgresInbox, statement: str) -> list[tuple[Any, ...]]:
    return inbox.server.run_transaction(lambda rows: rows.execute(statement.encode()).fetchall())


def test_the_server_tells_the_time(server_inbox: PostgresInbox, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = server_inbox.read_clock()
    monkeypatch.setattr("time.time", lambda: 0.0)
    assert server_inbox.read_clock() == pytest.approx(expected, abs=30)
    server_inbox.add_events([make_event(1, received=expected + 1e8)])
    assert server_inbox.find_events(EventQuery())[0].event.received_at == pytest.approx(expected, abs=30)


def test_a_task_claims_what_was_set_while_the_clock_was_ahead(server_inbox: PostgresInbox) -> None:
    server_inbox.subscribe([Subscription("all", ordered=True)])
    server_inbox.add_events([make_event(1, received=NOW)])
    task = TaskArguments(1, "all", "1")
    job = server_inbox.claim_task_job(task, 30, NOW + 1e8)
    assert isinstance(job, Job)
    assert server_inbox.claim_task_job(task, 30, NOW) == NOW + 30
    server_inbox.record_failure(job, "no", NOW + 1e8 + 60, NOW + 1e8)
    assert isinstance(server_inbox.claim_task_job(task, 30, NOW), Job)


def test_a_task_scheduled_by_a_clock_that_was_ahead_is_brought_forward(server_inbox: PostgresInbox) -> None:
    """The tasks of a chain run one after another, so one that is scheduled for next year would stop it."""
    server_inbox.subscribe([Subscription("all", ordered=True)])
    server_inbox.add_events([make_event(1), make_event(2, object_id="waits")])
    now = server_inbox.read_clock()
    waiting = server_inbox.claim_task_job(TaskArguments(2, "all", "waits"), 30, now)
    assert isinstance(waiting, Job)
    server_inbox.record_failure(waiting, "later", now + 3600, now)
    _execute(
        server_inbox,
        "update procrastinate_jobs set scheduled_at = now() + case args->>'event' when '1' then interval '1 year' "
        "else interval '1 hour' end returning 1",
    )
    _execute(
        server_inbox,
        "insert into procrastinate_workers (last_heartbeat) values (now() + interval '1 year') returning 1",
    )
    server_inbox.enqueue_missing(0.0)
    scheduled = "select args->>'event', scheduled_at <= now() from procrastinate_jobs order by id"
    assert _execute(server_inbox, scheduled) == [("1", True), ("2", False)]
    assert _execute(server_inbox, "select last_heartbeat <= now() from procrastinate_workers") == [(True,)]


def test_columns_are_added_to_an_inbox_of_an_earlier_release(tmp_path: Path) -> None:
    path = tmp_path / "inbox.db"
    inbox = SqliteInbox(path)
    inbox.subscribe([Subscription("all")])
    inbox.add_events([make_event(1)])
    with inbox._write_transaction() as database:
        for change in (
            "alter table work drop column since", "alter table events drop column replayable", "drop table pruned",
            "drop table probe",
        ):  # fmt: skip
            database.execute(change)
    inbox.close()
    again = SqliteInbox(path)
    assert [job.event for job in again.claim_jobs(["all"], 1, 30, NOW)] == [make_event(1)]
    again.probe_storage(1000)
    again.close()


def test_columns_are_added_to_a_schema_of_an_earlier_release(empty_database: str) -> None:
    inbox = PostgresInbox(empty_database)
    inbox.subscribe([Subscription("all")])
    inbox.add_events([make_event(1)])
    inbox.close()
    with psycopg.connect(empty_database, autocommit=True) as server:
        server.execute("set search_path = zoom_component; alter table work drop column since; drop table probe, pruned;"
                       "alter table events drop column replayable")  # fmt: skip
    again = PostgresInbox(empty_database)
    assert [job.event for job in again.claim_jobs(["all"], 1, 30, NOW)] == [make_event(1)]
    again.probe_storage(1000)
    again.close()
