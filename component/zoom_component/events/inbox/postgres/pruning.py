"""Delete old events, and keep their keys while a copy of their delivery could be accepted."""

from __future__ import annotations

from zoom_component.events.inbox.postgres import schema as sql
from zoom_component.events.inbox.postgres.server import Rows, Server
from zoom_component.events.inbox.protocols import KEY_RETENTION, KEY_RETENTION_SLACK

__all__ = ["prune"]

_SECONDS = 3600.0


def prune(server: Server, before: float, now: float) -> int:
    """Delete finished events received before a time, and return how many. Times are the server's, in epoch seconds.

    The keys are committed before the events go, so that no writer sees neither of the two.
    """
    parameters = {
        "before": before,
        "now": now,
        "retention": KEY_RETENTION,
        "oldest": min(before, now) - KEY_RETENTION_SLACK,
        "forgotten": now - KEY_RETENTION_SLACK,
    }

    def keep_keys(rows: Rows) -> None:
        rows.execute("set local statement_timeout = 0")  # millions of rows may take minutes
        for statement in (sql.CORRECT, sql.FORGET, sql.KEEP_KEYS):
            rows.execute(statement, parameters)

    def delete(rows: Rows) -> int:
        rows.execute("set local statement_timeout = 0")
        [deleted] = rows.execute(sql.PRUNE, parameters).fetchone() or (0,)
        rows.execute(sql.PRUNE_JOBS, {"task": sql.TASK})
        return int(deleted)

    server.run_transaction(keep_keys, _SECONDS)
    return server.run_transaction(delete, _SECONDS)
