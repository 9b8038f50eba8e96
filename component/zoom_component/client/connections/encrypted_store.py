"""Store connections in a SQLite file, with fields and tokens encrypted.

Name and kind are stored as plain text and are bound to the encrypted data: a row copied under another name cannot be
decrypted.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import logging
import os
import secrets
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from zoom_component import paths
from zoom_component.client.connections import encryption
from zoom_component.client.connections.store import (
    READY,
    RECONNECT_NEEDED,
    ConnectionStore,
    MemoryStore,
    StoredConnection,
    StoreError,
)
from zoom_component.client.connections.token_slot import TokenSlot
from zoom_component.client.connections.tokens import Token
from zoom_component.errors import ConnectionFailed, TimedOut
from zoom_component.forked_processes import ProcessLocal, database_lock, registered

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["EncryptedStore", "open_store"]

_log = logging.getLogger(__name__)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS about (word TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS connection (
    name TEXT PRIMARY KEY, kind TEXT NOT NULL, fields BLOB NOT NULL, token BLOB,
    state TEXT NOT NULL, updated_at REAL NOT NULL
);
"""
_WRITE = "INSERT OR REPLACE INTO connection (name, kind, fields, token, state, updated_at) VALUES (?, ?, ?, ?, ?, ?)"
_LOCK_INTERVAL = 0.02


def open_store(folder: Path | None = None) -> ConnectionStore:
    """Return the store of this machine.

    If nothing can be written, log a warning and return one in memory.
    """
    try:
        return EncryptedStore(folder or paths.get_state_dir())
    except StoreError as error:
        _log.warning("Tokens are held in this process only: %s", error)
        return MemoryStore(str(error))


class EncryptedStore(ProcessLocal):
    """Store connections in `folder`/connections.db, and create the folder and the file.

    `lock_timeout` is how long to wait for the lock of another process, in seconds. Raise StoreError if the file cannot
    be created or opened.
    """

    def __init__(
        self, folder: Path, *, lock_timeout: float = 60.0, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._folder = folder
        self._file = folder / "connections.db"
        self._lock_timeout = lock_timeout
        self._sleep = sleep
        self._key: bytes | None = None
        self._lock_handles: set[int] = set()
        self._create_file()
        registered.add(self)

    def read(self, name: str) -> StoredConnection | None:
        """Return the row, None if there is none. Raise ConnectionFailed if it cannot be decrypted."""
        with self._open_db() as db:
            row = db.execute(
                "SELECT kind, fields, token, state, updated_at FROM connection WHERE name = ?", (name,)
            ).fetchone()
        return None if row is None else self._adopt_new_token(self._decode_row(name, row))

    def _decode_row(self, name: str, row: tuple[Any, ...]) -> StoredConnection:
        kind, encrypted_fields, encrypted_token, state, updated_at = row
        try:
            settings = self._decrypt(encrypted_fields, name, kind, "fields")
            token = None
            if encrypted_token is not None:
                token = Token.from_json(self._decrypt(encrypted_token, name, kind, "token"))
            return StoredConnection(
                name=name,
                kind=kind,
                base_url=str(settings["base_url"]),
                fields={str(key): str(value) for key, value in settings["fields"].items()},
                token=token,
                state=RECONNECT_NEEDED if state == RECONNECT_NEEDED else READY,
                updated_at=float(updated_at),
                proxy=str(settings.get("proxy", "")),
                ca_file=str(settings.get("ca_file", "")),
            )
        except (encryption.DecryptionError, ValueError, TypeError, KeyError, AttributeError):
            raise encryption.build_decryption_error(name) from None
        except OSError:
            raise encryption.build_key_error(self._folder, name) from None

    def write(self, row: StoredConnection) -> None:
        """Store a row before returning. Raise StoreError."""
        settings: dict[str, Any] = {"base_url": row.base_url, "fields": dict(row.fields)}
        settings |= {name: value for name in ("proxy", "ca_file") if (value := getattr(row, name))}
        fields = self._encrypt(settings, row.name, row.kind, "fields")
        token = None if row.token is None else self._encrypt(row.token.as_json(), row.name, row.kind, "token")
        with self._open_db() as db:
            db.execute(_WRITE, (row.name, row.kind, fields, token, row.state, row.updated_at))

    def prepare_token(self, row: StoredConnection) -> None:
        """Store the row with the refresh token that is about to be spent, and reserve a slot for the next one.

        Raise StoreError.
        """
        self.write(row)
        slot = self._get_slot(row.name)
        try:
            slot.reserve()
            slot.clear()
        except OSError as error:
            raise StoreError(f"{slot.file} cannot be written: {error.strerror or error}") from None

    def write_token(self, row: StoredConnection) -> None:
        """Store a row with a new token: in the slot, which has its room already, and then in the database.

        Raise StoreError if neither can be written.
        """
        slot, error = self._get_slot(row.name), None
        assert row.token is not None
        record = self._encrypt(row.token.as_json(), row.name, row.kind, "slot")
        try:
            slot.write(record)
        except OSError as slot_error:
            error = StoreError(f"{slot.file} cannot be written: {slot_error.strerror or slot_error}")
        try:
            self.write(row)
        except StoreError as database_error:
            if error is not None:
                raise error from None
            _log.warning("A new token is in %s only, until the store can be written: %s", slot.file, database_error)
            return
        with contextlib.suppress(OSError):
            slot.clear()

    def _get_slot(self, name: str) -> TokenSlot:
        return TokenSlot(self._folder / "slots" / hashlib.sha256(name.encode()).hexdigest()[:32])

    def _adopt_new_token(self, row: StoredConnection) -> StoredConnection:
        """Return the row with the token of its slot, if that token was issued for the row's refresh token."""
        try:
            record = self._get_slot(row.name).read()
        except OSError:
            return row
        if record is None or row.token is None:
            return row
        try:
            token = Token.from_json(self._decrypt(record, row.name, row.kind, "slot"))
        except (encryption.DecryptionError, ValueError, TypeError, KeyError, AttributeError, OSError):
            return row
        return replace(row, token=token, state=READY) if token.previous_refresh == row.token.refresh else row

    def remove(self, name: str) -> bool:
        """Remove a row and return whether there was one. Raise StoreError."""
        with contextlib.suppress(OSError):
            self._get_slot(name).file.unlink(missing_ok=True)
        with self._open_db() as db:
            return db.execute("DELETE FROM connection WHERE name = ?", (name,)).rowcount > 0

    def list_names(self) -> list[str]:
        """Return all names in alphabetical order."""
        with self._open_db() as db:
            return [name for (name,) in db.execute("SELECT name FROM connection ORDER BY name")]

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold the lock of a name: an empty file, which the operating system unlocks when its holder dies.

        If no lock file can be created, nothing can be shared either, and there is nothing to lock. Raise TimedOut.
        """
        file = self._folder / "locks" / hashlib.sha256(name.encode()).hexdigest()[:32]
        try:
            file.parent.mkdir(mode=0o700, exist_ok=True)
            handle = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            yield
            return
        self._lock_handles.add(handle)
        try:
            self._acquire_lock(handle)
            yield
        finally:
            self._lock_handles.discard(handle)
            os.close(handle)

    def reset_after_fork(self) -> None:
        """Close the locks of the parent's threads; each is held until every process has closed it."""
        for handle in self._lock_handles:
            os.close(handle)
        self._lock_handles = set()

    def _acquire_lock(self, handle: int) -> None:
        waited = 0.0
        while not _try_lock(handle):
            if waited >= self._lock_timeout:
                raise TimedOut(
                    f"Another process has been requesting a token for this connection for {self._lock_timeout:.0f} "
                    "seconds. Retry; if this continues, end that process."
                )
            self._sleep(_LOCK_INTERVAL)
            waited += _LOCK_INTERVAL

    def _create_file(self) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Created before SQLite does it, so that no other user can read the file at any moment.
            os.close(os.open(self._file, os.O_RDONLY | os.O_CREAT, 0o600))
            if os.name == "posix" and self._file.stat().st_mode & 0o077:
                self._file.chmod(0o600)
        except OSError as error:
            raise StoreError(f"{self._folder} cannot be used: {error.strerror}") from None
        with self._open_db() as db:
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'connection'").fetchone():
                db.executescript(_SCHEMA)

    @contextmanager
    def _open_db(self) -> Iterator[sqlite3.Connection]:
        try:
            with database_lock, closing(sqlite3.connect(self._file, timeout=10)) as db, db:
                yield db
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise StoreError(f"{self._file} cannot be used: {error}") from None
            raise ConnectionFailed(
                f"{self._file} is not a store of connections, or is damaged. Move it away and connect again.",
                reconnect=True,
            ) from None

    def _encrypt(self, value: Mapping[str, Any], name: str, kind: str, column: str) -> bytes:
        try:
            key = self._get_key()
        except encryption.DecryptionError:
            raise encryption.build_decryption_error(name) from None
        except OSError as error:
            raise StoreError(f"no key can be stored in {self._folder}: {error.strerror}") from None
        return encryption.encrypt(key, json.dumps(value).encode(), _build_context(name, kind, column))

    def _decrypt(self, ciphertext: bytes, name: str, kind: str, column: str) -> dict[str, Any]:
        plaintext = encryption.decrypt(self._get_key(), ciphertext, _build_context(name, kind, column))
        value: dict[str, Any] = json.loads(plaintext)
        return value

    def _get_key(self) -> bytes:
        if self._key is None:
            self._key = encryption.find_key(self._folder, self._get_salt)
        return self._key

    def _get_salt(self) -> bytes:
        with self._open_db() as db:
            db.execute("INSERT OR IGNORE INTO about VALUES ('salt', ?)", (secrets.token_bytes(16),))
            (salt,) = db.execute("SELECT value FROM about WHERE word = 'salt'").fetchone()
        return bytes(salt)


def _try_lock(handle: int) -> bool:
    """Lock a file unless it is locked. A file system without locks shares nothing that would have to be locked."""
    try:
        if sys.platform != "win32":
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    except OSError as error:
        return error.errno not in (errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK)
    return True


def _build_context(name: str, kind: str, column: str) -> bytes:
    return json.dumps(["zoom-component", name, kind, column]).encode()
