"""Create the tables of the inbox and of Procrastinate, and migrate the latter."""

from __future__ import annotations

from pathlib import Path

from procrastinate.schema import SchemaManager as Procrastinate
from psycopg.sql import SQL, Identifier

from zoom_component.events.inbox.failures import InboxFailure
from zoom_component.events.inbox.postgres import schema as sql
from zoom_component.events.inbox.postgres.server import LONG, Rows, Server

__all__ = ["create_or_migrate"]

_SET_UP_TIMEOUT = 10_000  # milliseconds
MIGRATIONS = Path(Procrastinate.get_migrations_path())


def create_or_migrate(server: Server) -> None:
    """Create missing tables. Raise InboxFailure if they have another version or belong to something else.

    Many processes may do so at once: one creates them while the others wait.
    """
    if server.run_transaction(_is_complete):
        return

    def act(rows: Rows) -> None:
        # Nobody but other processes that start waits for these locks.
        rows.execute(f"set local lock_timeout = {_SET_UP_TIMEOUT}")
        rows.execute(f"set local idle_in_transaction_session_timeout = {_SET_UP_TIMEOUT}")
        rows.execute("select pg_advisory_xact_lock(%s)", (sql.LOCK_SET_UP,))
        if not _exists(rows):
            _create_tables(rows, server.display_url)
            return
        values = _read_values(rows)
        _check_version(values, server.display_url)
        rows.execute(sql.ADDITIONS)
        _migrate_procrastinate(rows, values["procrastinate"])

    server.run_transaction(act, LONG)


def _is_complete(rows: Rows) -> bool:
    """Return whether all tables are there and up to date. Every start but the first needs no lock."""
    if not _exists(rows):
        return False
    values = _read_values(rows)
    newest = max(each.name for each in MIGRATIONS.glob("*.sql"))
    is_complete = rows.execute(sql.IS_COMPLETE).fetchone() == (True,)
    return is_complete and (values.get("version"), values.get("procrastinate")) == (str(sql.VERSION), newest)


def _exists(rows: Rows) -> bool:
    """Return whether there are tables. Read the catalog, since `to_regclass` may not see what was created just now."""
    tables = "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace where relname = 'inbox'"
    return rows.execute(f"{tables} and nspname = %s", (sql.SCHEMA,)).fetchone() != (0,)


def _read_values(rows: Rows) -> dict[str, str]:
    # With the name of the schema, which a role without rights in it would not look into.
    return dict(rows.execute(SQL("select name, value from {}.inbox").format(Identifier(sql.SCHEMA))).fetchall())


def _check_version(values: dict[str, str], display_url: str) -> None:
    version = values.get("version")
    if version != str(sql.VERSION):
        raise InboxFailure(
            f"the inbox {display_url} has version {version} of the tables; expected {sql.VERSION}: another release of "
            "zoom-component made them; use that one",
            "version",
        )


def _create_tables(rows: Rows, display_url: str) -> None:
    encoding = rows.execute("show server_encoding").fetchone()
    if encoding != ("UTF8",):
        got = encoding and encoding[0]
        raise InboxFailure(
            f"the inbox {display_url} cannot be created: expected a database with encoding UTF8, got {got}; create "
            "one with `createdb --encoding UTF8 --template template0`",
            "foreign",
        )
    table_count = rows.execute("select count(c.oid) from pg_namespace n left join pg_class c on c.relnamespace = n.oid "
                         "where nspname = %s group by n.oid", (sql.SCHEMA,)).fetchone()  # fmt: skip
    if table_count is None:
        rows.execute(SQL("create schema {}").format(Identifier(sql.SCHEMA)))
    elif table_count[0]:
        raise InboxFailure(
            f"the inbox {display_url} cannot be created: the schema {sql.SCHEMA} contains other tables; name another "
            "database",
            "foreign",
        )
    rows.execute(sql.TABLES)
    rows.execute(sql.ADDITIONS)
    rows.execute(Procrastinate.get_schema())
    newest = max(each.name for each in MIGRATIONS.glob("*.sql"))
    rows.execute("insert into inbox values ('version', %s), ('procrastinate', %s)", (str(sql.VERSION), newest))


def _migrate_procrastinate(rows: Rows, last: str) -> None:
    """Run the migrations that Procrastinate added after the last one that this database has."""
    for step in sorted(each for each in MIGRATIONS.glob("*.sql") if each.name > last):
        rows.execute(step.read_bytes())
        rows.execute("update inbox set value = %s where name = 'procrastinate'", (step.name,))
