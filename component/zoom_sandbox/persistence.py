"""Keep an account's state in an SQLite file: a snapshot shortly after each change, and one at the end.

A snapshot holds the account's stores as typed objects, and the pending deliveries. Reading it creates objects of the
sandbox's own classes and of a few built-in ones only, so that a file from elsewhere cannot run code.
"""

from __future__ import annotations

import copyreg
import ctypes
import hashlib
import io
import logging
import pickle
import re
import sqlite3
import time
from functools import partial
from pathlib import Path
from threading import Condition, Thread
from typing import Any

from zoom_sandbox.account import Account, SandboxOptions
from zoom_sandbox.clock import OffsetClock
from zoom_sandbox.documents import SandboxInputError
from zoom_sandbox.engine import SandboxEngine
from zoom_sandbox.events import EventPublisher
from zoom_sandbox.forked_processes import registered
from zoom_sandbox.oauth import OAuth

MIN_PAUSE = 0.05  # seconds from a change to its snapshot, while snapshots are quick
RETRY_PAUSE = 1.0  # seconds from a snapshot that the disk refused to the next try
PAUSE_FACTOR = 10  # the pause after a slow snapshot, as a multiple of the time that it took
_log = logging.getLogger("zoom_sandbox")
_TABLE = "create table if not exists account (only integer primary key check (only = 1), code text, state blob)"
_WRITE = "insert into account values (1, ?, ?) on conflict do update set code = excluded.code, state = excluded.state"
_BUILT_IN = {("random", "Random"), ("builtins", "frozenset"), ("builtins", "set"), ("collections", "deque")}
# The modules whose classes are state.
_STATE_MODULES = re.compile(r"zoom_sandbox\.(?:ids|page_tokens|oauth|rate_limits|resources\..+)")


class StateFile:
    """Keep one account in one file, which is locked from `open` to `close`.

    While a snapshot cannot be written, as on a full disk, the sandbox goes on, the file holds the last one that could,
    and the next is tried each second. `error` says why, "" if all is well.
    """

    def __init__(self, engine: SandboxEngine, path: str | Path) -> None:
        self._engine, self._path = engine, path
        self._code_digest = _compute_code_digest()
        self._condition = Condition()
        self._has_changes, self._is_closed = False, True
        self.error = ""
        registered.add(self)

    def reset_after_fork(self) -> None:
        """Save nothing in the child: the file belongs to the parent."""
        self._condition = Condition()
        if not self._is_closed:
            self._engine.on_change = self._engine.account.store(EventPublisher).on_change = _do_nothing
            # SQLite does not support closing a connection of the parent, so its address is never freed.
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._connection))
            self._is_closed = True

    def open(self) -> None:
        """Restore the state from the file, if it has any, and keep the file up to date. Opening again does nothing.

        Raises SandboxInputError when the file is not a state file, comes from other code, or is in use.
        """
        if not self._is_closed:
            return
        self._connection = self._connect()
        try:
            if not self._restore():
                self._save()
        except sqlite3.Error as problem:
            self._connection.close()
            raise SandboxInputError([f"{self._path}: cannot keep the state in this file: {problem}"]) from problem
        self._has_changes, self._is_closed = False, False
        self._thread = Thread(target=self._save_changes, name="sandbox-state-file", daemon=True)
        self._thread.start()
        self._engine.on_change = self._engine.account.store(EventPublisher).on_change = self.mark_changed

    def mark_changed(self) -> None:
        """Schedule a snapshot, which another thread takes."""
        with self._condition:
            self._has_changes = True
            self._condition.notify()

    def close(self) -> None:
        """Take a last snapshot and unlock the file. Closing again does nothing.

        A snapshot that cannot be written is logged: the file keeps the last one.
        """
        if self._is_closed:
            return
        self._engine.on_change = self._engine.account.store(EventPublisher).on_change = _do_nothing
        with self._condition:
            self._is_closed = True
            self._condition.notify()
        self._thread.join()
        self._try_to_save()
        self._connection.close()

    def _save_changes(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._has_changes or self._is_closed)
                if self._is_closed:
                    return
                self._has_changes = False
            started_at = time.monotonic()
            is_saved = self._try_to_save()
            with self._condition:
                self._has_changes = self._has_changes or not is_saved
                pause = max(MIN_PAUSE, PAUSE_FACTOR * (time.monotonic() - started_at), 0 if is_saved else RETRY_PAUSE)
                self._condition.wait_for(lambda: self._is_closed, pause)

    def _try_to_save(self) -> bool:
        """Take a snapshot and return whether it is stored. Log the first of several failures, and the recovery."""
        try:
            self._save()
        except Exception as problem:
            if not self.error:
                _log.error("%s: the state cannot be kept: %s; the sandbox goes on and tries again", self._path, problem)
            self.error = str(problem) or type(problem).__name__
            return False
        if self.error:
            _log.warning("%s: the state is kept again", self._path)
        self.error = ""
        return True

    def _connect(self) -> sqlite3.Connection:
        try:
            connection = sqlite3.connect(self._path, timeout=0.2, isolation_level=None, check_same_thread=False)
            connection.execute("pragma locking_mode = exclusive")
            connection.execute("begin exclusive")
            connection.execute(_TABLE)
            connection.execute("commit")
        except sqlite3.Error as problem:
            reason = "another process has the file open" if "locked" in str(problem) else str(problem)
            raise SandboxInputError([f"{self._path}: cannot keep the state in this file: {reason}"]) from problem
        return connection

    def _save(self) -> None:
        with self._engine.lock:
            state = _take_snapshot(self._engine)
        self._connection.execute(_WRITE, (self._code_digest, state))

    def _restore(self) -> bool:
        """Restore the state, and return whether the file has any."""
        row = self._connection.execute("select code, state from account").fetchone()
        if row is None:
            return False
        if row[0] != self._code_digest:
            self._connection.close()
            raise SandboxInputError([f"{self._path}: another version of the sandbox wrote this file; delete it"])
        try:
            snapshot = _SnapshotReader(self._engine, row[1]).load()
        except (pickle.UnpicklingError, EOFError, AttributeError, TypeError, ValueError) as problem:
            self._connection.close()
            raise SandboxInputError([f"{self._path}: the state in this file is not readable; delete it"]) from problem
        account = self._engine.account
        has_random_tokens = snapshot[0].has_random_tokens
        account.restart(snapshot[0])
        account.ids, account.page_tokens, account.started_at, self._engine.clock.offset, stores, pending = snapshot
        account.stores |= stores
        if account.options.is_exposed and not has_random_tokens:  # tokens that follow from the seed can be guessed
            account.stores.pop(OAuth, None)
        account.store(EventPublisher).restore_pending(pending)
        return True


def resolve_reference(name: str) -> Any:
    """Represent in a snapshot what is not saved: the account, its clock and its options."""
    raise LookupError(f"Only the snapshot reader can resolve {name}.")


class _SnapshotReader(pickle.Unpickler):
    """Read a snapshot: the sandbox's own classes and a few built-in ones, and no functions."""

    def __init__(self, engine: SandboxEngine, state: bytes) -> None:
        super().__init__(io.BytesIO(state))
        account = engine.account
        self._references = {"account": account, "clock": engine.clock, "options": account.options}

    def find_class(self, module: str, name: str) -> Any:
        """Return a class that a snapshot may hold. Raises UnpicklingError for anything else."""
        if (module, name) == (__name__, resolve_reference.__name__):
            return self._references.__getitem__
        if (module, name) in _BUILT_IN or (_STATE_MODULES.fullmatch(module) and "." not in name):
            kind = super().find_class(module, name)
            if (module, name) in _BUILT_IN or (isinstance(kind, type) and kind.__module__ == module):
                return kind
        raise pickle.UnpicklingError(f"A snapshot may not hold {module}.{name}.")


def _do_nothing() -> None:
    """Replace `mark_changed` after the file is closed."""


def _take_snapshot(engine: SandboxEngine) -> bytes:
    account = engine.account
    stores = {kind: store for kind, store in account.stores.items() if not getattr(kind, "survives_reset", False)}
    buffer = io.BytesIO()
    pickler = pickle.Pickler(buffer, protocol=5)
    # By type, which the pickler looks up by itself: a call for each of a million objects would take most of the time.
    pickler.dispatch_table = copyreg.dispatch_table.copy()
    for kind, name in ((Account, "account"), (OffsetClock, "clock"), (SandboxOptions, "options")):
        pickler.dispatch_table[kind] = partial(_reduce_to_reference, name)
    pending = account.store(EventPublisher).list_pending()
    pickler.dump((account.ids, account.page_tokens, account.started_at, engine.clock.offset, stores, pending))
    return buffer.getvalue()


def _reduce_to_reference(name: str, thing: Any) -> tuple[Any, tuple[str]]:
    return resolve_reference, (name,)


def _compute_code_digest() -> str:
    """Return a digest of the sandbox's code: a state file is only readable by the code that wrote it."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
