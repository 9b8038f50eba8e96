"""Test what is specific to PostgreSQL: the connection, the tables, the tasks and concurrent workers."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest
from tests.events.inbox.conftest import make_event

from zoom_component.events.inbox.engines import open_inbox
from zoom_component.events.inbox.postgres import tables
from zoom_component.events.inbox.postgres.engine import PostgresInbox
from zoom_component.events.inbox.postgres.records import TaskArguments, get_queue_name
from zoom_component.events.inbox.postgres.server import parse_url
from zoom_component.events.inbox.protocols import EventQuery, IncomingEvent, Job, Subscription


@pytest.fixture
def inbox(inbox_database: str) -> Iterator[PostgresInbox]:
    inbox = PostgresInbox(inbox_database)
    yield inbox
    inbox.close()


def fetch_all(inbox: PostgresInbox, line: str) -> list[tuple[Any, ...]]:
    return inbox.server.run_transaction(lambda rows: rows.execute(line.encode()).fetchall())


def list_jobs(inbox: PostgresInbox) -> list[tuple[Any, ...]]:
    return fetch_all(inbox, "select queue_name, lock, args->>'event' from procrastinate_jobs order by id")


@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
def test_a_url_opens_it_and_the_tables_are_created_once(empty_database: str, scheme: str) -> None:
    url = empty_database.replace("postgresql", scheme)
    inboxes: list[Any] = []
    threads = [Thread(target=lambda: inboxes.append(open_inbox(url))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    inboxes[0].add_events([make_event(1)])
    assert [len(each.find_events(EventQuery())) for each in inboxes] == [1, 1, 1, 1]
    assert fetch_all(inboxes[0], "select count(*) from pg_tables where schemaname = 'public'") == [(0,)]
    for each in inboxes:
        each.close()


@pytest.mark.parametrize(
    "url",
    ["postgresql://me:hu sh@h:port/x", "postgresql://me:hush@host:hush/x", "postgresql://me@h/x?hush", "host=h"],
)
def test_an_invalid_url_is_reported_without_its_password(url: str) -> None:
    with pytest.raises(OSError, match="expected a URL such as postgresql") as caught:
        PostgresInbox(url)
    assert "hush" not in str(caught.value)


def test_an_unreachable_server_is_reported_without_the_password() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"postgresql://me:hush@127.0.0.1:{nobody.getsockname()[1]}/events"
        where = r"postgresql://me@127\.0\.0\.1:[0-9]+/events cannot be reached: .*refused"
        with pytest.raises(OSError, match=where) as raised:
            PostgresInbox(url)
    assert "hush" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_a_missing_extra_is_reported_with_the_command_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("zoom_component.events.inbox.postgres.engine", "zoom_component.events.inbox.postgres.server"):
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(OSError, match="pip install 'zoom-component\\[postgres\\]'"):
        open_inbox("postgresql://127.0.0.1/x")


def test_a_schema_with_other_tables_is_refused(empty_database: str) -> None:
    with psycopg.connect(empty_database, autocommit=True) as other:
        other.execute("create schema zoom_component")
        other.execute("create table zoom_component.theirs (a int)")
    with pytest.raises(OSError, match="the schema zoom_component contains other tables"):
        PostgresInbox(empty_database)


def test_an_empty_schema_is_used(empty_database: str) -> None:
    with psycopg.connect(empty_database, autocommit=True) as other:
        other.execute("create schema zoom_component")
    PostgresInbox(empty_database).close()


def test_tables_of_another_version_are_refused(empty_database: str) -> None:
    inbox = PostgresInbox(empty_database)
    fetch_all(inbox, "update inbox set value = '99' where name = 'version' returning 1")
    inbox.close()
    with pytest.raises(OSError, match="version 99 of the tables; expected 1"):
        PostgresInbox(empty_database)


def test_a_database_in_another_encoding_is_refused(postgres_cluster: Path, empty_database: str) -> None:
    with psycopg.connect(empty_database, autocommit=True) as server:
        server.execute("drop database if exists latin")
        server.execute("create database latin encoding 'LATIN1' template template0")
    with pytest.raises(OSError, match="encoding UTF8, got LATIN1"):
        PostgresInbox(empty_database.replace(empty_database.split("/")[3].split("?")[0], "latin"))


def test_procrastinates_tables_are_migrated(
    empty_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    PostgresInbox(empty_database).close()
    (tmp_path / "00.00.00_01_initial.sql").write_text("select 1/0")
    (tmp_path / "99.00.00_01_pre_more.sql").write_text("create table procrastinate_more (a int); -- 100 %")
    monkeypatch.setattr(tables, "MIGRATIONS", tmp_path)
    for _ in range(2):
        inbox = PostgresInbox(empty_database)
        assert fetch_all(inbox, "select count(*) from procrastinate_more") == [(0,)]
        inbox.close()


def test_each_job_gets_a_task_in_the_same_transaction(inbox: PostgresInbox) -> None:
    long = "a listener with a name that no channel of PostgreSQL could have"
    inbox.subscribe([Subscription("all"), Subscription("kept in order", ordered=True), Subscription(long, ("user.*",))])
    inbox.add_events([make_event(1, object_id="a" * 300), make_event(1)])
    inbox.add_events([make_event(2, "user.created", "b")])
    queues = [queue for queue, _, _ in list_jobs(inbox)]
    assert sorted(queues) == sorted(["all", "all", "kept in order", "kept in order", get_queue_name(long)])
    assert len(get_queue_name(long)) == 40
    locks = [lock for _, lock, _ in list_jobs(inbox) if lock]
    assert [lock.split("\n")[0] for lock in locks] == ["kept in order"] * 2
    assert [len(lock.split("\n")[1]) for lock in locks] == [64, 1]
    inbox.unsubscribe("all")
    assert len(list_jobs(inbox)) == 3


def test_a_task_claims_its_job_once(inbox: PostgresInbox) -> None:
    inbox.subscribe([Subscription("all")])
    inbox.add_events([make_event(1)])
    job = TaskArguments(1, "all", None)
    assert inbox.claim_task_job(job, 30, now=99) == 100
    work = inbox.claim_task_job(job, 30, now=100)
    assert isinstance(work, Job)
    assert (work.attempt, work.leased_until, work.event) == (1, 130, make_event(1))
    assert inbox.claim_task_job(job, 30, now=129) == 130
    again = inbox.claim_task_job(job, 30, now=130)
    assert isinstance(again, Job)
    inbox.acknowledge([work], now=131)
    assert inbox.list_job_statuses(1)[0].state == "leased"
    inbox.acknowledge([again], now=131)
    assert inbox.claim_task_job(job, 30, now=1e9) is None


def test_a_task_of_a_chain_claims_the_oldest_job(inbox: PostgresInbox) -> None:
    inbox.subscribe([Subscription("all", ordered=True)])
    inbox.add_events([make_event(1, object_id="a"), make_event(2, object_id="a"), make_event(3, object_id="b")])
    second = TaskArguments(2, "all", "a")
    work = inbox.claim_task_job(second, 30, now=100)
    assert isinstance(work, Job)
    assert work.event_id == 1
    assert inbox.claim_task_job(second, 30, now=100) == 130
    inbox.acknowledge([work], now=101)
    work = inbox.claim_task_job(TaskArguments(1, "all", "a"), 30, now=101)
    assert isinstance(work, Job)
    assert work.event_id == 2
    inbox.replay_events(EventQuery(ids=(1,)), (), now=102)  # while 2 is under way
    assert inbox.claim_task_job(second, 30, now=102) == 131
    assert inbox.claim_jobs(["all"], 10, 30, now=102)[0].event_id == 3


def test_a_job_without_a_task_gets_one(inbox: PostgresInbox) -> None:
    inbox.subscribe([Subscription("all"), Subscription("ordered", ordered=True)])
    inbox.add_events([make_event(1), make_event(2)])
    assert inbox.enqueue_missing(1e9) == 0
    fetch_all(inbox, "delete from procrastinate_jobs where args->>'event' = '1' returning 1")
    assert (inbox.enqueue_missing(100), inbox.enqueue_missing(101), inbox.enqueue_missing(101)) == (0, 2, 0)


def test_pruning_deletes_tasks_of_finished_jobs(inbox: PostgresInbox) -> None:
    inbox.subscribe([Subscription("all")])
    inbox.add_events([make_event(1, received=1), make_event(2, received=2)])
    inbox.acknowledge(inbox.claim_jobs(["all"], 1, 30, now=100), now=100)
    assert inbox.prune_events(before=50) == 1
    assert [event for _, _, event in list_jobs(inbox)] == ["2"]


def test_a_fast_clock_of_a_receiver_delays_nothing(inbox: PostgresInbox) -> None:
    inbox.subscribe([Subscription("all")])
    inbox.add_events([make_event(1, received=inbox.read_clock() + 3600)])
    assert len(inbox.claim_jobs(["all"], 1, 30, now=inbox.read_clock())) == 1


def test_concurrent_workers_never_lease_two_events_of_one_object(inbox: PostgresInbox) -> None:
    inbox.subscribe([Subscription("ordered", ordered=True)])
    inbox.add_events([make_event(number, object_id="a") for number in range(30)])
    taken: list[int] = []
    held: list[int] = []
    most: list[int] = []

    def take(by_job: bool) -> None:
        while len(taken) < 30:
            claimed = (
                inbox.claim_task_job(TaskArguments(1, "ordered", "a"), 1e6, 1e3)
                if by_job
                else inbox.claim_jobs(["ordered"], 5, 1e6, 1e3)
            )
            for work in claimed if isinstance(claimed, list) else [claimed]:
                if isinstance(work, Job):
                    held.append(work.event_id)
                    most.append(len(held))
                    taken.append(work.event_id)
                    held.remove(work.event_id)
                    inbox.acknowledge([work], 1e3)

    threads = [Thread(target=take, args=(number % 2 == 0,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert taken == list(range(1, 31))
    assert max(most) == 1


def test_parameters_of_the_url_override_the_defaults() -> None:
    parameters = parse_url("postgresql://me@h/x?connect_timeout=60&options=-c%20statement_timeout%3D9s")
    assert parameters["connect_timeout"] == "60"
    options = parameters["options"].removeprefix("-c ").split(" -c ")
    assert options[0] == "statement_timeout=9s"
    assert options[-1] == "search_path=zoom_component"
    assert [each for each in options if each.startswith("statement_timeout")] == ["statement_timeout=9s"]


RECEIVER = """
import sys
from tests.events.inbox.conftest import make_event
from zoom_component.events.inbox.postgres.engine import PostgresInbox
inbox, number = PostgresInbox(sys.argv[1]), 0
while True:
    inbox.add_events([make_event(number), make_event(number, "user.created")])
    print(number, flush=True)
    number += 1
"""


def test_a_frozen_receiver_delays_no_other_one(inbox: PostgresInbox, inbox_database: str) -> None:
    """Freeze a receiver that stores without a pause, at any moment, and store the events that it stores as well."""
    inbox.subscribe([Subscription("all"), Subscription("ordered", ordered=True)])
    root = Path(__file__).parents[3]
    with subprocess.Popen([sys.executable, "-c", RECEIVER, inbox_database], cwd=root, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        try:
            for pause in range(25):
                number = int(other.stdout.readline())
                time.sleep(pause / 5000)
                other.send_signal(signal.SIGSTOP)
                # Without `lock_timeout`, a lock of the frozen receiver would be waited for.
                shared = [make_event(at) for at in range(number, number + 60)]
                assert len(inbox.add_events(shared)) == 60
                other.send_signal(signal.SIGCONT)
        finally:
            other.kill()
    stored = inbox.find_events(EventQuery(limit=100_000))
    assert len({each.event.key for each in stored}) == len(stored)
    tasks = fetch_all(inbox, "select count(*) from procrastinate_jobs where queue_name = 'all'")
    assert tasks == [(len(stored),)]


def test_a_client_that_freezes_inside_a_transaction_is_cut_off(inbox: PostgresInbox, inbox_database: str) -> None:
    """Insert a key and go on to nothing, as a process does that is stopped between two statements."""
    with psycopg.connect(**parse_url(inbox_database)) as frozen:
        frozen.execute("insert into events (key, event, account_id, object_id, body, received, source) "
                       "values (%s, '', '', '', '', 0, '')", (make_event(1).key,))  # fmt: skip
        assert inbox.add_events([make_event(1)]) == [True]
        with pytest.raises(psycopg.errors.IdleInTransactionSessionTimeout):
            frozen.execute("select 1")


def test_receivers_of_the_same_events_in_another_order_never_deadlock(inbox: PostgresInbox) -> None:
    inbox.subscribe([Subscription("all")])
    are_new: list[bool] = []

    def store(events: list[IncomingEvent]) -> None:
        for at in range(0, 600, 30):
            are_new.extend(inbox.add_events(events[at : at + 30]))

    events = [make_event(number) for number in range(600)]
    blocks = [events, [each for at in range(0, 600, 30) for each in reversed(events[at : at + 30])]]
    threads = [Thread(target=store, args=(block,)) for block in blocks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (len(are_new), sum(are_new)) == (1200, 600)
    deadlocks = fetch_all(inbox, "select deadlocks from pg_stat_database where datname = current_database()")
    assert deadlocks == [(0,)]
