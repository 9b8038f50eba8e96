"""Define the store of connections and its rows, and the store in memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Literal, Protocol

from zoom_component.client.connections.tokens import Token
from zoom_component.forked_processes import ProcessLocal, registered

__all__ = [
    "READY",
    "RECONNECT_NEEDED",
    "ConnectionState",
    "ConnectionStore",
    "MemoryStore",
    "StoreError",
    "StoredConnection",
]

ConnectionState = Literal["ready", "reconnect needed"]
READY: ConnectionState = "ready"
RECONNECT_NEEDED: ConnectionState = "reconnect needed"


class StoreError(OSError):
    """Report that the store cannot be written: a read-only folder, a full disk.

    A token can go on in memory.
    """


@dataclass(frozen=True, slots=True)
class StoredConnection:
    """Hold one row of the store.

    `kind` is the key of its spec; `updated_at` is in seconds since 1970. `proxy` may hold a password; `ca_file` is an
    absolute path.
    """

    name: str
    kind: str
    base_url: str = ""
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    token: Token | None = field(default=None, repr=False)
    state: ConnectionState = READY
    updated_at: float = 0.0
    proxy: str = field(default="", repr=False)
    ca_file: str = ""


class ConnectionStore(Protocol):
    """Store connections by name.

    Callers hold `lock` while they read and write what other processes may change.
    """

    def read(self, name: str) -> StoredConnection | None:
        """Return the row, None if there is none. Raise ConnectionFailed if it cannot be decrypted."""
        ...

    def write(self, row: StoredConnection) -> None:
        """Store a row before returning. Raise StoreError."""

    def prepare_token(self, row: StoredConnection) -> None:
        """Store the row with the refresh token that is about to be spent, and make room for the next one.

        After that, `write_token` succeeds even if the disk is full. Raise StoreError.
        """

    def write_token(self, row: StoredConnection) -> None:
        """Store a row with a new token before returning. Call `prepare_token` first. Raise StoreError."""

    def remove(self, name: str) -> bool:
        """Remove a row and return whether there was one. Raise StoreError."""
        ...

    def list_names(self) -> list[str]:
        """Return all names in alphabetical order."""
        ...

    def lock(self, name: str) -> AbstractContextManager[None]:
        """Hold the lock of a name against all threads and processes of the machine.

        Raise TimedOut.
        """
        ...


class MemoryStore(ProcessLocal):
    """Store connections for one process.

    `reason` is why nothing can be written to the disk. Then no refresh token is spent: its successor would be lost.
    """

    def __init__(self, reason: str = "") -> None:
        self._reason = reason
        self._rows: dict[str, StoredConnection] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()
        registered.add(self)

    def reset_after_fork(self) -> None:
        """Replace the locks: threads of the parent may hold them."""
        self._locks, self._guard = {}, threading.Lock()

    def read(self, name: str) -> StoredConnection | None:
        """Return the row, None if there is none."""
        return self._rows.get(name)

    def write(self, row: StoredConnection) -> None:
        """Store a row."""
        self._rows[row.name] = row

    def prepare_token(self, row: StoredConnection) -> None:
        """Raise StoreError if a token has to outlive the process."""
        if self._reason:
            raise StoreError(self._reason)

    def write_token(self, row: StoredConnection) -> None:
        """Store a row with a new token."""
        self.write(row)

    def remove(self, name: str) -> bool:
        """Remove a row and return whether there was one."""
        return self._rows.pop(name, None) is not None

    def list_names(self) -> list[str]:
        """Return all names in alphabetical order."""
        return sorted(self._rows)

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold the lock of a name against all threads of the process."""
        with self._guard:
            lock = self._locks.setdefault(name, threading.Lock())
        with lock:
            yield
