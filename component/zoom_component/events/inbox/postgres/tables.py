"""Create the tables of the inbox and of Procrastinate, and migrate the latter."""

from __future__ import annotations

from pathlib import Path

from procrastinate.schema import SchemaManager as Procrastinate
from psycopg.sql import SQL, Identifier

from zoom_component.events.inbox.postgres import schema as sql
from zoom_component.events.inbox.postgres.server import Rows, Server

__all__ = ["create_or_migrate"]

MIGRATIONS = Path(Procrastinate.get_migrations_path())


def create_or_migrate(server: Server) -> None:
    """Create missing tables. Raise OSError if the tables have another version or belong to something else."""

    def act(rows: Rows) -> str:
        rows.execute("select pg_advisory_xact_lock(%s)", (sql.LOCK_SET_UP,))
        if rows.execute("select to_regclass('inbox')").fetchone() == (None,):
            return _create_tables(rows)
        values: dict[str, str] = dict(rows.execute("select name, value from inbox").fetchall())
        if values.get("version") != str(sql.VERSION):
            return f"has version {values.get('version')} of the tables; expected {sql.VERSION}"
        _migrate_procrastinate(rows, values["procrastinate"])
        return ""

    if problem := server.run_transaction(act):
        raise OSError(f"the inbox {server.display_url} {problem}")


def _create_tables(rows: Rows) -> str:
    encoding = rows.execute("show server_encoding").fetchone()
    if encoding != ("UTF8",):
        return f"cannot be created: expected a database with encoding UTF8, got {encoding and encoding[0]}"
    table_count = rows.execute("select count(c.oid) from pg_namespace n left join pg_class c on c.relnamespace = n.oid "
                         "where nspname = %s group by n.oid", (sql.SCHEMA,)).fetchone()  # fmt: skip
    if table_count is None:
        rows.execute(SQL("create schema {}").format(Identifier(sql.SCHEMA)))
    elif table_count[0]:
        return f"cannot be created: the schema {sql.SCHEMA} contains other tables"
    rows.execute(sql.TABLES)
    rows.execute(Procrastinate.get_schema())
    newest = max(each.name for each in MIGRATIONS.glob("*.sql"))
    rows.execute("insert into inbox values ('version', %s), ('procrastinate', %s)", (str(sql.VERSION), newest))
    return ""


def _migrate_procrastinate(rows: Rows, last: str) -> None:
    """Run the migrations that Procrastinate added after the last one that this database has."""
    for step in sorted(each for each in MIGRATIONS.glob("*.sql") if each.name > last):
        rows.execute(step.read_bytes())
        rows.execute("update inbox set value = %s where name = 'procrastinate'", (step.name,))
