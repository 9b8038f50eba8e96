"""Store the inbox in one SQLite file, for any number of processes of one machine."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoom_component.events.inbox import sqlite_schema
from zoom_component.events.inbox.failures import describe_os_failure
from zoom_component.events.inbox.protocols import (
    KEY_RETENTION,
    KEY_RETENTION_SLACK,
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
from zoom_component.events.inbox.queries import sqlite_conditions
from zoom_component.events.inbox.sqlite_connections import SqliteConnections
from zoom_component.events.inbox.sqlite_file import allocate_file, open_file, write_probe
from zoom_component.forked_processes import ProcessLocal
from zoom_component.json_output import to_json

if TYPE_CHECKING:
    from zoom_component.events.inbox.worker import CreatePools

__all__ = ["SqliteInbox"]

_LARGEST_INTEGER = 2**63 - 1
_PRUNE_BATCH = 2_000
_PROBE_BYTES = 65_536  # committed by a probe, in addition to the space that it reserves


class SqliteInbox(ProcessLocal):
    """Store an inbox in a file, which is created if it is missing. Raise InboxFailure if it cannot be used."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._connections = SqliteConnections(self.path)
        open_file(self.path, self._connections.set_writer, self._connections.exclude_forks())

    def read_clock(self) -> float:
        """Return the time of this machine in epoch seconds, which all processes that use the file share."""
        return time.time()

    def add_events(self, events: Sequence[IncomingEvent]) -> list[bool]:
        with self._write_transaction() as database:
            return self._insert_events(database, events)

    def subscribe(self, subscriptions: Sequence[Subscription]) -> None:
        rows = [(each.listener, to_json(each.patterns), each.ordered) for each in subscriptions]
        with self._write_transaction() as database:
            database.executemany("insert or replace into interests values (?, ?, ?)", rows)

    def list_subscriptions(self) -> list[Subscription]:
        with self._read_connection() as database:
            return _select_subscriptions(database)

    def unsubscribe(self, listener: str) -> None:
        with self._write_transaction() as database:
            database.execute("delete from interests where listener = ?", (listener,))
            database.execute("delete from work where listener = ? and state in ('ready', 'leased')", (listener,))

    def claim_jobs(self, listeners: Sequence[str], limit: int, lease_seconds: float, now: float) -> list[Job]:
        until, claimed = now + lease_seconds, list[tuple[int, int, str]]()
        with self._write_transaction() as database:
            for listener in listeners:
                if (capacity := limit - len(claimed)) > 0:
                    parameters = {"listener": listener, "now": now, "until": until, "limit": capacity}
                    database.execute(sqlite_schema.SHORTEN, parameters)
                    database.execute(sqlite_schema.EXPIRE, parameters)
                    claimed += [(*row, listener) for row in database.execute(sqlite_schema.CLAIM, parameters)]
            claimed.sort()
            events = {each.id: each for each in _select_events(database, sorted({id for id, _, _ in claimed}))}
        return [Job(id, listener, attempt, until, events[id].event) for id, attempt, listener in claimed]

    def acknowledge(self, jobs: Sequence[Job], now: float) -> None:
        with self._write_transaction() as database:
            database.executemany(
                sqlite_schema.DONE, [(now, each.event_id, each.listener, each.attempt) for each in jobs]
            )

    def record_failure(self, job: Job, error: str, retry_at: float | None, now: float) -> None:
        state, due, finished = ("dead", now, now) if retry_at is None else ("ready", retry_at, None)
        with self._write_transaction() as database:
            database.execute(
                sqlite_schema.FAIL,
                (state, due, sanitize_text(error), finished, now, job.event_id, job.listener, job.attempt),
            )

    def release_jobs(self, jobs: Sequence[Job]) -> None:
        with self._write_transaction() as database:
            database.executemany(sqlite_schema.RELEASE, [(each.event_id, each.listener, each.attempt) for each in jobs])

    def find_events(self, query: EventQuery) -> list[StoredEvent]:
        where, values = sqlite_conditions(query)
        statement = f"select {sqlite_schema.COLUMNS} from events where {where} order by id desc limit ?"  # noqa: S608 - no value in it
        with self._read_connection() as database:
            return [_to_stored_event(row) for row in database.execute(statement, (*values, query.limit))]

    def list_job_statuses(self, event_id: int) -> list[JobStatus]:
        statement = "select listener, state, attempts, due, error, finished from work where event = ? order by listener"
        with self._read_connection() as database:
            return [JobStatus(*row) for row in database.execute(statement, (event_id,))]

    def replay_events(self, query: EventQuery, listeners: Sequence[str], now: float) -> int:
        where, values = sqlite_conditions(query)
        statement = f"select id, event, object_id from events where {where} order by id limit ?"  # noqa: S608
        with self._write_transaction() as database:
            before = database.total_changes
            for id, event, object_id in database.execute(statement, (*values, query.limit)).fetchall():
                for subscription in _select_subscriptions(database):
                    if subscription.listener in listeners or (
                        not listeners and is_subscribed(event, subscription.patterns)
                    ):
                        chain = object_id if subscription.ordered else None
                        database.execute(sqlite_schema.REPLAY, (id, subscription.listener, now, chain))
            return database.total_changes - before

    def prune_events(self, before: float) -> int:
        now, deleted, batch = self.read_clock(), 0, -1
        oldest = min(before, now) - KEY_RETENTION_SLACK
        with self._write_transaction() as database:
            database.execute(sqlite_schema.CORRECT, {"now": now})
            database.execute(sqlite_schema.FORGET, (now - KEY_RETENTION_SLACK,))
        while batch:
            # Delete in batches, so that a concurrent writer waits for one batch only.
            with self._write_transaction() as database:
                rows = database.execute(sqlite_schema.PRUNE, (before, _PRUNE_BATCH)).fetchall()
                database.executemany("delete from work where event = ?", [(id,) for id, *_ in rows])
                keys = ((key, max(replayable, at + KEY_RETENTION)) for _, key, at, replayable in rows)
                kept = [(key, until) for key, until in keys if until > oldest]
                database.executemany("insert or replace into pruned values (?, ?)", kept)
            batch = len(rows)
            deleted += batch
        return deleted

    def probe_storage(self, size: int) -> None:
        """Reserve `size` bytes on the disk, and commit an event's worth of bytes and remove it again."""
        try:
            allocate_file(self.path, size)
        except OSError as error:
            raise describe_os_failure(self.path, error) from error
        with self._connections.use_writer() as database:
            write_probe(database, min(size, _PROBE_BYTES))

    def count_times_ahead(self, limit: float) -> Mapping[str, int]:
        with self._read_connection() as database:
            return dict(database.execute(sqlite_schema.AHEAD, {"limit": limit}).fetchall())

    def count(self, now: float) -> InboxCounts:
        waiting = "select min(event) from work where state in ('ready', 'leased')"
        with self._read_connection() as database:
            events = database.execute("select count(*) from events").fetchone()[0]
            states = dict(database.execute("select state, count(*) from work group by state").fetchall())
            oldest = database.execute(f"select received from events where id = ({waiting})").fetchone()  # noqa: S608
            unfinished = group_by_listener(database.execute(sqlite_schema.UNFINISHED))
        return InboxCounts(events, states, oldest[0] if oldest else None, unfinished)

    def find_next_due(self, listeners: Sequence[str], now: float | None = None) -> float | None:
        at = self.read_clock() if now is None else now
        with self._read_connection() as database:
            due_times = [
                database.execute(sqlite_schema.NEXT, {"listener": each, "now": at}).fetchone()[0] for each in listeners
            ]
        return min((moment for moment in due_times if moment is not None), default=None)

    def set_timestamp(self, name: str, at: float) -> None:
        with self._write_transaction() as database:
            database.execute("insert or replace into marks values (?, ?)", (name, at))

    def get_timestamps(self) -> Mapping[str, float]:
        with self._read_connection() as database:
            return dict(database.execute("select name, at from marks").fetchall())

    def load_poll_state(self, name: str) -> PollState:
        with self._read_connection() as database:
            row = database.execute("select value, version from states where name = ?", (name,)).fetchone()
        return PollState(json.loads(row[0]), row[1]) if row else PollState(None, 0)

    def save_poll_state(self, name: str, value: Any, version: int, events: Sequence[IncomingEvent]) -> bool:
        row = (name, to_json(value), version + 1)
        with self._write_transaction() as database:
            stored = database.execute("select version from states where name = ?", (name,)).fetchone()
            if (stored[0] if stored else 0) != version:
                return False
            database.execute("insert or replace into states values (?, ?, ?)", row)
            self._insert_events(database, events)
        return True

    def list_poll_names(self) -> Iterator[str]:
        with self._read_connection() as database:
            rows = database.execute("select name from states order by name").fetchall()
        return (name for (name,) in rows)

    def acquire_lease(self, name: str, owner: str, seconds: float, now: float) -> bool:
        with self._write_transaction() as database:
            lease = database.execute("select owner, until from leases where name = ?", (name,)).fetchone()
            if lease and lease[0] != owner and lease[1] > now:
                # A lease that ends later than one taken now was taken before the clock was set back.
                shorter = (now + seconds, name, now + seconds)
                database.execute("update leases set until = ? where name = ? and until > ?", shorter)
                return False
            database.execute("insert or replace into leases values (?, ?, ?)", (name, owner, now + seconds))
        return True

    def release_lease(self, name: str, owner: str) -> None:
        with self._write_transaction() as database:
            database.execute("delete from leases where name = ? and owner = ?", (name, owner))

    def create_worker(self, create_pools: CreatePools) -> None:
        """Return None: a Dispatcher that polls the file is enough."""

    def close(self) -> None:
        self._connections.close()

    def _insert_events(self, database: sqlite3.Connection, events: Sequence[IncomingEvent]) -> list[bool]:
        subscriptions, is_new = _select_subscriptions(database), list[bool]()
        for each in events:
            timestamp = each.event_ts
            if timestamp is not None and abs(timestamp) > _LARGEST_INTEGER:
                timestamp = None
            row = database.execute(sqlite_schema.PUT, each._replace(event_ts=timestamp)).fetchone()
            is_new.append(row is not None)
            if row is None:
                continue
            for subscription in subscriptions:
                if is_subscribed(each.name, subscription.patterns):
                    chain = each.object_id if subscription.ordered else None
                    database.execute(sqlite_schema.ASSIGN, (row[0], subscription.listener, each.received_at, chain))
        return is_new

    def _write_transaction(self) -> AbstractContextManager[sqlite3.Connection]:
        return self._connections.write()

    def _read_connection(self) -> AbstractContextManager[sqlite3.Connection]:
        return self._connections.read()


def _select_subscriptions(database: sqlite3.Connection) -> list[Subscription]:
    rows = database.execute("select listener, events, ordered from interests order by listener")
    return [Subscription(listener, tuple(json.loads(events)), bool(ordered)) for listener, events, ordered in rows]


def _select_events(database: sqlite3.Connection, ids: Sequence[int]) -> list[StoredEvent]:
    statement = f"select {sqlite_schema.COLUMNS} from events where id in (select value from json_each(?))"  # noqa: S608
    return [_to_stored_event(row) for row in database.execute(statement, (to_json(ids),))]


def _to_stored_event(row: tuple[Any, ...]) -> StoredEvent:
    return StoredEvent(row[0], IncomingEvent(*row[1:]))
