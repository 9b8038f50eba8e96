"""Test the worker of a PostgreSQL inbox."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import pytest
from tests.events.listeners.conftest import listener, make_event

from zoom_component.events.inbox.postgres.engine import PostgresInbox
from zoom_component.events.inbox.postgres.records import TaskArguments
from zoom_component.events.inbox.postgres.worker import ProcrastinateWorker, WorkerTimings
from zoom_component.events.inbox.protocols import EventQuery
from zoom_component.events.listeners import AttemptResult, Listener, Reject, RetrySchedule
from zoom_component.events.listeners.worker import bind_pools

QUICK = WorkerTimings(
    poll_interval=0.05,
    heartbeat_interval=0.2,
    heartbeat_timeout=1.0,
    rescue_interval=0.2,
    overdue_after=0.0,
    tick_interval=0.05,
)
SOON = RetrySchedule(max_attempts=2, first_delay=0.1)


@pytest.fixture
def inbox(inbox_database: str) -> Iterator[PostgresInbox]:
    inbox = PostgresInbox(inbox_database)
    yield inbox
    inbox.close()


@contextmanager
def working(inbox: PostgresInbox, *listeners: Listener, **options: Any) -> Iterator[ProcrastinateWorker]:
    """Run a worker in a thread until the block ends."""
    worker = ProcrastinateWorker(inbox, bind_pools(inbox, listeners, **options), QUICK)
    thread = Thread(target=worker.run, kwargs={"shutdown_timeout": 0.3}, daemon=True)
    inbox.subscribe([each.subscription for each in listeners])
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        thread.join(20)
        assert not thread.is_alive()


def until(true: Callable[[], object], seconds: float = 15.0) -> None:
    """Wait until a condition is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def states(inbox: PostgresInbox) -> dict[str, int]:
    return dict(inbox.count(0).jobs)


def jobs(inbox: PostgresInbox) -> list[tuple[Any, ...]]:
    return inbox.server.run_transaction(
        lambda rows: rows.execute(
            "select queue_name, lock, status::text from procrastinate_jobs order by id"
        ).fetchall()
    )


def test_events_reach_their_listeners_within_milliseconds(inbox: PostgresInbox) -> None:
    attempts: list[tuple[str, int, float]] = []
    every = listener(lambda event, d: attempts.append((d.listener, d.attempt, time.monotonic())), "every")
    users = listener(
        lambda event, d: attempts.append((d.listener, d.attempt, time.monotonic())), "users", events=["user.*"]
    )
    results: list[AttemptResult] = []
    with working(inbox, every, users, on_result=results.append):
        inbox.add_events([make_event(1)])
        until(lambda: states(inbox) == {"done": 1})  # awake
        began = time.monotonic()
        inbox.add_events([make_event(2, "user.created")])
        until(lambda: len(attempts) == 3)
        until(lambda: states(inbox) == {"done": 3})
        until(lambda: not jobs(inbox))
    assert sorted((name, attempt) for name, attempt, _ in attempts) == [("every", 1), ("every", 1), ("users", 1)]
    assert max(at for _, _, at in attempts) - began < 1.0
    assert sorted(each.state for each in results) == ["done"] * 3


def test_a_failure_is_retried_then_dead_and_a_replay_starts_again(inbox: PostgresInbox) -> None:
    tries: list[int] = []

    def failing(event: object, delivery: Any) -> None:
        tries.append(delivery.attempt)
        if len(tries) < 3:
            raise ValueError("closed")
        raise Reject("closed for good")

    with working(inbox, listener(failing, retry=SOON)):
        inbox.add_events([make_event(1)])
        until(lambda: states(inbox) == {"dead": 1})
        assert inbox.list_job_statuses(1)[0].error == "ValueError: closed"
        inbox.replay_events(EventQuery(ids=(1,)), (), inbox.read_clock())
        until(lambda: inbox.list_job_statuses(1)[0].error == "closed for good")
        until(lambda: not jobs(inbox))
    assert tries == [1, 2, 1]


def test_events_of_one_object_keep_their_order_after_a_failure_and_a_replay(
    inbox: PostgresInbox,
) -> None:
    seen: list[int] = []
    fail_once = [2]
    gate = Event()

    def note(event: Any) -> None:
        gate.wait(5)
        seen.append(event.event_ts)
        if event.event_ts in fail_once:
            fail_once.remove(event.event_ts)
            raise ValueError

    inbox.subscribe([listener(note, ordered=True).subscription])
    inbox.add_events([make_event(number, object_id="a") for number in (1, 2, 3)])
    inbox.acknowledge(
        inbox.claim_jobs(["one"], 1, 30, time.time()), time.time()
    )  # by a drain: its job rings for the next one
    inbox.add_events([make_event(4, object_id="b")])
    inbox.replay_events(EventQuery(ids=(1,)), (), time.time())
    with working(inbox, listener(note, ordered=True, retry=SOON)):
        gate.set()
        until(lambda: states(inbox) == {"done": 4})
        until(lambda: not jobs(inbox))
    assert [number for number in seen if number != 4] == [1, 2, 2, 3]


def test_a_blocked_listener_delays_no_other_one(inbox: PostgresInbox) -> None:
    release = Event()
    hanging = listener(
        lambda _: release.wait(20), "hangs", timeout=0.2, concurrency=1, retry=RetrySchedule(max_attempts=1)
    )
    with working(inbox, hanging, listener(lambda _: None, "quick")) as worker:
        inbox.add_events([make_event(number) for number in range(1, 6)])
        until(lambda: inbox.find_events(EventQuery(state="done", listener="quick", limit=9))[4:])
        until(lambda: inbox.find_events(EventQuery(state="dead", listener="hangs")))
        assert worker.stuck_threads == {"hangs": 1}
        release.set()
        until(lambda: not worker.stuck_threads)


def test_running_jobs_are_released_when_the_worker_stops(inbox: PostgresInbox) -> None:
    release, begun = Event(), Event()

    def hang(_: object) -> None:
        begun.set()
        release.wait(20)

    with working(inbox, listener(hang)):
        inbox.add_events([make_event(1)])
        assert begun.wait(10)
    outcome = inbox.list_job_statuses(1)[0]
    assert (outcome.state, outcome.attempts) == ("ready", 0)
    assert jobs(inbox) == [("one", None, "todo")]
    release.set()


def test_another_worker_takes_over_the_jobs_of_a_dead_one(inbox: PostgresInbox) -> None:
    inbox.subscribe([listener(print).subscription])
    inbox.add_events([make_event(1), make_event(2)])

    def vanish(rows: Any) -> None:
        worker = rows.execute("select worker_id from procrastinate_register_worker_v1()").fetchone()[0]
        rows.execute("select procrastinate_fetch_job_v2(null, %s)", (worker,))  # and is killed
        rows.execute("update procrastinate_workers set last_heartbeat = now() - interval '1 hour'")
        rows.execute("delete from procrastinate_jobs where status = 'todo'")

    inbox.server.run_transaction(vanish)
    assert isinstance(
        inbox.claim_task_job(TaskArguments(1, "one", None), 0.5, inbox.read_clock()), object
    )  # its lease runs out
    with working(inbox, listener(lambda _: None)):
        until(lambda: states(inbox) == {"done": 2})


def test_the_worker_reconnects_to_a_lost_server(inbox: PostgresInbox) -> None:
    with working(inbox, listener(lambda _: None)) as worker:
        inbox.add_events([make_event(1)])
        until(lambda: states(inbox) == {"done": 1})
        others = "datname = current_database() and pid <> pg_backend_pid()"
        cut = f"select pg_terminate_backend(pid) from pg_stat_activity where {others}"
        inbox.server.run_transaction(lambda rows: rows.execute(cut.encode()))
        inbox.add_events([make_event(2)])
        until(lambda: states(inbox) == {"done": 2})
        assert worker.last_error == ""
