"""What a store of connections promises, what one of its rows is, and the store that is only memory."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal, Protocol

from zoom_component.client.connections.tokens import Token

__all__ = [
    "READY",
    "RECONNECT_NEEDED",
    "ConnectionState",
    "ConnectionStore",
    "MemoryStore",
    "StoreError",
    "StoredConnection",
]

ConnectionState = Literal["fresh", "reconnect needed"]
READY: ConnectionState = "fresh"
RECONNECT_NEEDED: ConnectionState = "reconnect needed"


class StoreError(OSError):
    """The store cannot be written (a read-only home, a full disk): whoever can goes on in memory."""


@dataclass(frozen=True, slots=True)
class StoredConnection:
    """One connection as it is kept. `kind` is its spec's key; `updated_at` is in seconds since 1970."""

    name: str
    kind: str
    base_url: str = ""
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    token: Token | None = field(default=None, repr=False)
    state: ConnectionState = READY
    updated_at: float = 0.0


class ConnectionStore(Protocol):
    """Rows by name. `locked` is the lock that spans processes; reading and writing under it is the caller's duty."""

    def read(self, name: str) -> StoredConnection | None:
        """The row, or None. Raises ConnectionFailed when it is there but cannot be opened."""
        ...

    def write(self, row: StoredConnection) -> None:
        """Keep a row, whole, before returning. Raises StoreError."""

    def remove(self, name: str) -> bool:
        """Whether there was one to remove. Raises StoreError."""
        ...

    def list_names(self) -> list[str]:
        """All names, in order."""
        ...

    def lock(self, name: str) -> AbstractContextManager[None]:
        """Hold the lock of one name, against every thread and process of the machine. Raises TimedOut."""
        ...


class MemoryStore:
    """A store for one process, where nothing can be kept."""

    def __init__(self) -> None:
        self._rows: dict[str, StoredConnection] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def read(self, name: str) -> StoredConnection | None:
        return self._rows.get(name)

    def write(self, row: StoredConnection) -> None:
        self._rows[row.name] = row

    def remove(self, name: str) -> bool:
        return self._rows.pop(name, None) is not None

    def list_names(self) -> list[str]:
        return sorted(self._rows)

    def lock(self, name: str) -> AbstractContextManager[None]:
        return _Held(self._lock(name))

    def _lock(self, name: str) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault(name, threading.Lock())


class _Held:
    """A lock as a context that gives nothing."""

    def __init__(self, lock: threading.Lock) -> None:
        self._lock = lock

    def __enter__(self) -> None:
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()
