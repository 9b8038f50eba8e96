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
from zoom_component.events.inbox.asking import postgres_conditions
from zoom_component.events.inbox.postgres_server import Rows, Server
from zoom_component.events.inbox.postgres_tables import set_up
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
)  # fmt: skip

__all__ = ["Job", "PostgresStore", "queue_of"]

_LARGEST = 2**63 - 1
_LONGEST_CHAIN = 200  # an index takes no key of any length
_LONGEST_QUEUE = 40  # PostgreSQL notifies on channels of 63 bytes, of which Procrastinate has 23


class Job(NamedTuple):
    """What a job says: a listener, and the event, or the chain of which the oldest event is next."""

    event: int
    listener: str
    chain: str | None


class PostgresStore:
    """An inbox on a server; its tables are made where there are none. Raises OSError when it cannot be reached."""

    def __init__(self, url: str) -> None:
        self.server = Server(url)
        try:
            set_up(self.server)
        except OSError:
            self.server.close()
            raise

    def clock(self) -> float:
        """The server's time, which is the same for every machine."""
        return float(self._one(sql.NOW)[0])

    def put(self, arrivals: Sequence[Arrival]) -> list[bool]:
        return self.server.transact(lambda rows: _put(rows, arrivals)) if arrivals else []

    def register(self, interests: Sequence[Interest]) -> None:
        values = [(each.listener, json.dumps(each.events), each.ordered) for each in interests]
        self.server.transact(lambda rows: rows.cursor().executemany(sql.REGISTER, values))

    def interests(self) -> list[Interest]:
        return self.server.transact(_interests)

    def retire(self, listener: str) -> None:
        def act(rows: Rows) -> None:
            rows.execute("delete from interests where listener = %s", (listener,))
            rows.execute("delete from work where listener = %s and state in ('ready', 'leased')", (listener,))
            rows.execute(
                "delete from procrastinate_jobs where queue_name = %s and task_name = %s and status = 'todo'",
                (queue_of(listener), sql.TASK),
            )

        self.server.transact(act)

    def claim(self, listeners: Sequence[str], most: int, lease: float, now: float) -> list[Work]:
        until = now + lease
        asked = {"listeners": list(listeners), "now": now, "until": until, "most": most}

        def act(rows: Rows) -> list[Work]:
            rows.execute(sql.EXPIRE, asked)
            claimed = sorted(rows.execute(sql.CLAIM, asked).fetchall())
            kept = _events(rows, sorted({id for id, _, _ in claimed}))
            return [Work(id, listener, attempt, until, kept[id]) for id, attempt, listener in claimed]

        return self.server.transact(act)

    def take(self, job: Job, lease: float, now: float) -> Work | float | None:
        """The piece that a job stands for. Where it is not to be had yet, when to ask again; None where nothing is
        left of it."""
        look = sql.LOOK if job.chain is None else sql.LOOK_IN_CHAIN

        def act(rows: Rows) -> Work | float | None:
            # Whoever held the row while we waited may have finished it, and the next of the chain is ours.
            found = rows.execute(look, job._asdict()).fetchone() or rows.execute(look, job._asdict()).fetchone()
            if found is None or found[2] > now:
                return None if found is None else float(found[2])
            busy = "select until from work where listener = %s and chain = %s and state = 'leased' and event <> %s"
            if job.chain and (other := rows.execute(busy, (job.listener, job.chain, found[0])).fetchone()):
                return max(float(other[0]), now)
            row = rows.execute(sql.TAKE, (now + lease, found[0], job.listener)).fetchone()
            assert row is not None
            return Work(found[0], job.listener, row[0], now + lease, _events(rows, [found[0]])[found[0]])

        return self.server.transact(act)

    def summon(self, before: float) -> int:
        """Defer a job for each piece that has been due since before a time and has none; how many."""

        def act(rows: Rows) -> int:
            found = [Job(*row) for row in rows.execute(sql.FORGOTTEN, (before, sql.TASK))]
            _defer(rows, found)
            return len(found)

        return self.server.transact(act)

    def done(self, works: Sequence[Work], now: float) -> None:
        self.server.transact(lambda rows: rows.execute(sql.DONE, (now, *_fences(works))))

    def fail(self, work: Work, error: str, again: float | None, now: float) -> None:
        state, due, finished = ("dead", now, now) if again is None else ("ready", again, None)
        values = (state, due, storable(error), finished, work.id, work.listener, work.attempt)
        self.server.transact(lambda rows: rows.execute(sql.FAIL, values))

    def release(self, works: Sequence[Work]) -> None:
        self.server.transact(lambda rows: rows.execute(sql.RELEASE, _fences(works)))

    def find(self, question: Question) -> list[Kept]:
        where, values = postgres_conditions(question)
        asked = f"select {sql.COLUMNS} from events where {where} order by id desc limit %s"  # noqa: S608 - no value in it
        return [_kept(row) for row in self._all(asked, (*values, question.most))]

    def outcomes(self, id: int) -> list[Outcome]:
        asked = "select listener, state, attempts, due, error, finished from work where event = %s order by listener"
        return [Outcome(*row) for row in self._all(asked, (id,))]

    def replay(self, question: Question, listeners: Sequence[str], now: float) -> int:
        where, values = postgres_conditions(question)
        asked = f"select id, event, object_id from events where {where} order by id limit %s"  # noqa: S608

        def act(rows: Rows) -> int:
            interests = _interests(rows)
            wishes = [
                (id, interest.listener, now, _chain(object_id) if interest.ordered else None)
                for id, event, object_id in rows.execute(asked, (*values, question.most))
                for interest in interests
                if interest.listener in listeners or (not listeners and wanted(event, interest.events))
            ]
            return _assign(rows, wishes)

        return self.server.transact(act)

    def prune(self, before: float) -> int:
        def act(rows: Rows) -> int:
            gone = rows.execute(sql.PRUNE, (before,)).rowcount
            rows.execute(sql.PRUNE_JOBS, (sql.TASK,))
            return gone

        return self.server.transact(act)

    def counts(self, now: float) -> Counts:
        waiting = "select min(event) from work where state in ('ready', 'leased')"
        states = {str(state): int(count) for state, count in self._all("select state, count(*) from work group by 1")}
        oldest = self._all(f"select received from events where id = ({waiting})")  # noqa: S608 - no value in it
        unfinished = by_listener(self._all(sql.UNFINISHED))
        return Counts(self._one("select count(*) from events")[0], states, oldest[0][0] if oldest else None, unfinished)

    def next_due(self, listeners: Sequence[str]) -> float | None:
        moment: float | None = self._one(sql.NEXT, (list(listeners),))[0]
        return moment

    def mark(self, name: str, at: float) -> None:
        asked = "insert into marks values (%s, %s) on conflict (name) do update set at = excluded.at"
        self.server.transact(lambda rows: rows.execute(asked, (name, at)))

    def marks(self) -> Mapping[str, float]:
        return dict(self._all("select name, at from marks"))

    def state(self, name: str) -> State:
        found = self._all("select value, version from states where name = %s", (name,))
        return State(json.loads(found[0][0]), found[0][1]) if found else State(None, 0)

    def keep(self, name: str, value: Any, version: int, arrivals: Sequence[Arrival]) -> bool:
        said = json.dumps(value)
        new = "insert into states values (%s, %s, 1) on conflict (name) do nothing"
        next = "update states set value = %s, version = version + 1 where name = %s and version = %s"

        def act(rows: Rows) -> bool:
            kept = rows.execute(next, (said, name, version)) if version else rows.execute(new, (name, said))
            if kept.rowcount and arrivals:
                _put(rows, arrivals)
            return kept.rowcount == 1

        return self.server.transact(act)

    def names(self) -> Iterator[str]:
        return (str(name) for (name,) in self._all("select name from states order by name"))

    def hold(self, name: str, owner: str, seconds: float, now: float) -> bool:
        asked = {"name": name, "owner": owner, "until": now + seconds, "now": now}
        return bool(self._all(sql.HOLD, asked))

    def let_go(self, name: str, owner: str) -> None:
        asked = "delete from leases where name = %s and owner = %s"
        self.server.transact(lambda rows: rows.execute(asked, (name, owner)))

    def close(self) -> None:
        self.server.close()

    def _all(self, asked: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
        return self.server.transact(lambda rows: rows.execute(asked, values).fetchall())

    def _one(self, asked: str, values: Sequence[Any] = ()) -> tuple[Any, ...]:
        return self._all(asked, values)[0]


def queue_of(listener: str) -> str:
    """The queue of a listener's jobs: its name, or a digest of one that no channel could have."""
    if listener.isascii() and listener.isprintable() and len(listener) <= _LONGEST_QUEUE:
        return listener
    return hashlib.sha256(listener.encode()).hexdigest()[:_LONGEST_QUEUE]


def _chain(object_id: str) -> str:
    return object_id if len(object_id) <= _LONGEST_CHAIN else hashlib.sha256(object_id.encode()).hexdigest()


def _put(rows: Rows, arrivals: Sequence[Arrival]) -> list[bool]:
    rows.execute("select pg_advisory_xact_lock(%s)", (sql.LOCK_PUT,))
    stamped = [each._replace(event_ts=_stamp(each.event_ts)) for each in arrivals]
    columns = [list(column) for column in zip(*stamped, strict=True)]
    ids = {str(key): int(id) for id, key in rows.execute(sql.PUT, columns)}
    wishes, new, interests = [], [], _interests(rows)
    for each in arrivals:
        id = ids.pop(each.key, None)
        new.append(id is not None)
        if id is not None:
            wishes += [
                (id, interest.listener, each.received, _chain(each.object_id) if interest.ordered else None)
                for interest in interests
                if wanted(each.event, interest.events)
            ]
    _assign(rows, wishes)
    return new


def _stamp(moment: int | None) -> int | None:
    return moment if moment is not None and abs(moment) <= _LARGEST else None


def _assign(rows: Rows, wishes: Sequence[tuple[int, str, float, str | None]]) -> int:
    """Work for listeners, and the jobs that stand for it."""
    if not wishes:
        return 0
    columns = [list(column) for column in zip(*wishes, strict=True)]
    made = [Job(*row) for row in rows.execute(sql.ASSIGN, columns)]
    _defer(rows, made)
    return len(made)


def _defer(rows: Rows, jobs: Sequence[Job]) -> None:
    if jobs:
        events, listeners, chains = (list(column) for column in zip(*jobs, strict=True))
        queues = [queue_of(each.listener) for each in jobs]
        locks = [None if each.chain is None else f"{each.listener}\n{each.chain}" for each in jobs]
        rows.execute(sql.DEFER, (sql.TASK, events, listeners, chains, queues, locks))


def _fences(works: Sequence[Work]) -> tuple[list[int], list[str], list[int]]:
    return [each.id for each in works], [each.listener for each in works], [each.attempt for each in works]


def _interests(rows: Rows) -> list[Interest]:
    found = rows.execute("select listener, events, ordered from interests order by listener")
    return [Interest(listener, tuple(json.loads(events)), ordered) for listener, events, ordered in found]


def _events(rows: Rows, ids: Sequence[int]) -> dict[int, Arrival]:
    asked = f"select {sql.COLUMNS} from events where id = any(%s)"  # noqa: S608 - no value in it
    return {each.id: each.arrival for each in map(_kept, rows.execute(asked, (list(ids),)))}


def _kept(row: tuple[Any, ...]) -> Kept:
    return Kept(row[0], Arrival(*row[1:]))
