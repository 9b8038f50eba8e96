"""Listeners called by Procrastinate's jobs, on an inbox in PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import pytest
from tests.events.listeners.conftest import came, listener

from zoom_component.events.inbox.postgres import Job, PostgresStore
from zoom_component.events.inbox.store import Question
from zoom_component.events.listeners import GiveUp, Listener, Retry, Told
from zoom_component.events.listeners.procrastinate_worker import Pace, ProcrastinateWorker

QUICK = Pace(look=0.05, heartbeat=0.2, silence=1.0, rescue=0.2, overdue=0.0, tick=0.05)
SOON = Retry(attempts=2, first=0.1)


@pytest.fixture
def store(inbox_database: str) -> Iterator[PostgresStore]:
    opened = PostgresStore(inbox_database)
    yield opened
    opened.close()


@contextmanager
def working(store: PostgresStore, *listeners: Listener, **how: Any) -> Iterator[ProcrastinateWorker]:
    """A worker in a thread, until the block ends."""
    worker = ProcrastinateWorker(store, listeners, pace=QUICK, **how)
    thread = Thread(target=worker.work, kwargs={"patience": 0.3}, daemon=True)
    store.register([each.interest for each in listeners])
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        thread.join(20)
        assert not thread.is_alive()


def until(true: Callable[[], object], seconds: float = 15.0) -> None:
    """Wait for it."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)


def states(store: PostgresStore) -> dict[str, int]:
    return dict(store.counts(0).states)


def jobs(store: PostgresStore) -> list[tuple[Any, ...]]:
    return store.server.transact(
        lambda rows: rows.execute(
            "select queue_name, lock, status::text from procrastinate_jobs order by id"
        ).fetchall()
    )


def test_events_are_given_to_their_listeners_within_milliseconds(store: PostgresStore) -> None:
    given: list[tuple[str, int, float]] = []
    every = listener(lambda event, d: given.append((d.listener, d.attempt, time.monotonic())), "every")
    users = listener(
        lambda event, d: given.append((d.listener, d.attempt, time.monotonic())), "users", events=["user.*"]
    )
    told: list[Told] = []
    with working(store, every, users, tell=told.append):
        store.put([came(1)])
        until(lambda: states(store) == {"done": 1})  # awake
        began = time.monotonic()
        store.put([came(2, "user.created")])
        until(lambda: len(given) == 3)
        until(lambda: states(store) == {"done": 3})
        until(lambda: not jobs(store))
    assert sorted((name, attempt) for name, attempt, _ in given) == [("every", 1), ("every", 1), ("users", 1)]
    assert max(at for _, _, at in given) - began < 1.0
    assert sorted(each.state for each in told) == ["done"] * 3


def test_a_failure_is_tried_again_and_then_dead_and_a_replay_begins_anew(store: PostgresStore) -> None:
    tries: list[int] = []

    def failing(event: object, delivery: Any) -> None:
        tries.append(delivery.attempt)
        if len(tries) < 3:
            raise ValueError("closed")
        raise GiveUp("closed for good")

    with working(store, listener(failing, retry=SOON)):
        store.put([came(1)])
        until(lambda: states(store) == {"dead": 1})
        assert store.outcomes(1)[0].error == "ValueError: closed"
        store.replay(Question(ids=(1,)), (), store.clock())
        until(lambda: store.outcomes(1)[0].error == "closed for good")
        until(lambda: not jobs(store))
    assert tries == [1, 2, 1]


def test_events_of_one_object_keep_their_order_even_when_one_fails_and_an_old_one_is_replayed(
    store: PostgresStore,
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

    store.register([listener(note, ordered=True).interest])
    store.put([came(number, object_id="a") for number in (1, 2, 3)])
    store.done(store.claim(["one"], 1, 30, time.time()), time.time())  # by a drain: its job rings for the next one
    store.put([came(4, object_id="b")])
    store.replay(Question(ids=(1,)), (), time.time())
    with working(store, listener(note, ordered=True, retry=SOON)):
        gate.set()
        until(lambda: states(store) == {"done": 4})
        until(lambda: not jobs(store))
    assert [number for number in seen if number != 4] == [1, 2, 2, 3]


def test_a_listener_that_hangs_holds_nobody_up(store: PostgresStore) -> None:
    release = Event()
    hanging = listener(lambda _: release.wait(20), "hangs", timeout=0.2, concurrency=1, retry=Retry(attempts=1))
    with working(store, hanging, listener(lambda _: None, "quick")) as worker:
        store.put([came(number) for number in range(1, 6)])
        until(lambda: store.find(Question(state="done", listener="quick", most=9))[4:])
        until(lambda: store.find(Question(state="dead", listener="hangs")))
        assert worker.stuck == {"hangs": 1}
        release.set()
        until(lambda: not worker.stuck)


def test_what_is_under_way_when_it_stops_is_given_back(store: PostgresStore) -> None:
    release, begun = Event(), Event()

    def hang(_: object) -> None:
        begun.set()
        release.wait(20)

    with working(store, listener(hang)):
        store.put([came(1)])
        assert begun.wait(10)
    outcome = store.outcomes(1)[0]
    assert (outcome.state, outcome.attempts) == ("ready", 0)
    assert jobs(store) == [("one", None, "todo")]
    release.set()


def test_work_whose_job_or_worker_is_gone_is_done_by_another(store: PostgresStore) -> None:
    store.register([listener(print).interest])
    store.put([came(1), came(2)])

    def vanish(rows: Any) -> None:
        worker = rows.execute("select worker_id from procrastinate_register_worker_v1()").fetchone()[0]
        rows.execute("select procrastinate_fetch_job_v2(null, %s)", (worker,))  # and is killed
        rows.execute("update procrastinate_workers set last_heartbeat = now() - interval '1 hour'")
        rows.execute("delete from procrastinate_jobs where status = 'todo'")

    store.server.transact(vanish)
    assert isinstance(store.take(Job(1, "one", None), 0.5, store.clock()), object)  # its lease runs out
    with working(store, listener(lambda _: None)):
        until(lambda: states(store) == {"done": 2})


def test_a_server_that_goes_away_is_waited_for(store: PostgresStore) -> None:
    with working(store, listener(lambda _: None)) as worker:
        store.put([came(1)])
        until(lambda: states(store) == {"done": 1})
        others = "datname = current_database() and pid <> pg_backend_pid()"
        cut = f"select pg_terminate_backend(pid) from pg_stat_activity where {others}"
        store.server.transact(lambda rows: rows.execute(cut.encode()))
        store.put([came(2)])
        until(lambda: states(store) == {"done": 2})
        assert worker.trouble == ""
