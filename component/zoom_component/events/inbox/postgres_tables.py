"""The tables of the inbox made on a server, or brought up to date: its own, and Procrastinate's beside them."""

from __future__ import annotations

from pathlib import Path

from procrastinate.schema import SchemaManager as Procrastinate
from psycopg.sql import SQL, Identifier

from zoom_component.events.inbox import postgres_schema as sql
from zoom_component.events.inbox.postgres_server import Rows, Server

__all__ = ["create_or_migrate"]

MIGRATIONS = Path(Procrastinate.get_migrations_path())


def create_or_migrate(server: Server) -> None:
    """Make the tables where there are none. Raises OSError where they are another version's, or somebody else's."""

    def act(rows: Rows) -> str:
        rows.execute("select pg_advisory_xact_lock(%s)", (sql.LOCK_SET_UP,))
        if rows.execute("select to_regclass('inbox')").fetchone() == (None,):
            return _create_tables(rows)
        found: dict[str, str] = dict(rows.execute("select name, value from inbox").fetchall())
        if found.get("version") != str(sql.VERSION):
            return f"was written by another version ({found.get('version')}; this one writes {sql.VERSION})"
        _migrate_procrastinate(rows, found["procrastinate"])
        return ""

    if wrong := server.run_transaction(act):
        raise OSError(f"the inbox {server.display_url} {wrong}")


def _create_tables(rows: Rows) -> str:
    encoding = rows.execute("show server_encoding").fetchone()
    if encoding != ("UTF8",):
        return f"cannot be made: the database is in {encoding and encoding[0]}, and has to be in UTF8"
    there = rows.execute("select count(c.oid) from pg_namespace n left join pg_class c on c.relnamespace = n.oid "
                         "where nspname = %s group by n.oid", (sql.SCHEMA,)).fetchone()  # fmt: skip
    if there is None:
        rows.execute(SQL("create schema {}").format(Identifier(sql.SCHEMA)))
    elif there[0]:
        return f"cannot be made: the schema {sql.SCHEMA} holds something else"
    rows.execute(sql.TABLES)
    rows.execute(Procrastinate.get_schema())
    newest = max(each.name for each in MIGRATIONS.glob("*.sql"))
    rows.execute("insert into inbox values ('version', %s), ('procrastinate', %s)", (str(sql.VERSION), newest))
    return ""


def _migrate_procrastinate(rows: Rows, last: str) -> None:
    """Whatever Procrastinate's release adds to its tables since the last that was here."""
    for step in sorted(each for each in MIGRATIONS.glob("*.sql") if each.name > last):
        rows.execute(step.read_bytes())
        rows.execute("update inbox set value = %s where name = 'procrastinate'", (step.name,))
