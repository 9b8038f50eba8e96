"""Insert and select events, jobs and tasks inside a transaction of the inbox on PostgreSQL."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from zoom_component.events.inbox.postgres import schema as sql
from zoom_component.events.inbox.postgres.server import Rows
from zoom_component.events.inbox.protocols import IncomingEvent, Job, StoredEvent, Subscription, is_subscribed

__all__ = [
    "TaskArguments", "enqueue_tasks", "fence_columns", "get_queue_name", "insert_events", "insert_jobs",
    "select_events", "select_subscriptions", "to_chain", "to_stored_event",
]  # fmt: skip

_EVENT_COLUMNS = ("keys", "names", "timestamps", "accounts", "objects", "bodies", "received", "sources", "replayable")
_JOB_COLUMNS = ("job_keys", "listeners", "chains", "queues", "locks")
_LARGEST_INTEGER = 2**63 - 1
_MAX_CHAIN_LENGTH = 200  # the length of an index key is limited
_MAX_QUEUE_LENGTH = 40  # PostgreSQL limits a channel name to 63 bytes; Procrastinate uses 23 of them


class TaskArguments(NamedTuple):
    """Name the job of a task by listener and event, or by listener and chain.

    Of a chain, the oldest event is next.
    """

    event_id: int
    listener: str
    chain: str | None


def get_queue_name(listener: str) -> str:
    """Return a listener's queue name: its name, or a digest if that is not a valid channel."""
    if listener.isascii() and listener.isprintable() and len(listener) <= _MAX_QUEUE_LENGTH:
        return listener
    return hashlib.sha256(listener.encode()).hexdigest()[:_MAX_QUEUE_LENGTH]


def to_chain(object_id: str) -> str:
    """Return the chain of an object's jobs, which run in order: its id, or a digest of a long id."""
    return object_id if len(object_id) <= _MAX_CHAIN_LENGTH else hashlib.sha256(object_id.encode()).hexdigest()


def insert_events(rows: Rows, events: Sequence[IncomingEvent], subscriptions: Sequence[Subscription]) -> list[bool]:
    """Insert new events with the jobs of their subscribers, in one statement. Return whether each event was new."""
    stamped = [each._replace(event_ts=_clamp_timestamp(each.event_ts)) for each in events]
    columns = dict(zip(_EVENT_COLUMNS, (list(column) for column in zip(*stamped, strict=True)), strict=True))
    jobs = [
        (event.key, each.listener, chain, get_queue_name(each.listener), _get_lock(each.listener, chain))
        for event in {event.key: event for event in reversed(events)}.values()
        for each in subscriptions
        if is_subscribed(event.name, each.patterns)
        for chain in [to_chain(event.object_id) if each.ordered else None]
    ]
    columns |= (
        dict(zip(_JOB_COLUMNS, (list(column) for column in zip(*jobs, strict=True)), strict=True))
        if jobs
        else {name: [] for name in _JOB_COLUMNS}
    )
    ids = {str(key): int(id) for id, key, _ in rows.execute(sql.PUT, {**columns, "task": sql.TASK})}
    return [ids.pop(event.key, None) is not None for event in events]


def _clamp_timestamp(timestamp: int | None) -> int | None:
    return timestamp if timestamp is not None and abs(timestamp) <= _LARGEST_INTEGER else None


def insert_jobs(rows: Rows, jobs: Sequence[tuple[int, str, float, str | None]]) -> int:
    """Insert jobs and enqueue their tasks. Return how many jobs were inserted or made ready again."""
    if not jobs:
        return 0
    columns = [list(column) for column in zip(*jobs, strict=True)]
    tasks = [TaskArguments(*row) for row in rows.execute(sql.ASSIGN, columns)]
    enqueue_tasks(rows, tasks)
    return len(tasks)


def enqueue_tasks(rows: Rows, tasks: Sequence[TaskArguments]) -> None:
    """Enqueue a task for each job, in the queue of its listener."""
    if tasks:
        events, listeners, chains = (list(column) for column in zip(*tasks, strict=True))
        queues = [get_queue_name(each.listener) for each in tasks]
        locks = [_get_lock(each.listener, each.chain) for each in tasks]
        rows.execute(sql.DEFER, (sql.TASK, events, listeners, chains, queues, locks))


def _get_lock(listener: str, chain: str | None) -> str | None:
    """Return the name of Procrastinate's lock for a task of a chain."""
    return None if chain is None else f"{listener}\n{chain}"


def fence_columns(jobs: Sequence[Job]) -> tuple[list[int], list[str], list[int]]:
    """Return the event ids, listeners and attempts of jobs, which identify leases that are still held."""
    return [each.event_id for each in jobs], [each.listener for each in jobs], [each.attempt for each in jobs]


def select_subscriptions(rows: Rows) -> list[Subscription]:
    """Return the subscriptions of all listeners, ordered by listener."""
    subscriptions = rows.execute("select listener, events, ordered from interests order by listener")
    return [Subscription(listener, tuple(json.loads(events)), ordered) for listener, events, ordered in subscriptions]


def select_events(rows: Rows, ids: Sequence[int]) -> dict[int, IncomingEvent]:
    """Return the events with these ids, by id."""
    statement = f"select {sql.COLUMNS} from events where id = any(%s)"  # noqa: S608 - no value in it
    return {each.id: each.event for each in map(to_stored_event, rows.execute(statement, (list(ids),)))}


def to_stored_event(row: tuple[Any, ...]) -> StoredEvent:
    """Return the event of a row with the columns `sql.COLUMNS`."""
    return StoredEvent(row[0], IncomingEvent(*row[1:]))
