"""The inbox on one machine: one SQLite file, which any number of processes may use at once."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from zoom_component.events.inbox import schema
from zoom_component.events.inbox.asking import conditions
from zoom_component.events.inbox.store import (
    Arrival,
    Counts,
    Interest,
    Kept,
    Outcome,
    Question,
    State,
    Work,
    by_listener,
    storable,
    wanted,
)

__all__ = ["SqliteStore"]

_LARGEST = 2**63 - 1
_AT_A_TIME = 2_000
_MARK = 0x5A4D4958  # this application's mark in the file's head


class SqliteStore:
    """An inbox in a file, which is made where there is none. Raises OSError when it cannot be used."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._writing, self._reading = RLock(), RLock()
        self._writer = self._opened()
        # What looks at every row, as counts do, must not hold up an event that waits to be kept.
        self._reader = self._connected()

    def put(self, arrivals: Sequence[Arrival]) -> list[bool]:
        with self._change() as database:
            return self._put(database, arrivals)

    def register(self, interests: Sequence[Interest]) -> None:
        rows = [(each.listener, json.dumps(each.events), each.ordered) for each in interests]
        with self._change() as database:
            database.executemany("insert or replace into interests values (?, ?, ?)", rows)

    def interests(self) -> list[Interest]:
        with self._read() as database:
            return _interests(database)

    def retire(self, listener: str) -> None:
        with self._change() as database:
            database.execute("delete from interests where listener = ?", (listener,))
            database.execute("delete from work where listener = ? and state in ('ready', 'leased')", (listener,))

    def claim(self, listeners: Sequence[str], most: int, lease: float, now: float) -> list[Work]:
        until, claimed = now + lease, list[tuple[int, int, str]]()
        with self._change() as database:
            for listener in listeners:
                if (room := most - len(claimed)) > 0:
                    asked = {"listener": listener, "now": now, "until": until, "most": room}
                    database.execute(schema.EXPIRE, asked)
                    claimed += [(*row, listener) for row in database.execute(schema.CLAIM, asked)]
            claimed.sort()
            kept = {each.id: each for each in _events(database, sorted({id for id, _, _ in claimed}))}
        return [Work(id, listener, attempt, until, kept[id].arrival) for id, attempt, listener in claimed]

    def done(self, works: Sequence[Work], now: float) -> None:
        with self._change() as database:
            database.executemany(schema.DONE, [(now, each.id, each.listener, each.attempt) for each in works])

    def fail(self, work: Work, error: str, again: float | None, now: float) -> None:
        state, due, finished = ("dead", now, now) if again is None else ("ready", again, None)
        with self._change() as database:
            database.execute(schema.FAIL, (state, due, storable(error), finished, work.id, work.listener, work.attempt))

    def release(self, works: Sequence[Work]) -> None:
        with self._change() as database:
            database.executemany(schema.RELEASE, [(each.id, each.listener, each.attempt) for each in works])

    def find(self, question: Question) -> list[Kept]:
        where, values = conditions(question)
        asked = f"select {schema.COLUMNS} from events where {where} order by id desc limit ?"  # noqa: S608 - no value in it
        with self._read() as database:
            return [_kept(row) for row in database.execute(asked, (*values, question.most))]

    def outcomes(self, id: int) -> list[Outcome]:
        asked = "select listener, state, attempts, due, error, finished from work where event = ? order by listener"
        with self._read() as database:
            return [Outcome(*row) for row in database.execute(asked, (id,))]

    def replay(self, question: Question, listeners: Sequence[str], now: float) -> int:
        where, values = conditions(question)
        asked = f"select id, event, object_id from events where {where} order by id limit ?"  # noqa: S608
        with self._change() as database:
            before = database.total_changes
            for id, event, object_id in database.execute(asked, (*values, question.most)).fetchall():
                for interest in _interests(database):
                    if interest.listener in listeners or (not listeners and wanted(event, interest.events)):
                        chain = object_id if interest.ordered else None
                        database.execute(schema.REPLAY, (id, interest.listener, now, chain))
            return database.total_changes - before

    def prune(self, before: float) -> int:
        gone, some = 0, -1
        while some:
            # A part at a time: who writes meanwhile waits for one of them, and not for all.
            with self._change() as database:
                ids = database.execute(schema.PRUNE, (before, _AT_A_TIME)).fetchall()
                database.executemany("delete from work where event = ?", ids)
            some = len(ids)
            gone += some
        return gone

    def counts(self, now: float) -> Counts:
        waiting = "select min(event) from work where state in ('ready', 'leased')"
        with self._read() as database:
            events = database.execute("select count(*) from events").fetchone()[0]
            states = dict(database.execute("select state, count(*) from work group by state").fetchall())
            oldest = database.execute(f"select received from events where id = ({waiting})").fetchone()  # noqa: S608
            unfinished = by_listener(database.execute(schema.UNFINISHED))
        return Counts(events, states, oldest[0] if oldest else None, unfinished)

    def next_due(self, listeners: Sequence[str]) -> float | None:
        with self._read() as database:
            found = [database.execute(schema.NEXT, {"listener": each}).fetchone()[0] for each in listeners]
        return min((moment for moment in found if moment is not None), default=None)

    def mark(self, name: str, at: float) -> None:
        with self._change() as database:
            database.execute("insert or replace into marks values (?, ?)", (name, at))

    def marks(self) -> Mapping[str, float]:
        with self._read() as database:
            return dict(database.execute("select name, at from marks").fetchall())

    def state(self, name: str) -> State:
        with self._read() as database:
            row = database.execute("select value, version from states where name = ?", (name,)).fetchone()
        return State(json.loads(row[0]), row[1]) if row else State(None, 0)

    def keep(self, name: str, value: Any, version: int, arrivals: Sequence[Arrival]) -> bool:
        row = (name, json.dumps(value), version + 1)
        with self._change() as database:
            found = database.execute("select version from states where name = ?", (name,)).fetchone()
            if (found[0] if found else 0) != version:
                return False
            database.execute("insert or replace into states values (?, ?, ?)", row)
            self._put(database, arrivals)
        return True

    def names(self) -> Iterator[str]:
        with self._read() as database:
            rows = database.execute("select name from states order by name").fetchall()
        return (name for (name,) in rows)

    def hold(self, name: str, owner: str, seconds: float, now: float) -> bool:
        with self._change() as database:
            found = database.execute("select owner, until from leases where name = ?", (name,)).fetchone()
            if found and found[0] != owner and found[1] > now:
                return False
            database.execute("insert or replace into leases values (?, ?, ?)", (name, owner, now + seconds))
        return True

    def let_go(self, name: str, owner: str) -> None:
        with self._change() as database:
            database.execute("delete from leases where name = ? and owner = ?", (name, owner))

    def close(self) -> None:
        with self._writing, self._reading:
            self._writer.close()
            self._reader.close()

    def _put(self, database: sqlite3.Connection, arrivals: Sequence[Arrival]) -> list[bool]:
        interests, found = _interests(database), []
        for each in arrivals:
            stamp = each.event_ts if each.event_ts is not None and abs(each.event_ts) <= _LARGEST else None
            row = database.execute(schema.PUT, each._replace(event_ts=stamp)).fetchone()
            found.append(row is not None)
            if row is None:
                continue
            for interest in interests:
                if wanted(each.event, interest.events):
                    chain = each.object_id if interest.ordered else None
                    database.execute(schema.ASSIGN, (row[0], interest.listener, each.received, chain))
        return found

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """A transaction that writes; it waits for its turn and keeps all or nothing."""
        with self._using(self._writer, self._writing) as database:
            database.execute("begin immediate")
            try:
                yield database
                database.execute("commit")
            except BaseException:
                if database.in_transaction:
                    database.execute("rollback")
                raise

    def _read(self) -> AbstractContextManager[sqlite3.Connection]:
        """The connection that only reads: what was committed last, whatever is being written."""
        return self._using(self._reader, self._reading)

    @contextmanager
    def _using(self, database: sqlite3.Connection, lock: AbstractContextManager[Any]) -> Iterator[sqlite3.Connection]:
        with lock:
            try:
                yield database
            except sqlite3.Error as problem:
                raise OSError(f"the inbox {self.path} cannot be used: {problem}") from problem

    def _opened(self) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not self.path.exists():
                # What Zoom tells of people is nobody else's to read.
                os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
            database = self._connected()
        except (sqlite3.Error, OSError) as problem:
            raise OSError(f"the inbox {self.path} cannot be opened: {problem}") from problem
        try:
            self._set_up(database)
        except sqlite3.Error as problem:
            database.close()
            raise OSError(f"{self.path} is no inbox: {problem}") from problem
        except OSError:
            database.close()
            raise
        return database

    def _connected(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, check_same_thread=False, isolation_level=None, timeout=10)

    def _set_up(self, database: sqlite3.Connection) -> None:
        mark, version, tables = (
            database.execute(asked).fetchone()[0]
            for asked in ("pragma application_id", "pragma user_version", "select count(*) from sqlite_master")
        )
        if tables and mark != _MARK:
            raise OSError(f"{self.path} is no inbox, but a database of something else")
        if version not in (0, schema.VERSION):
            raise OSError(f"{self.path} was written by another version ({version}; this one writes {schema.VERSION})")
        for pragma in schema.PRAGMAS:
            database.execute(pragma)
        database.execute("begin immediate")
        for table in schema.TABLES:
            database.execute(table)
        database.execute(f"pragma application_id = {_MARK}")
        database.execute(f"pragma user_version = {schema.VERSION}")
        database.execute("commit")


def _interests(database: sqlite3.Connection) -> list[Interest]:
    rows = database.execute("select listener, events, ordered from interests order by listener")
    return [Interest(listener, tuple(json.loads(events)), bool(ordered)) for listener, events, ordered in rows]


def _events(database: sqlite3.Connection, ids: Sequence[int]) -> list[Kept]:
    asked = f"select {schema.COLUMNS} from events where id in (select value from json_each(?))"  # noqa: S608
    return [_kept(row) for row in database.execute(asked, (json.dumps(ids),))]


def _kept(row: tuple[Any, ...]) -> Kept:
    return Kept(row[0], Arrival(*row[1:]))
