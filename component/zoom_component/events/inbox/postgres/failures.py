"""Name what is wrong with a PostgreSQL server, a database or a role, and say what to do about it."""

from __future__ import annotations

import re
from collections.abc import Mapping

import psycopg

from zoom_component.events.inbox.failures import InboxFailure

__all__ = ["describe_postgres_failure"]

# SQLSTATE or its class: the reason, and what to do next. https://www.postgresql.org/docs/current/errcodes-appendix.html
_STATES: Mapping[str, tuple[str, str]] = {
    "3D000": ("missing", "create the database with `createdb`, or name another one"),
    "28000": ("forbidden", "create the role with `createuser --login`, or let it in by pg_hba.conf"),
    "28P01": ("forbidden", "check the password in the URL or in ~/.pgpass"),
    "42501": ("forbidden", "grant the role the right to create a schema in the database, or make it the owner"),
    "3F000": ("missing", "the schema zoom_component was deleted; start again, which creates it"),
    "42P01": ("missing", "the tables were deleted; start again, which creates them"),
    "42703": ("damaged", "the tables were changed; restore a backup, or drop the schema zoom_component"),
    "25006": ("read_only", "use the primary server, or turn off default_transaction_read_only"),
    "53100": ("full", "free space on the disk of the server; nothing else is needed"),
    "53200": ("unreachable", "the server is out of memory; try again later"),
    "53300": ("unreachable", "raise max_connections, or start fewer processes"),
    "55P03": ("locked", "another session holds a lock; end it (pg_stat_activity), or try again later"),
    "57014": ("locked", "the server was too slow for statement_timeout; try again later"),
    "XX001": ("damaged", "restore a backup of the database"),
    "XX002": ("damaged", "run `reindex database`, or restore a backup"),
    "58": ("disk", "check the disk of the server"),
    "57": ("unreachable", "the server is starting or shutting down; try again later"),
    "08": ("unreachable", "check that the server runs and can be reached; try again later"),
}
# What libpq reports while it connects has no SQLSTATE. The server's own words are English unless lc_messages is not.
_MESSAGES = (
    (r'database ".*" does not exist', "3D000"),
    (r'role ".*" does not exist|no pg_hba\.conf entry|authentication failed for user', "28000"),
    (r"password authentication failed|no password supplied", "28P01"),
    (r'permission denied for database|permission denied for schema', "42501"),
    (r"too many clients|too many connections|remaining connection slots", "53300"),
    (r"starting up|shutting down|in recovery mode|not yet accepting", "57"),
    (r"could not translate host name|refused|timeout|timed out|unreachable|closed the connection|reset by peer", "08"),
)  # fmt: skip
_WHAT: Mapping[str, str] = {
    "unreachable": "cannot be reached",
    "missing": "is missing",
    "forbidden": "refuses this role",
    "read_only": "is read-only",
    "full": "cannot be written, because the disk is full",
    "locked": "is locked",
    "damaged": "is damaged",
    "disk": "cannot be read or written, because the disk reports an error",
}


def describe_postgres_failure(
    display_url: str, error: BaseException, detail: str, default: str = "cannot be used"
) -> InboxFailure:
    """Return what an error of PostgreSQL means for the inbox at a URL. `detail` is its text without the password."""
    state = (error.sqlstate if isinstance(error, psycopg.Error) else None) or _find_state(detail)
    reason, remedy = _STATES.get(state) or _STATES.get(state[:2]) or ("unknown", "check the server's log")
    if reason == "unknown" and default == "cannot be reached":
        reason, remedy = _STATES["08"]
    return InboxFailure(f"the inbox {display_url} {_WHAT.get(reason, default)}: {detail}; {remedy}", reason)


def _find_state(message: str) -> str:
    return next((state for pattern, state in _MESSAGES if re.search(pattern, message)), "")
