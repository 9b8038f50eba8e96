"""Store the inbox in PostgreSQL, with one Procrastinate task for each job.

Any number of machines may use it.

The row in the table `work` is the only truth about a job: whether it is ready, leased, done or dead. A Procrastinate
task only wakes a worker. It is enqueued in the transaction that stores the event and means "one more job for this
listener" (or, for an ordered listener, "for this object"). A task that runs twice finds its job done or leased and does
nothing; a lost task is enqueued again (`enqueue_missing`). So no acknowledged job runs again, even if Procrastinate
runs a task twice.

A writer stores events in one statement, so a receiver that freezes or is cut off holds no lock that others wait for.
The ids have the order in which the server got the events; one may become visible a moment after a later one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from secrets import token_bytes
from typing import TYPE_CHECKING, Any

from zoom_component.events.inbox.postgres import schema as sql
from zoom_component.events.inbox.postgres.pruning import prune
from zoom_component.events.inbox.postgres.records import (
    TaskArguments,
    enqueue_tasks,
    fence_columns,
    get_queue_name,
    insert_events,
    insert_jobs,
    select_events,
    select_subscriptions,
    to_chain,
    to_stored_event,
)
from zoom_component.events.inbox.postgres.server import LONG, Rows, Server
from zoom_component.events.inbox.postgres.server_clock import ServerClock
from zoom_component.events.inbox.postgres.tables import create_or_migrate
from zoom_component.events.inbox.protocols import (
    EventQuery,
    InboxCounts,
    IncomingEvent,
    Job,
    JobStatus,
    PollState,
    StoredEvent,
    Subscription,
    group_by_listener,
    is_subscribed,
    sanitize_text,
)
from zoom_component.events.inbox.queries import postgres_conditions
from zoom_component.forked_processes import ProcessLocal
from zoom_component.json_output import to_json

if TYPE_CHECKING:
    from zoom_component.events.inbox.worker import CreatePools, Worker

__all__ = ["PostgresInbox"]

_PROBE_BYTES = 65_536


class PostgresInbox(ProcessLocal):
    """Store an inbox on a PostgreSQL server and create missing tables. Raise OSError if the server is unreachable."""

    def __init__(self, url: str) -> None:
        self.server = Server(url)
        self._clock = ServerClock(self.server)
        try:
            create_or_migrate(self.server)
        except OSError:
            self.server.close()
            raise

    def read_clock(self) -> float:
        """Return the server's time in epoch seconds, which is the same for every machine."""
        return self._clock.read()

    def add_events(self, events: Sequence[IncomingEvent]) -> list[bool]:
        if not events:
            return []
        # Two statements on purpose, each a transaction of its own: nothing is locked while the network is waited for.
        return self.server.run_statement(lambda rows: insert_events(rows, events, select_subscriptions(rows)))

    def subscribe(self, subscriptions: Sequence[Subscription]) -> None:
        values = [(each.listener, to_json(each.patterns), each.ordered) for each in subscriptions]
        self.server.run_transaction(lambda rows: rows.cursor().executemany(sql.REGISTER, values))

    def list_subscriptions(self) -> list[Subscription]:
        return self.server.run_transaction(select_subscriptions)

    def unsubscribe(self, listener: str) -> None:
        def act(rows: Rows) -> None:
            rows.execute("delete from interests where listener = %s", (listener,))
            rows.execute("delete from work where listener = %s and state in ('ready', 'leased')", (listener,))
            rows.execute(
                "delete from procrastinate_jobs where queue_name = %s and task_name = %s and status = 'todo'",
                (get_queue_name(listener), sql.TASK),
            )

        self.server.run_transaction(act)

    def claim_jobs(self, listeners: Sequence[str], limit: int, lease_seconds: float, now: float) -> list[Job]:
        until = now + lease_seconds
        parameters = {"listeners": list(listeners), "now": now, "until": until, "limit": limit}

        def act(rows: Rows) -> list[Job]:
            rows.execute(sql.SHORTEN, parameters)
            rows.execute(sql.EXPIRE, parameters)
            claimed = sorted(rows.execute(sql.CLAIM, parameters).fetchall())
            events = select_events(rows, sorted({id for id, _, _ in claimed}))
            return [Job(id, listener, attempt, until, events[id]) for id, attempt, listener in claimed]

        return self.server.run_transaction(act)

    def claim_task_job(self, task: TaskArguments, lease_seconds: float, now: float) -> Job | float | None:
        """Claim the job that a task stands for.

        Return the job; or the time in epoch seconds of the next attempt, if it is not available yet; or None if it
        no longer exists.
        """
        statement = sql.LOOK if task.chain is None else sql.LOOK_IN_CHAIN

        def act(rows: Rows) -> Job | float | None:
            # Another worker may have finished the row while this one waited for it; then the next of the chain is due.
            parameters = {**task._asdict(), "now": now, "until": now + lease_seconds, "listeners": [task.listener]}
            rows.execute(sql.SHORTEN, parameters)
            row = rows.execute(statement, parameters).fetchone() or rows.execute(statement, parameters).fetchone()
            if row is None or row[2] > now:
                return None if row is None else float(row[2])
            event_id = row[0]
            busy = "select until from work where listener = %s and chain = %s and state = 'leased' and event <> %s"
            if task.chain and (other := rows.execute(busy, (task.listener, task.chain, event_id)).fetchone()):
                return max(float(other[0]), now)
            taken = rows.execute(sql.TAKE, {**parameters, "event_id": event_id}).fetchone()
            assert taken is not None
            until = now + lease_seconds
            return Job(event_id, task.listener, taken[0], until, select_events(rows, [event_id])[event_id])

        return self.server.run_transaction(act)

    def enqueue_missing(self, before: float) -> int:
        """Enqueue a task for each job that was due before a time and has no task. Return how many.

        Bring forward what the server's clock delays that was ahead for a while.
        """

        def act(rows: Rows) -> int:
            rows.execute(sql.AGE_HEARTBEATS)
            rows.execute(sql.HASTEN, (sql.TASK,))
            tasks = [TaskArguments(*row) for row in rows.execute(sql.FORGOTTEN, (before, sql.TASK))]
            enqueue_tasks(rows, tasks)
            return len(tasks)

        return self.server.run_transaction(act, LONG)

    def acknowledge(self, jobs: Sequence[Job], now: float) -> None:
        self.server.run_transaction(lambda rows: rows.execute(sql.DONE, (now, *fence_columns(jobs))))

    def record_failure(self, job: Job, error: str, retry_at: float | None, now: float) -> None:
        state, due, finished = ("dead", now, now) if retry_at is None else ("ready", retry_at, None)
        values = (state, due, sanitize_text(error), finished, now, job.event_id, job.listener, job.attempt)
        self.server.run_transaction(lambda rows: rows.execute(sql.FAIL, values))

    def release_jobs(self, jobs: Sequence[Job]) -> None:
        self.server.run_transaction(lambda rows: rows.execute(sql.RELEASE, fence_columns(jobs)))

    def find_events(self, query: EventQuery) -> list[StoredEvent]:
        where, values = postgres_conditions(query)
        statement = f"select {sql.COLUMNS} from events where {where} order by id desc limit %s"  # noqa: S608 - no value in it
        return [to_stored_event(row) for row in self._fetch_all(statement, (*values, query.limit))]

    def list_job_statuses(self, event_id: int) -> list[JobStatus]:
        statement = (
            "select listener, state, attempts, due, error, finished from work where event = %s order by listener"
        )
        return [JobStatus(*row) for row in self._fetch_all(statement, (event_id,))]

    def replay_events(self, query: EventQuery, listeners: Sequence[str], now: float) -> int:
        where, values = postgres_conditions(query)
        statement = f"select id, event, object_id from events where {where} order by id limit %s"  # noqa: S608

        def act(rows: Rows) -> int:
            subscriptions = select_subscriptions(rows)
            jobs = [
                (id, each.listener, now, to_chain(object_id) if each.ordered else None)
                for id, event, object_id in rows.execute(statement, (*values, query.limit))
                for each in subscriptions
                if each.listener in listeners or (not listeners and is_subscribed(event, each.patterns))
            ]
            return insert_jobs(rows, jobs)

        return self.server.run_transaction(act, LONG)

    def prune_events(self, before: float) -> int:
        return prune(self.server, before, self.read_clock())

    def probe_storage(self, size: int) -> None:
        """Commit an event's worth of bytes to a table and remove it again."""
        data = token_bytes(min(size, _PROBE_BYTES))

        def act(rows: Rows) -> None:
            rows.execute("insert into probe values (pg_backend_pid(), %s)", (data,))
            rows.execute("delete from probe where id = pg_backend_pid()")

        self.server.run_transaction(act)

    def count_times_ahead(self, limit: float) -> Mapping[str, int]:
        return dict(self._fetch_all(sql.AHEAD, {"limit": limit}))

    def count(self, now: float) -> InboxCounts:
        waiting = "select min(event) from work where state in ('ready', 'leased')"
        states = {
            str(state): int(count) for state, count in self._fetch_all("select state, count(*) from work group by 1")
        }
        oldest = self._fetch_all(f"select received from events where id = ({waiting})")  # noqa: S608 - no value in it
        unfinished = group_by_listener(self._fetch_all(sql.UNFINISHED))
        return InboxCounts(
            self._fetch_one("select count(*) from events")[0], states, oldest[0][0] if oldest else None, unfinished
        )

    def find_next_due(self, listeners: Sequence[str], now: float | None = None) -> float | None:
        at = self.read_clock() if now is None else now
        due: float | None = self._fetch_one(sql.NEXT, (at, at, list(listeners)))[0]
        return due

    def set_timestamp(self, name: str, at: float) -> None:
        statement = "insert into marks values (%s, %s) on conflict (name) do update set at = excluded.at"
        self.server.run_transaction(lambda rows: rows.execute(statement, (name, at)))

    def get_timestamps(self) -> Mapping[str, float]:
        return dict(self._fetch_all("select name, at from marks"))

    def load_poll_state(self, name: str) -> PollState:
        rows = self._fetch_all("select value, version from states where name = %s", (name,))
        return PollState(json.loads(rows[0][0]), rows[0][1]) if rows else PollState(None, 0)

    def save_poll_state(self, name: str, value: Any, version: int, events: Sequence[IncomingEvent]) -> bool:
        text = to_json(value)
        insert = "insert into states values (%s, %s, 1) on conflict (name) do nothing"
        update = "update states set value = %s, version = version + 1 where name = %s and version = %s"

        def act(rows: Rows) -> bool:
            saved = rows.execute(update, (text, name, version)) if version else rows.execute(insert, (name, text))
            if saved.rowcount and events:
                insert_events(rows, events, select_subscriptions(rows))
            return saved.rowcount == 1

        return self.server.run_transaction(act)

    def list_poll_names(self) -> Iterator[str]:
        return (str(name) for (name,) in self._fetch_all("select name from states order by name"))

    def acquire_lease(self, name: str, owner: str, seconds: float, now: float) -> bool:
        parameters = {"name": name, "owner": owner, "until": now + seconds, "now": now}

        def act(rows: Rows) -> bool:
            if rows.execute(sql.HOLD, parameters).fetchone():
                return True
            rows.execute(sql.SHORTEN_LEASE, parameters)
            return False

        return self.server.run_transaction(act)

    def release_lease(self, name: str, owner: str) -> None:
        statement = "delete from leases where name = %s and owner = %s"
        self.server.run_transaction(lambda rows: rows.execute(statement, (name, owner)))

    def create_worker(self, create_pools: CreatePools) -> Worker:
        # Imported here: receivers and pollers use the inbox without Procrastinate's application.
        from zoom_component.events.inbox.postgres.worker import ProcrastinateWorker

        return ProcrastinateWorker(self, create_pools)

    def close(self) -> None:
        self.server.close()

    def _fetch_all(self, statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
        return self.server.run_transaction(lambda rows: rows.execute(statement, values).fetchall(), LONG)

    def _fetch_one(self, statement: str, values: Sequence[Any] = ()) -> tuple[Any, ...]:
        return self._fetch_all(statement, values)[0]
