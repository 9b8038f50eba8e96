"""Keep the journal of a batch: what was begun and what ended, so that another run does nothing twice.

A journal is a file of JSON lines that only its owner can read. The first line names the connection. A line of a call is
`{"line", "action", "digest"}` when its turn comes, with `"begun": true` before a request with an effect goes out, and
`{"line", "outcome", "result"}` when that has ended. The outcome is `done`, `failed` (nothing was changed) or `unknown`.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from zoom_component.cli.console import quote
from zoom_component.errors import InputError, Problem

if sys.platform != "win32":
    import fcntl

__all__ = ["BEGUN", "DONE", "FAILED", "UNKNOWN", "Journal", "JournalEntry", "compute_digest", "open_journal"]

BEGUN, DONE, FAILED, UNKNOWN = "begun", "done", "failed", "unknown"
_FORMAT = "zoom-component batch journal 1"
_OTHER_BATCH = "Use the batch that this journal was begun with, or name a new journal"
_NEW_FILE = "Name a new file"
_FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND
_SAFE_FLAGS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


class JournalEntry(NamedTuple):
    """Hold what the journal knows about a call.

    `state` is "" before anything was begun, then BEGUN, and DONE, FAILED or UNKNOWN at the end. `start` and `length`
    are the place of the record of the end, which holds the result.
    """

    action: str
    digest: str
    state: str = ""
    start: int = 0
    length: int = 0


class Journal:
    """Append what begins and what ends to an open journal.

    `entries` is what was written, by the number of the line; `unknown_lines` are those whose outcome is not known.
    `mask` replaces secrets. Every method that writes raises OSError if the disk is full; what was written before stays
    whole.
    """

    def __init__(
        self, descriptor: int, name: str, entries: dict[int, JournalEntry], mask: Callable[[str], str]
    ) -> None:
        self.entries = entries
        self.unknown_lines: list[int] = []
        self._descriptor = descriptor
        self._name = name
        self._mask = mask

    def check_line(self, number: int, action: str, digest: str) -> JournalEntry:
        """Return the entry of a line. Raise InputError if the journal has another call there."""
        entry = self.entries.get(number)
        if entry is None:
            entry = self.entries[number] = JournalEntry(action, digest)
            self._append({"line": number, "action": action, "digest": digest})
        elif (entry.action, entry.digest) != (action, digest):
            before, now = (each or "not a call" for each in (entry.action, action))
            change = f"{before}, and is {now} now" if before != now else f"{before} with other inputs"
            raise _build_error(self._name, f"it belongs to another batch: line {number} was {change}", _OTHER_BATCH)
        return entry

    def check_end(self, count: int) -> None:
        """Raise InputError if the journal has more lines than the batch, which ends with line `count`."""
        if (last := max(self.entries, default=0)) > count:
            problem = f"it belongs to another batch: that one has a line {last}, and this one ends with line {count}"
            raise _build_error(self._name, problem, _OTHER_BATCH)

    def read_result(self, entry: JournalEntry) -> dict[str, Any] | None:
        """Return the result of a call that has ended, without its id; None if there was no room for it."""
        os.lseek(self._descriptor, entry.start, os.SEEK_SET)
        data = b""
        while len(data) < entry.length:
            if not (rest := os.read(self._descriptor, entry.length - len(data))):
                raise OSError(errno.EIO, "the journal became shorter while it was in use")
            data += rest
        result: dict[str, Any] | None = json.loads(data)["result"]
        return result

    def begin(self, number: int) -> None:
        """Write that a request with an effect is about to go out. Call `sync` before it does."""
        self._append({"line": number, "begun": True})

    def end(self, number: int, outcome: str, result: Any) -> None:
        """Write how a call has ended. Call `sync` before the result is printed."""
        if outcome == UNKNOWN:
            self.unknown_lines.append(number)
        try:
            self._append({"line": number, "outcome": outcome, "result": result})
        except OSError:
            with contextlib.suppress(OSError):  # the end of the last block may have room for the outcome alone
                self._append({"line": number, "outcome": outcome, "result": None})
            raise

    def sync(self) -> None:
        """Wait until everything is on the disk."""
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            raise _explain_full_disk(error) from error

    def close(self) -> None:
        """Release the journal for other processes."""
        os.close(self._descriptor)

    def _append(self, record: dict[str, Any]) -> None:
        """Write a record, or nothing of it."""
        rest = self._mask(_encode(record)).encode()
        size = os.fstat(self._descriptor).st_size
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError as error:
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, size)
            raise _explain_full_disk(error) from error


def open_journal(name: str, connection: str, base_url: str, mask: Callable[[str], str]) -> Journal:
    """Open a journal, or create one, for the batch of a connection. `mask` replaces secrets in what is written.

    Raise InputError for a file that is not a journal, is one of another connection, is in use, or is not private.
    """
    try:
        descriptor = os.open(name, _FLAGS | _SAFE_FLAGS, 0o600)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "not a valid file name").lower()
        is_link = getattr(error, "errno", 0) == errno.ELOOP
        problem = "it is a link" if is_link else f"it cannot be opened: {reason}"
        raise _build_error(name, problem) from None
    try:
        _check_file(descriptor, name)
        entries = _load_entries(descriptor, name, {"journal": _FORMAT, "connection": connection, "base_url": base_url})
        _sync_folder(name)
    except BaseException:
        os.close(descriptor)
        raise
    return Journal(descriptor, name, entries, mask)


def compute_digest(value: Any) -> str:
    """Return a digest of a call or a line; the order of keys does not matter."""
    if isinstance(value, bytes):
        return sha256(value).hexdigest()
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _check_file(descriptor: int, name: str) -> None:
    """Lock a journal and make it private."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise _build_error(name, "it is not a regular file", _NEW_FILE)
    if sys.platform == "win32":
        return
    if status.st_uid != os.geteuid() or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise _build_error(name, "another user owns it or can write it", "Name a file of yours with mode 600")
    os.fchmod(descriptor, stat.S_IRUSR | stat.S_IWUSR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise _build_error(
            name, "another process is running a batch with it", "Wait until that has ended, or name another journal"
        ) from None
    except OSError:  # a file system without locks
        return


def _load_entries(descriptor: int, name: str, header: dict[str, str]) -> dict[int, JournalEntry]:
    """Read a journal, or write the first line of a new one."""
    expected = _encode(header).encode()
    with open(descriptor, "rb", closefd=False) as file:
        first = file.readline()
        if not first.endswith(b"\n"):
            # Killed while the first line was written: nothing had begun.
            if not expected.startswith(first):
                raise _build_error(name, "it is not a journal of a batch", _NEW_FILE)
            os.ftruncate(descriptor, 0)
            os.write(descriptor, expected)
            os.fsync(descriptor)
            return {}
        _check_header(first, header, name)
        entries: dict[int, JournalEntry] = {}
        size = len(first)
        for position, record in enumerate(file, 2):
            if not record.endswith(b"\n"):
                break
            _add_record(entries, record, size, name, position)
            size += len(record)
    os.ftruncate(descriptor, size)  # a record that a kill has cut off
    return entries


def _check_header(line: bytes, header: dict[str, str], name: str) -> None:
    try:
        found = json.loads(line)
        is_journal = found["journal"] == _FORMAT
    except (ValueError, KeyError, TypeError, RecursionError):
        is_journal = False
    if not is_journal:
        raise _build_error(name, "it is not a journal of a batch", _NEW_FILE)
    if found != header:
        raise _build_error(
            name, f"it belongs to the connection {found.get('connection')} at {found.get('base_url')}, and this batch "
            f"runs over {header['connection']} at {header['base_url']}", "Use that connection, or name a new journal",
        )  # fmt: skip


def _add_record(entries: dict[int, JournalEntry], line: bytes, start: int, name: str, position: int) -> None:
    try:
        record = json.loads(line)
        number = record["line"]
        if "digest" in record:
            entries[number] = JournalEntry(str(record["action"]), record["digest"])
        elif "outcome" in record:
            entries[number] = entries[number]._replace(state=record["outcome"], start=start, length=len(line))
        elif record["begun"]:
            entries[number] = entries[number]._replace(state=BEGUN)
    except (ValueError, KeyError, TypeError, RecursionError):
        problem = f"its line {position} is damaged, so that it is not known what was done"
        raise _build_error(name, problem, "Check in Zoom what was done, and name a new journal") from None


def _sync_folder(name: str) -> None:
    """Make the name of a new journal durable."""
    if sys.platform == "win32":
        return
    descriptor = os.open(Path(name).parent, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some file systems do it by themselves, and refuse to be asked
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _encode(record: dict[str, Any]) -> str:
    return json.dumps(record, separators=(",", ":"), allow_nan=False) + "\n"


def _explain_full_disk(error: OSError) -> OSError:
    """Return the error of a journal that cannot be written, such as that of a full disk."""
    reason = (error.strerror or "no reason given").lower()
    return OSError(error.errno, f"the journal cannot be written ({reason}), so that no other call was begun")


def _build_error(name: str, problem: str, remedy: str = "") -> InputError:
    return InputError([Problem("--journal", f"{quote(name)} cannot be used: {problem}. {remedy}".rstrip(". "))])
