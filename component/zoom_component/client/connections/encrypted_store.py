"""The store on disk: one SQLite file, a row a connection, its fields and its token sealed.

The name and the kind stand in the open, and are bound to what is sealed: a row copied under another name does
not open.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from zoom_component.client.connections.encryption import KEY_VARIABLE, DecryptionError, decrypt, encrypt, find_key
from zoom_component.client.connections.store import READY, RECONNECT_NEEDED, StoredConnection, StoreError
from zoom_component.client.connections.tokens import Token
from zoom_component.errors import ConnectionFailed, TimedOut

__all__ = ["EncryptedStore"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS about (word TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS connection (
    name TEXT PRIMARY KEY, kind TEXT NOT NULL, fields BLOB NOT NULL, token BLOB,
    state TEXT NOT NULL, updated_at REAL NOT NULL
);
"""
_WRITE = "INSERT OR REPLACE INTO connection (name, kind, fields, token, state, updated_at) VALUES (?, ?, ?, ?, ?, ?)"
# Rows without a name of their own begin with ~. A refresh token lives 90 days, so none of them is of use past 100:
# https://developers.zoom.us/docs/integrations/oauth/
_FORGET = "DELETE FROM connection WHERE name LIKE '~%' AND updated_at < ?"
_OLD = 100 * 86400.0
_STEP = 0.02


class EncryptedStore:
    """Connections in `folder`/connections.db. `patience` is how long to wait for another process's lock, in seconds.

    Making one creates the folder and the file. Raises StoreError when they cannot be made or opened.
    """

    def __init__(
        self, folder: Path, *, lock_timeout: float = 60.0, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._folder = folder
        self._file = folder / "connections.db"
        self._patience = lock_timeout
        self._sleep = sleep
        self._key: bytes | None = None
        self._prepare()

    def read(self, name: str) -> StoredConnection | None:
        with self._open() as db:
            found = db.execute(
                "SELECT kind, fields, token, state, updated_at FROM connection WHERE name = ?", (name,)
            ).fetchone()
        if found is None:
            return None
        kind, fields, token, state, updated_at = found
        try:
            kept = self._unseal(fields, name, kind, "fields")
            return StoredConnection(
                name=name,
                kind=kind,
                base_url=str(kept["base_url"]),
                fields={str(key): str(value) for key, value in kept["fields"].items()},
                token=None if token is None else Token.from_json(self._unseal(token, name, kind, "token")),
                state=RECONNECT_NEEDED if state == RECONNECT_NEEDED else READY,
                updated_at=float(updated_at),
            )
        except (DecryptionError, ValueError, TypeError, KeyError, AttributeError):
            raise _unreadable(name) from None
        except OSError:
            raise ConnectionFailed(
                f"The key that opens stored connections cannot be read: look at {self._folder}, or set {KEY_VARIABLE}.",
                connection=name,
            ) from None

    def write(self, row: StoredConnection) -> None:
        kept = {"base_url": row.base_url, "fields": dict(row.fields)}
        fields = self._seal(kept, row.name, row.kind, "fields")
        token = None if row.token is None else self._seal(row.token.as_json(), row.name, row.kind, "token")
        with self._open() as db:
            db.execute(_WRITE, (row.name, row.kind, fields, token, row.state, row.updated_at))
            db.execute(_FORGET, (row.updated_at - _OLD,))

    def remove(self, name: str) -> bool:
        with self._open() as db:
            return db.execute("DELETE FROM connection WHERE name = ?", (name,)).rowcount > 0

    def list_names(self) -> list[str]:
        with self._open() as db:
            return [name for (name,) in db.execute("SELECT name FROM connection ORDER BY name")]

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """An empty SQLite file, held exclusively: the system lets go of it when its holder dies, on every system.

        Where no lock file can be made, nothing can be shared either, and there is nothing to lock.
        """
        digest = hashlib.sha256(name.encode()).hexdigest()[:32]
        try:
            file = self._folder / "locks" / digest
            file.parent.mkdir(mode=0o700, exist_ok=True)
            os.close(os.open(file, os.O_RDONLY | os.O_CREAT, 0o600))
            lock = sqlite3.connect(file, timeout=0, isolation_level=None)
        except (OSError, sqlite3.Error):
            yield
            return
        with closing(lock):
            self._wait_for(lock)
            yield

    def _wait_for(self, lock: sqlite3.Connection) -> None:
        waited = 0.0
        while True:
            try:
                lock.execute("BEGIN EXCLUSIVE")
                return
            except sqlite3.Error as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    return
            if waited >= self._patience:
                raise TimedOut(
                    f"Another process has been asking for this connection's token for {self._patience:.0f} seconds. "
                    "Try again; if it stays so, end that process."
                )
            self._sleep(_STEP)
            waited += _STEP

    def _prepare(self) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Made by us before SQLite does, so that there is no moment at which others may read it.
            os.close(os.open(self._file, os.O_RDONLY | os.O_CREAT, 0o600))
            if os.name == "posix" and self._file.stat().st_mode & 0o077:
                self._file.chmod(0o600)
        except OSError as error:
            raise StoreError(f"{self._folder} cannot be used: {error.strerror}") from None
        with self._open() as db:
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'connection'").fetchone():
                db.executescript(_SCHEMA)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(sqlite3.connect(self._file, timeout=10)) as db, db:
                yield db
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise StoreError(f"{self._file} cannot be used: {error}") from None
            raise ConnectionFailed(
                f"{self._file} is not a store of connections, or is damaged. Move it away and connect again.",
                reconnect=True,
            ) from None

    def _seal(self, value: Mapping[str, Any], name: str, kind: str, column: str) -> bytes:
        try:
            key = self._sealing_key()
        except DecryptionError:
            raise _unreadable(name) from None
        except OSError as error:
            raise StoreError(f"no key can be kept in {self._folder}: {error.strerror}") from None
        return encrypt(key, json.dumps(value).encode(), _bound(name, kind, column))

    def _unseal(self, sealed: bytes, name: str, kind: str, column: str) -> dict[str, Any]:
        kept: dict[str, Any] = json.loads(decrypt(self._sealing_key(), sealed, _bound(name, kind, column)))
        return kept

    def _sealing_key(self) -> bytes:
        if self._key is None:
            self._key = find_key(self._folder, self._salt)
        return self._key

    def _salt(self) -> bytes:
        with self._open() as db:
            db.execute("INSERT OR IGNORE INTO about VALUES ('salt', ?)", (secrets.token_bytes(16),))
            (salt,) = db.execute("SELECT value FROM about WHERE word = 'salt'").fetchone()
        return bytes(salt)


def _bound(name: str, kind: str, column: str) -> bytes:
    return json.dumps(["zoom-component", name, kind, column]).encode()


def _unreadable(name: str) -> ConnectionFailed:
    called = f"The stored connection {name!r}" if name[:1].isalnum() else "A token that was kept for these credentials"
    return ConnectionFailed(
        f"{called} does not open: it was sealed with another key, or its row is damaged. "
        f"Set {KEY_VARIABLE} to the key it was saved with (or put connections.key back); else remove it and connect again.",
        connection=name,
        reconnect=True,
    )
