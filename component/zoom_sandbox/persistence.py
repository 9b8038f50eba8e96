"""State that outlives the process: a snapshot in an SQLite file, taken shortly after a change and at the end.

A snapshot holds the account's parts as typed objects, and what is on its way to webhooks. It is read back by a reader
that makes objects of the embedded Zoom's own classes and of a few plain ones, and nothing else, so that a file from
elsewhere cannot run code.
"""

from __future__ import annotations

import copyreg
import hashlib
import io
import pickle
import re
import sqlite3
import time
from functools import partial
from pathlib import Path
from threading import Condition, Thread
from typing import TYPE_CHECKING, Any

from zoom_sandbox.account import Account, SandboxOptions
from zoom_sandbox.clock import OffsetClock
from zoom_sandbox.documents import SandboxInputError
from zoom_sandbox.events import EventPublisher

if TYPE_CHECKING:
    from zoom_sandbox.engine import SandboxEngine

MIN_PAUSE = 0.05  # seconds from a change to its snapshot, while snapshots are quick
PAUSE_FACTOR = 10  # a snapshot that takes long is followed by a pause so many times as long
_TABLE = "create table if not exists account (only integer primary key check (only = 1), code text, state blob)"
_WRITE = "insert into account values (1, ?, ?) on conflict do update set code = excluded.code, state = excluded.state"
_PLAIN = {("random", "Random"), ("builtins", "frozenset"), ("builtins", "set"), ("collections", "deque")}
# The modules whose classes are state.
_KINDS = re.compile(r"zoom_sandbox\.(?:ids|page_tokens|oauth|rate_limits|resources\..+)")


class StateFile:
    """Keeps one account in one file, which it holds from `open` to `close`."""

    def __init__(self, zoom: SandboxEngine, path: str | Path) -> None:
        self._zoom, self._path = zoom, path
        self._code = _fingerprint()
        self._wakes = Condition()
        self._due, self._ends = False, True

    def open(self) -> None:
        """Take the state from the file when there is one, and keep it from now on. Doing it again does nothing.

        Raises Mistake when it is no such file, was written by another version of the code, or is in use.
        """
        if not self._ends:
            return
        self._file = self._opened()
        if not self._restore():
            self._save()
        self._due, self._ends = False, False
        self._thread = Thread(target=self._run, name="embedded-zoom-keeper", daemon=True)
        self._thread.start()
        self._zoom.on_change = self._zoom.account.store(EventPublisher).on_change = self.mark_changed

    def mark_changed(self) -> None:
        """Say that something changed. Costs nothing: the snapshot is taken by another thread."""
        with self._wakes:
            self._due = True
            self._wakes.notify()

    def close(self) -> None:
        """Take a last snapshot and let go of the file. Doing it again does nothing."""
        if self._ends:
            return
        self._zoom.on_change = self._zoom.account.store(EventPublisher).on_change = _nothing
        with self._wakes:
            self._ends = True
            self._wakes.notify()
        self._thread.join()
        self._save()
        self._file.close()

    def _run(self) -> None:
        while True:
            with self._wakes:
                self._wakes.wait_for(lambda: self._due or self._ends)
                if self._ends:
                    return
                self._due = False
            began = time.monotonic()
            self._save()
            with self._wakes:
                self._wakes.wait_for(lambda: self._ends, max(MIN_PAUSE, PAUSE_FACTOR * (time.monotonic() - began)))

    def _opened(self) -> sqlite3.Connection:
        try:
            file = sqlite3.connect(self._path, timeout=0.2, isolation_level=None, check_same_thread=False)
            file.execute("pragma locking_mode = exclusive")
            file.execute("begin exclusive")
            file.execute(_TABLE)
            file.execute("commit")
        except sqlite3.Error as problem:
            reason = "another process has it open" if "locked" in str(problem) else str(problem)
            raise SandboxInputError([f"{self._path} cannot keep the state: {reason}"]) from problem
        return file

    def _save(self) -> None:
        with self._zoom.lock:
            state = _snapshot(self._zoom)
        self._file.execute(_WRITE, (self._code, state))

    def _restore(self) -> bool:
        row = self._file.execute("select code, state from account").fetchone()
        if row is None:
            return False
        if row[0] != self._code:
            self._file.close()
            raise SandboxInputError(
                [f"{self._path} was written by another version of the embedded Zoom; delete it to begin anew"]
            )
        try:
            found = _Reader(self._zoom, row[1]).load()
        except (pickle.UnpicklingError, EOFError, AttributeError, TypeError, ValueError) as problem:
            self._file.close()
            raise SandboxInputError(
                [f"{self._path} holds no state that can be read; delete it to begin anew"]
            ) from problem
        world = self._zoom.account
        world.restart(found[0])
        world.ids, world.page_tokens, world.started_at, self._zoom.clock.offset, parts, waiting = found
        world.stores |= parts
        world.store(EventPublisher).restore_pending(waiting)
        return True


def resolve_reference(name: str) -> Any:
    """Stands in a snapshot for what is not written: the world, its clock and its setup."""
    raise LookupError(f"{name} is known to the reader alone.")


class _Reader(pickle.Unpickler):
    """Reads state back: own classes and plain ones, no functions."""

    def __init__(self, zoom: SandboxEngine, state: bytes) -> None:
        super().__init__(io.BytesIO(state))
        self._named = {"world": zoom.account, "clock": zoom.clock, "setup": zoom.account.options}

    def find_class(self, module: str, name: str) -> Any:
        """A class of the embedded Zoom or a plain one. Raises UnpicklingError for anything else."""
        if (module, name) == (__name__, resolve_reference.__name__):
            return self._named.__getitem__
        if (module, name) in _PLAIN or (_KINDS.fullmatch(module) and "." not in name):
            found = super().find_class(module, name)
            if (module, name) in _PLAIN or (isinstance(found, type) and found.__module__ == module):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no part of an account.")


def _nothing() -> None:
    """What a change does once nothing is kept any more."""


def _snapshot(zoom: SandboxEngine) -> bytes:
    world = zoom.account
    parts = {kind: part for kind, part in world.stores.items() if not getattr(kind, "survives_reset", False)}
    target = io.BytesIO()
    writer = pickle.Pickler(target, protocol=5)
    # By type, which the pickler looks up by itself; asking for each of a million objects would take most of the time.
    writer.dispatch_table = copyreg.dispatch_table.copy()
    for kind, name in ((Account, "world"), (OffsetClock, "clock"), (SandboxOptions, "setup")):
        writer.dispatch_table[kind] = partial(_by_name, name)
    waiting = world.store(EventPublisher).list_pending()
    writer.dump((world.ids, world.page_tokens, world.started_at, zoom.clock.offset, parts, waiting))
    return target.getvalue()


def _by_name(name: str, thing: Any) -> tuple[Any, tuple[str]]:
    return resolve_reference, (name,)


def _fingerprint() -> str:
    """What tells this code from another version of it: state fits the classes that wrote it."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
