"""Open the file of an inbox: create it, check whose it is, and add tables. Many processes may do so at once."""

from __future__ import annotations

import errno
import os
import random
import sqlite3
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from secrets import token_bytes, token_hex
from typing import Any

from zoom_component.events.inbox import sqlite_schema
from zoom_component.events.inbox.failures import InboxFailure, describe_os_failure, describe_sqlite_failure

__all__ = ["allocate_file", "connect", "open_file", "write_probe"]

_APPLICATION_ID = 0x5A4D4958  # written to the file's header, so that other SQLite files are refused
_OPEN_TIMEOUT = 30.0  # seconds; many processes may create the file at the same time
_BUSY_TIMEOUT = 10.0
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)


def open_file(
    path: Path, use: Callable[[sqlite3.Connection], None], exclude_forks: AbstractContextManager[Any]
) -> None:
    """Pass a connection for writing to a file with all tables to `use`, which may keep it open.

    `exclude_forks` can be entered several times. Raise InboxFailure for a file that cannot be used.
    """
    deadline = time.monotonic() + _OPEN_TIMEOUT
    while True:
        try:
            _create_file(path)
            with exclude_forks:  # no fork may happen while only this function knows the connection
                use(_open_complete(path))
            return
        except OSError as error:
            if isinstance(error, InboxFailure):
                raise
            raise describe_os_failure(path, error) from error
        except sqlite3.Error as error:
            # While the journal mode changes, SQLite reports a lock at once instead of waiting for it.
            if (getattr(error, "sqlite_errorcode", 0) & 0xFF) not in _BUSY or time.monotonic() > deadline:
                raise describe_sqlite_failure(path, error) from error
            time.sleep(0.005 + random.random() * 0.05)


def connect(path: Path) -> sqlite3.Connection:
    """Return a further connection to the file."""
    try:
        return sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=_BUSY_TIMEOUT)
    except sqlite3.Error as error:
        raise describe_sqlite_failure(path, error) from error


def allocate_file(path: Path, size: int) -> None:
    """Reserve disk space beside the file, and free it again. Raise OSError if there is none."""
    probe = path.with_name(f".{path.name}.{token_hex(6)}")
    file = os.open(probe, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file, 0, size)
        else:
            os.write(file, b"\0" * size)
    finally:
        os.close(file)
        os.unlink(probe)


def write_probe(database: sqlite3.Connection, size: int) -> None:
    """Commit bytes to a table and remove them with another commit: pages that one commit frees are not written."""
    database.execute("insert or replace into probe values (?, ?)", (os.getpid(), token_bytes(size)))
    database.execute("delete from probe")


def _create_file(path: Path) -> None:
    """Create an empty file that only its owner may read, because events contain personal data.

    It gets its name once it is closed: to close a file ends the locks that SQLite has on it in this process.
    """
    if path.parent.exists() and not path.parent.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, f"{path.parent} is not a folder")
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if path.exists():
        return
    new = path.with_name(f".{path.name}.{token_hex(6)}")
    os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    try:
        with suppress(FileExistsError):  # another process was faster
            os.link(new, path)
    except OSError:  # a file system without hard links
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    finally:
        os.unlink(new)


def _open_complete(path: Path) -> sqlite3.Connection:
    database = connect(path)
    try:
        if not _is_complete(path, database):
            database.execute("pragma journal_mode = wal")
            database.execute("begin immediate")
            if not _is_complete(path, database):  # another process may have been faster
                _create_tables(database)
            database.execute("commit")
        for pragma in sqlite_schema.PRAGMAS:
            database.execute(pragma)
        # A file that cannot be written is refused now, not at the first event.
        database.execute("begin immediate")
        database.execute("insert into probe (data) values ('')")
        database.execute("rollback")
    except BaseException:
        database.close()
        raise
    return database


def _is_complete(path: Path, database: sqlite3.Connection) -> bool:
    """Return whether all tables exist, in one transaction. Raise InboxFailure for a file of somebody else."""
    begins = not database.in_transaction
    if begins:
        database.execute("begin")
    application_id, version, table_count = (
        database.execute(statement).fetchone()[0]
        for statement in ("pragma application_id", "pragma user_version", "select count(*) from sqlite_master")
    )
    columns = database.execute(sqlite_schema.ADDED_PARTS).fetchone()[0]
    if begins:
        database.execute("commit")
    if table_count and application_id != _APPLICATION_ID:
        raise InboxFailure(f"{path} is not an inbox, but the database of another program; name another file", "foreign")
    if version not in (0, sqlite_schema.VERSION):
        raise InboxFailure(
            f"the inbox {path} has version {version} of the tables; expected {sqlite_schema.VERSION}: a newer release "
            "of zoom-component wrote it; upgrade this one",
            "version",
        )
    return bool(version) and columns == sqlite_schema.ADDED_PARTS_COUNT


def _create_tables(database: sqlite3.Connection) -> None:
    for table in sqlite_schema.TABLES:
        database.execute(table)
    for table, column, definition in sqlite_schema.ADDED_COLUMNS:
        names = {row[1] for row in database.execute(f"pragma table_info({table})")}
        if column not in names:
            database.execute(f"alter table {table} add column {column} {definition}")
    database.execute(f"pragma application_id = {_APPLICATION_ID}")
    database.execute(f"pragma user_version = {sqlite_schema.VERSION}")
