"""Store connections in a SQLite file, with fields and tokens encrypted.

Name and kind are stored as plain text. The encrypted fields are bound to them and to the store, and the encrypted token
is bound to the fields: no part of a row opens in another row, beside other fields, or in another store.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import RLock
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
from zoom_component.forked_processes import DatabaseUser, registered
from zoom_component.log_records import get_logger

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["EncryptedStore", "open_store"]

_log = get_logger(__name__)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS about (word TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS connection (
    name TEXT PRIMARY KEY, kind TEXT NOT NULL, fields BLOB NOT NULL, token BLOB,
    state TEXT NOT NULL, updated_at REAL NOT NULL
);
"""
_READ = "SELECT kind, fields, token, state, updated_at FROM connection WHERE name = ?"
_WRITE = "INSERT OR REPLACE INTO connection (name, kind, fields, token, state, updated_at) VALUES (?, ?, ?, ?, ?, ?)"
_VERSION = 2  # of the tables and of how rows are sealed
_LOCK_INTERVAL = 0.02


def open_store(folder: Path | None = None) -> ConnectionStore:
    """Return the store of this machine. If nothing can be written, log a warning and return one in memory."""
    try:
        return EncryptedStore(folder or paths.get_state_dir())
    except StoreError as error:
        _log.warning("Tokens are held in this process only: %s", error)
        return MemoryStore(str(error))


class EncryptedStore(DatabaseUser):
    """Store connections in `folder`/connections.db, and create the folder and the file.

    `lock_timeout` is how long to wait for the lock of another process, in seconds. Raise StoreError.
    """

    def __init__(
        self, folder: Path, *, lock_timeout: float = 60.0, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._folder = folder
        self._file = folder / "connections.db"
        self._lock_timeout = lock_timeout
        self._sleep = sleep
        self._key = encryption.StoreKey(folder, self._store_about, self._list_rows, self.lock)
        self._database_lock, self._lock_handles = RLock(), set[int]()
        self._is_current = False
        registered.add(self)
        self._create_file()

    def read(self, name: str) -> StoredConnection | None:
        """Return the row, None if there is none. Raise ConnectionFailed if it cannot be decrypted."""
        self._create_tables()
        with self._open_db() as db:
            row = db.execute(_READ, (name,)).fetchone()
        return None if row is None else self._adopt_new_token(self._decode_row(name, row))

    def _decode_row(self, name: str, row: tuple[Any, ...]) -> StoredConnection:
        kind, encrypted_fields, encrypted_token, state, updated_at = row
        try:
            settings = self._key.open(encrypted_fields, name, kind, "fields")
            token = None
            if encrypted_token is not None:
                token = Token.from_json(self._key.open(encrypted_token, name, kind, "token", encrypted_fields))
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
        except (encryption.WrongKey, OSError) as error:
            raise encryption.build_key_error(self._folder, name, error) from None
        except (encryption.DecryptionError, ValueError, TypeError, KeyError, AttributeError):
            raise encryption.build_decryption_error(name) from None

    def write(self, row: StoredConnection) -> None:
        """Store a row before returning. Raise StoreError."""
        self._create_tables()
        self._write(row)

    def _write(self, row: StoredConnection, *, use_held: bool = False) -> None:
        settings: dict[str, Any] = {"base_url": row.base_url, "fields": dict(row.fields)}
        settings |= {name: value for name in ("proxy", "ca_file") if (value := getattr(row, name))}
        fields, token = self._seal(settings, row.name, row.kind, "fields", use_held=use_held), None
        if row.token is not None:
            token = self._seal(row.token.as_json(), row.name, row.kind, "token", fields, use_held=use_held)
        with self._open_db() as db:
            db.execute(_WRITE, (row.name, row.kind, fields, token, row.state, row.updated_at))

    def prepare_token(self, row: StoredConnection) -> None:
        """Store the row whose refresh token is about to be spent, and reserve a slot for the next. Raise StoreError."""
        self.write(row)
        self._get_slot(row.name).reserve()

    def write_token(self, row: StoredConnection) -> None:
        """Store a row with a new token: in the slot of full size, then in the database. Raise StoreError."""
        slot, error = self._get_slot(row.name), None
        assert row.token is not None
        # The key that was there before the token was spent is used, also if its file has gone away or changed since.
        record = self._seal(row.token.as_json(), row.name, row.kind, "slot", use_held=True)
        try:
            slot.write(record)
        except StoreError as slot_error:
            error = slot_error
        try:
            self._write(row, use_held=True)
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
            token = Token.from_json(self._key.open(record, row.name, row.kind, "slot"))
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
        """Hold the lock of a name, an empty file. Where none can be created, nothing is shared. Raise TimedOut."""
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
            if handle in self._lock_handles:  # not in a child that was forked inside the block
                self._lock_handles.discard(handle)
                if sys.platform != "win32":
                    fcntl.flock(handle, fcntl.LOCK_UN)  # a child forked meanwhile may have a copy of the handle
                os.close(handle)

    def reset_after_fork(self) -> None:
        """Close the locks of the parent's threads; each is held until every process has closed it."""
        while self._lock_handles:
            os.close(self._lock_handles.pop())
        super().reset_after_fork()

    def _acquire_lock(self, handle: int) -> None:
        waited, limit = 0.0, self._lock_timeout
        while not _try_lock(handle):
            if waited >= limit:
                raise TimedOut(
                    f"Another process has been requesting a token for this connection for {limit:.0f} seconds. Retry; "
                    "if this continues, end that process."
                )
            self._sleep(_LOCK_INTERVAL)
            waited += _LOCK_INTERVAL

    def _create_file(self) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            paths.require_safe_parents(self._folder)
            paths.require_private_folder(self._folder, folders=("locks", "slots"), databases=(self._file.name,))
            # Created before SQLite does it, so that no other user can read the file at any moment.
            with contextlib.suppress(FileExistsError):
                os.close(os.open(self._file, os.O_RDONLY | os.O_CREAT | os.O_EXCL, 0o600))
        except OSError as error:
            raise StoreError(f"{self._folder} cannot be used: {error.strerror}") from None
        with contextlib.suppress(ConnectionFailed):  # reported when a connection is needed
            self._create_tables()

    def _create_tables(self) -> None:
        if self._is_current:
            return
        with self._open_db() as db:
            (version,) = db.execute("PRAGMA user_version").fetchone()
            tables = db.execute("SELECT 1 FROM sqlite_master").fetchall()
            if version < _VERSION and not tables:
                db.executescript(f"{_SCHEMA}PRAGMA user_version = {_VERSION};")
                version = _VERSION
        if version < _VERSION:
            from zoom_component.client.connections.store_migration import reseal_rows

            reseal_rows(self._folder, self._open_db, self._key)
        self._is_current = True

    @contextmanager
    def _open_db(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._database_lock, closing(sqlite3.connect(self._file, timeout=10)) as db, db:
                if db.execute("PRAGMA user_version").fetchone()[0] > _VERSION:
                    raise encryption.build_store_error(self._file, "was written by a newer version of this program")
                yield db
        except sqlite3.DatabaseError as error:
            # SQLITE_ERROR: a table or a column is missing (https://www.sqlite.org/rescode.html#error).
            code = getattr(error, "sqlite_errorcode", None)
            if isinstance(error, sqlite3.OperationalError) and code != sqlite3.SQLITE_ERROR:
                raise StoreError(f"{self._file} cannot be used: {error}") from None
            raise encryption.build_store_error(self._file, "is not a store of connections, or is damaged") from None

    def _seal(self, value: Mapping[str, Any], name: str, *context: str | bytes, use_held: bool = False) -> bytes:
        try:
            return self._key.seal(value, name, *context, use_held=use_held)
        except encryption.WrongKey as error:
            raise encryption.build_key_error(self._folder, name, error) from None
        except OSError as error:
            raise StoreError(f"no key can be stored in {self._folder}: {error.strerror}") from None

    def _list_rows(self) -> list[Any]:
        with self._open_db() as db:
            return db.execute("SELECT name, kind, fields FROM connection").fetchall()

    def _store_about(self, word: str, value: bytes | None) -> bytes | None:
        """Store bytes under a word unless it has some, and return what it has; with None, only return it."""
        with self._open_db() as db:
            if value is not None:
                db.execute("INSERT OR IGNORE INTO about VALUES (?, ?)", (word, value))
            row = db.execute("SELECT value FROM about WHERE word = ?", (word,)).fetchone()
        if row is not None and not isinstance(row[0], bytes):
            raise encryption.build_store_error(self._file, "is damaged")
        return None if row is None else row[0]


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
