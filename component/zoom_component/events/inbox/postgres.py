"""The inbox beyond one machine: rows in PostgreSQL, and a job of Procrastinate for each piece of work.

There is one truth, the row in `work` with its fenced claim: what is ready, leased, done or dead is read there and
nowhere else. A job is a bell. It is deferred in the transaction that keeps the event, says "one more piece for this
listener" (or: of this object, where order is kept), and brings Procrastinate's strengths: wake-ups within milliseconds,
one queue for any number of machines, heartbeats that tell a dead worker. A job that rings twice finds its row done or
leased and does nothing; a job that is lost is rung anew (`summon`). So nothing that was acknowledged is done again,
even where Procrastinate itself runs a job twice.

Puts take turns (an advisory lock): events become visible in the order of their numbers, and two deliveries of the same
events cannot wait for each other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from zoom_component.events.inbox import postgres_schema as sql
from zoom_component.events.inbox.postgres_server import Rows, Server
from zoom_component.events.inbox.postgres_tables import create_or_migrate
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
)  # fmt: skip
from zoom_component.events.inbox.queries import postgres_conditions

__all__ = ["PostgresInbox", "TaskArguments", "get_queue_name"]

_LARGEST_INTEGER = 2**63 - 1
_MAX_CHAIN_LENGTH = 200  # an index takes no key of any length
_MAX_QUEUE_LENGTH = 40  # PostgreSQL notifies on channels of 63 bytes, of which Procrastinate has 23


class TaskArguments(NamedTuple):
    """What a job says: a listener, and the event, or the chain of which the oldest event is next."""

    event_id: int
    listener: str
    chain: str | None


class PostgresInbox:
    """An inbox on a server; its tables are made where there are none. Raises OSError when it cannot be reached."""

    def __init__(self, url: str) -> None:
        self.server = Server(url)
        try:
            create_or_migrate(self.server)
        except OSError:
            self.server.close()
            raise

    def read_clock(self) -> float:
        """The server's time, which is the same for every machine."""
        return float(self._fetch_one(sql.NOW)[0])

    def add_events(self, events: Sequence[IncomingEvent]) -> list[bool]:
        return self.server.run_transaction(lambda rows: _insert_events(rows, events)) if events else []

    def subscribe(self, subscriptions: Sequence[Subscription]) -> None:
        values = [(each.listener, json.dumps(each.patterns), each.ordered) for each in subscriptions]
        self.server.run_transaction(lambda rows: rows.cursor().executemany(sql.REGISTER, values))

    def list_subscriptions(self) -> list[Subscription]:
        return self.server.run_transaction(_select_subscriptions)

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
        asked = {"listeners": list(listeners), "now": now, "until": until, "most": limit}

        def act(rows: Rows) -> list[Job]:
            rows.execute(sql.EXPIRE, asked)
            claimed = sorted(rows.execute(sql.CLAIM, asked).fetchall())
            kept = _select_events(rows, sorted({id for id, _, _ in claimed}))
            return [Job(id, listener, attempt, until, kept[id]) for id, attempt, listener in claimed]

        return self.server.run_transaction(act)

    def claim_task_job(self, task: TaskArguments, lease_seconds: float, now: float) -> Job | float | None:
        """The piece that a job stands for. Where it is not to be had yet, when to ask again; None where nothing is
        left of it."""
        look = sql.LOOK if task.chain is None else sql.LOOK_IN_CHAIN

        def act(rows: Rows) -> Job | float | None:
            # Whoever held the row while we waited may have finished it, and the next of the chain is ours.
            found = rows.execute(look, task._asdict()).fetchone() or rows.execute(look, task._asdict()).fetchone()
            if found is None or found[2] > now:
                return None if found is None else float(found[2])
            busy = "select until from work where listener = %s and chain = %s and state = 'leased' and event <> %s"
            if task.chain and (other := rows.execute(busy, (task.listener, task.chain, found[0])).fetchone()):
                return max(float(other[0]), now)
            row = rows.execute(sql.TAKE, (now + lease_seconds, found[0], task.listener)).fetchone()
            assert row is not None
            return Job(found[0], task.listener, row[0], now + lease_seconds, _select_events(rows, [found[0]])[found[0]])

        return self.server.run_transaction(act)

    def enqueue_missing(self, before: float) -> int:
        """Defer a job for each piece that has been due since before a time and has none; how many."""

        def act(rows: Rows) -> int:
            found = [TaskArguments(*row) for row in rows.execute(sql.FORGOTTEN, (before, sql.TASK))]
            _enqueue_tasks(rows, found)
            return len(found)

        return self.server.run_transaction(act)

    def acknowledge(self, jobs: Sequence[Job], now: float) -> None:
        self.server.run_transaction(lambda rows: rows.execute(sql.DONE, (now, *_fence_columns(jobs))))

    def record_failure(self, job: Job, error: str, retry_at: float | None, now: float) -> None:
        state, due, finished = ("dead", now, now) if retry_at is None else ("ready", retry_at, None)
        values = (state, due, sanitize_text(error), finished, job.event_id, job.listener, job.attempt)
        self.server.run_transaction(lambda rows: rows.execute(sql.FAIL, values))

    def release_jobs(self, jobs: Sequence[Job]) -> None:
        self.server.run_transaction(lambda rows: rows.execute(sql.RELEASE, _fence_columns(jobs)))

    def find_events(self, query: EventQuery) -> list[StoredEvent]:
        where, values = postgres_conditions(query)
        asked = f"select {sql.COLUMNS} from events where {where} order by id desc limit %s"  # noqa: S608 - no value in it
        return [_to_stored_event(row) for row in self._fetch_all(asked, (*values, query.limit))]

    def list_job_statuses(self, event_id: int) -> list[JobStatus]:
        asked = "select listener, state, attempts, due, error, finished from work where event = %s order by listener"
        return [JobStatus(*row) for row in self._fetch_all(asked, (event_id,))]

    def replay_events(self, query: EventQuery, listeners: Sequence[str], now: float) -> int:
        where, values = postgres_conditions(query)
        asked = f"select id, event, object_id from events where {where} order by id limit %s"  # noqa: S608

        def act(rows: Rows) -> int:
            interests = _select_subscriptions(rows)
            wishes = [
                (id, interest.listener, now, _to_chain(object_id) if interest.ordered else None)
                for id, event, object_id in rows.execute(asked, (*values, query.limit))
                for interest in interests
                if interest.listener in listeners or (not listeners and is_subscribed(event, interest.patterns))
            ]
            return _insert_jobs(rows, wishes)

        return self.server.run_transaction(act)

    def prune_events(self, before: float) -> int:
        def act(rows: Rows) -> int:
            gone = rows.execute(sql.PRUNE, (before,)).rowcount
            rows.execute(sql.PRUNE_JOBS, (sql.TASK,))
            return gone

        return self.server.run_transaction(act)

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

    def find_next_due(self, listeners: Sequence[str]) -> float | None:
        moment: float | None = self._fetch_one(sql.NEXT, (list(listeners),))[0]
        return moment

    def set_timestamp(self, name: str, at: float) -> None:
        asked = "insert into marks values (%s, %s) on conflict (name) do update set at = excluded.at"
        self.server.run_transaction(lambda rows: rows.execute(asked, (name, at)))

    def get_timestamps(self) -> Mapping[str, float]:
        return dict(self._fetch_all("select name, at from marks"))

    def load_poll_state(self, name: str) -> PollState:
        found = self._fetch_all("select value, version from states where name = %s", (name,))
        return PollState(json.loads(found[0][0]), found[0][1]) if found else PollState(None, 0)

    def save_poll_state(self, name: str, value: Any, version: int, events: Sequence[IncomingEvent]) -> bool:
        said = json.dumps(value)
        new = "insert into states values (%s, %s, 1) on conflict (name) do nothing"
        next = "update states set value = %s, version = version + 1 where name = %s and version = %s"

        def act(rows: Rows) -> bool:
            kept = rows.execute(next, (said, name, version)) if version else rows.execute(new, (name, said))
            if kept.rowcount and events:
                _insert_events(rows, events)
            return kept.rowcount == 1

        return self.server.run_transaction(act)

    def list_poll_names(self) -> Iterator[str]:
        return (str(name) for (name,) in self._fetch_all("select name from states order by name"))

    def acquire_lease(self, name: str, owner: str, seconds: float, now: float) -> bool:
        asked = {"name": name, "owner": owner, "until": now + seconds, "now": now}
        return bool(self._fetch_all(sql.HOLD, asked))

    def release_lease(self, name: str, owner: str) -> None:
        asked = "delete from leases where name = %s and owner = %s"
        self.server.run_transaction(lambda rows: rows.execute(asked, (name, owner)))

    def close(self) -> None:
        self.server.close()

    def _fetch_all(self, statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
        return self.server.run_transaction(lambda rows: rows.execute(statement, values).fetchall())

    def _fetch_one(self, statement: str, values: Sequence[Any] = ()) -> tuple[Any, ...]:
        return self._fetch_all(statement, values)[0]


def get_queue_name(listener: str) -> str:
    """The queue of a listener's jobs: its name, or a digest of one that no channel could have."""
    if listener.isascii() and listener.isprintable() and len(listener) <= _MAX_QUEUE_LENGTH:
        return listener
    return hashlib.sha256(listener.encode()).hexdigest()[:_MAX_QUEUE_LENGTH]


def _to_chain(object_id: str) -> str:
    return object_id if len(object_id) <= _MAX_CHAIN_LENGTH else hashlib.sha256(object_id.encode()).hexdigest()


def _insert_events(rows: Rows, events: Sequence[IncomingEvent]) -> list[bool]:
    rows.execute("select pg_advisory_xact_lock(%s)", (sql.LOCK_PUT,))
    stamped = [each._replace(event_ts=_clamp_timestamp(each.event_ts)) for each in events]
    columns = [list(column) for column in zip(*stamped, strict=True)]
    ids = {str(key): int(id) for id, key in rows.execute(sql.PUT, columns)}
    wishes, new, interests = [], [], _select_subscriptions(rows)
    for each in events:
        id = ids.pop(each.key, None)
        new.append(id is not None)
        if id is not None:
            wishes += [
                (id, interest.listener, each.received_at, _to_chain(each.object_id) if interest.ordered else None)
                for interest in interests
                if is_subscribed(each.name, interest.patterns)
            ]
    _insert_jobs(rows, wishes)
    return new


def _clamp_timestamp(timestamp: int | None) -> int | None:
    return timestamp if timestamp is not None and abs(timestamp) <= _LARGEST_INTEGER else None


def _insert_jobs(rows: Rows, rows_to_insert: Sequence[tuple[int, str, float, str | None]]) -> int:
    """Work for listeners, and the jobs that stand for it."""
    if not rows_to_insert:
        return 0
    columns = [list(column) for column in zip(*rows_to_insert, strict=True)]
    made = [TaskArguments(*row) for row in rows.execute(sql.ASSIGN, columns)]
    _enqueue_tasks(rows, made)
    return len(made)


def _enqueue_tasks(rows: Rows, tasks: Sequence[TaskArguments]) -> None:
    if tasks:
        events, listeners, chains = (list(column) for column in zip(*tasks, strict=True))
        queues = [get_queue_name(each.listener) for each in tasks]
        locks = [None if each.chain is None else f"{each.listener}\n{each.chain}" for each in tasks]
        rows.execute(sql.DEFER, (sql.TASK, events, listeners, chains, queues, locks))


def _fence_columns(jobs: Sequence[Job]) -> tuple[list[int], list[str], list[int]]:
    return [each.event_id for each in jobs], [each.listener for each in jobs], [each.attempt for each in jobs]


def _select_subscriptions(rows: Rows) -> list[Subscription]:
    found = rows.execute("select listener, events, ordered from interests order by listener")
    return [Subscription(listener, tuple(json.loads(events)), ordered) for listener, events, ordered in found]


def _select_events(rows: Rows, ids: Sequence[int]) -> dict[int, IncomingEvent]:
    asked = f"select {sql.COLUMNS} from events where id = any(%s)"  # noqa: S608 - no value in it
    return {each.id: each.event for each in map(_to_stored_event, rows.execute(asked, (list(ids),)))}


def _to_stored_event(row: tuple[Any, ...]) -> StoredEvent:
    return StoredEvent(row[0], IncomingEvent(*row[1:]))
