"""Test that finished jobs do not slow the counts of unfinished ones in PostgreSQL."""

from __future__ import annotations

import psycopg
from tests.events.inbox.conftest import make_event

from zoom_component.events.inbox.postgres import schema
from zoom_component.events.inbox.postgres.engine import PostgresInbox
from zoom_component.events.inbox.postgres.server import parse_url
from zoom_component.events.inbox.protocols import Subscription


def test_unfinished_jobs_are_counted_by_the_partial_indexes(inbox_database: str) -> None:
    inbox = PostgresInbox(inbox_database)
    try:
        inbox.subscribe([Subscription("all")])
        inbox.add_events([make_event(number) for number in range(3)])
        counts = inbox.count(200.0)
    finally:
        inbox.close()
    with psycopg.connect(**parse_url(inbox_database)) as connection:
        connection.execute("set enable_seqscan = off")  # a small table would be read as a whole
        plan = "\n".join(line for (line,) in connection.execute(f"explain {schema.UNFINISHED}"))
    assert counts.unfinished_jobs == {"all": {"ready": 3}}
    assert "Seq Scan" not in plan
    assert all(index in plan for index in ("work_ready", "work_leased", "work_dead"))
