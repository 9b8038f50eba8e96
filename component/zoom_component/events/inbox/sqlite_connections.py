"""Hold the two connections of an inbox in SQLite: one that writes, and one for queries that must not delay it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from zoom_component.events.inbox import sqlite_schema
from zoom_component.events.inbox.failures import InboxFailure, describe_sqlite_failure
from zoom_component.events.inbox.sqlite_file import connect
from zoom_component.forked_processes import ProcessLocal, abandon, registered

__all__ = ["SqliteConnections"]


class SqliteConnections(ProcessLocal):
    """Open connections to a file when they are first needed, and again after a fork. Threads may share them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing, self._reading = RLock(), RLock()
        self._writer: sqlite3.Connection | None = None
        self._reader: sqlite3.Connection | None = None
        self._refusal = ""
        registered.add(self)

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Run the block in a write transaction: commit, or roll back after an exception. Raise OSError."""
        with self.use_writer() as database:
            database.execute("begin immediate")
            try:
                yield database
                database.execute("commit")
            except BaseException:
                if database.in_transaction:
                    database.execute("rollback")
                raise

    @contextmanager
    def use_writer(self) -> Iterator[sqlite3.Connection]:
        """Provide the connection that writes, each statement a transaction. Raise OSError."""
        with self._writing, self._translate_errors():
            yield self.get_writer()

    def set_writer(self, database: sqlite3.Connection) -> None:
        """Use a connection that is open already as the one that writes."""
        self._writer = database

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """Provide a connection that sees the last commit and never waits for writers. Raise OSError."""
        with self._reading, self._translate_errors():
            self._check_usable()
            if self._reader is None:
                self._reader = self._connect()
            yield self._reader

    def get_writer(self) -> sqlite3.Connection:
        """Return the connection that writes, outside of a transaction. Raise sqlite3.Error."""
        self._check_usable()
        if self._writer is None:
            database = self._connect()
            try:
                for pragma in sqlite_schema.PRAGMAS:
                    database.execute(pragma)
            except sqlite3.Error:
                database.close()
                raise
            self._writer = database
        return self._writer

    def close(self) -> None:
        """Close both connections for good."""
        with self._writing, self._reading:
            self._refusal = self._refusal or "is closed; open it again"
            self._close_connections()

    def prepare_fork(self) -> None:
        """Wait for other threads, and close both connections: SQLite does not support a fork with open ones."""
        self._writing.acquire()
        self._reading.acquire()
        if self._writer is None or not self._writer.in_transaction:
            self._close_connections()

    def resume_after_fork(self) -> None:
        """Let other threads continue; the next one opens the connections again."""
        self._reading.release()
        self._writing.release()

    def reset_after_fork(self) -> None:
        """Open new connections in the child, unless it was forked inside a transaction."""
        if self._writer is not None:
            abandon((self._writer, self._reader))
            self._writer = self._reader = None
            self._refusal = (
                "is closed: this process was forked inside a transaction; open the inbox again in this process"
            )
        self._writing, self._reading = RLock(), RLock()

    def _connect(self) -> sqlite3.Connection:
        return connect(self._path)

    def _close_connections(self) -> None:
        for database in (self._writer, self._reader):
            if database is not None:
                database.close()
        self._writer = self._reader = None

    def _check_usable(self) -> None:
        if self._refusal:
            raise InboxFailure(f"the inbox {self._path} {self._refusal}", "closed")

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise describe_sqlite_failure(self._path, error) from error
