"""Hold the two connections of an inbox in SQLite: one that writes, and one for queries that must not delay it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from zoom_component.events.inbox import sqlite_schema
from zoom_component.events.inbox.failures import InboxFailure, describe_sqlite_failure
from zoom_component.events.inbox.sqlite_file import connect
from zoom_component.forked_processes import ProcessLocal, abandon, registered

__all__ = ["SqliteConnections"]


# SQLite's table of locks in a forked child lists the parent's, which the child does not have.
_unusable_files: set[Path] = set()


class SqliteConnections(ProcessLocal):
    """Open connections to a file when they are first needed, and again after a fork. Threads may share them."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writing, self._reading = RLock(), RLock()
        self._writer: sqlite3.Connection | None = None
        self._reader: sqlite3.Connection | None = None
        self._is_closed = False
        self._held_for_fork: list[Any] = []
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
                self._reader = connect(self._path)
            yield self._reader

    def exclude_forks(self) -> AbstractContextManager[bool]:
        """Return a context in which no thread forks the process, so that other connections may be open."""
        return self._writing

    def close(self) -> None:
        """Close both connections for good."""
        with self._writing, self._reading:
            self._is_closed = True
            self._close_connections()

    def prepare_fork(self, deadline: float) -> None:
        """Wait for other threads, and close both connections: SQLite does not support a fork with open ones."""
        for lock in (self._writing, self._reading):
            if lock.acquire(timeout=max(deadline - time.monotonic(), 0)):
                self._held_for_fork.append(lock)
        is_idle = self._writer is None or not self._writer.in_transaction
        if len(self._held_for_fork) == 2 and is_idle:
            self._close_connections()

    def resume_after_fork(self) -> None:
        """Let other threads continue; the next one opens the connections again."""
        while self._held_for_fork:
            self._held_for_fork.pop().release()

    def reset_after_fork(self) -> None:
        """Open new connections in the child, unless it was forked inside a transaction."""
        if self._writer is not None or self._reader is not None:
            abandon((self._writer, self._reader))
            self._writer = self._reader = None
            _unusable_files.add(self._path.resolve())
        self._writing, self._reading, self._held_for_fork = RLock(), RLock(), []

    def get_writer(self) -> sqlite3.Connection:
        """Return the connection that writes, outside of a transaction. Raise sqlite3.Error."""
        self._check_usable()
        if self._writer is None:
            database = connect(self._path)
            try:
                for pragma in sqlite_schema.PRAGMAS:
                    database.execute(pragma)
            except sqlite3.Error:
                database.close()
                raise
            self._writer = database
        return self._writer

    def _close_connections(self) -> None:
        for database in (self._writer, self._reader):
            if database is not None:
                database.close()
        self._writer = self._reader = None

    def _check_usable(self) -> None:
        if self._is_closed:
            raise InboxFailure(f"the inbox {self._path} is closed; open it again", "closed")
        if _unusable_files and self._path.resolve() in _unusable_files:
            message = (
                f"cannot use the inbox {self._path} in this process, which was forked inside a transaction of it. Fork "
                "while no call uses the inbox, or start a new process"
            )
            raise InboxFailure(message, "closed")

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise describe_sqlite_failure(self._path, error) from error
