"""Name what is wrong with an inbox, and say what to do about it."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path

__all__ = ["TEMPORARY", "InboxFailure", "describe_os_failure", "describe_sqlite_failure"]

# The reasons after which the same command may succeed later.
TEMPORARY = frozenset({"full", "locked", "unreachable", "files"})

_MIN_FREE_BYTES = 65_536  # less than one event of an unusual size

# Reason: what is wrong, and what to do next.
_SENTENCES: Mapping[str, tuple[str, str]] = {
    "damaged": (
        "is damaged",
        "stop the processes that use it, then restore a backup or move the file away. "
        "`sqlite3 FILE .recover` reads what is left of it",
    ),
    "foreign": ("is not an inbox", "name another file; if this one was an inbox, it is damaged: restore a backup"),
    "folder": ("is a folder, not a file", "name a file in it"),
    "full": ("cannot be written, because the disk is full", "free space on its disk; nothing else is needed"),
    "read_only": (
        "is read-only",
        "check the owner and the mode of the file and of its folder, and how its disk is mounted",
    ),
    "forbidden": ("cannot be opened", "check the owner and the mode of the file and of its folder"),
    "locked": ("is locked by another process", "end the process that holds the lock, or try again later"),
    "files": ("cannot be opened, because too many files are open", "raise the limit of open files (`ulimit -n`)"),
    "disk": ("cannot be read or written, because the disk reports an error", "check the disk and its quota"),
    "closed": ("is closed", "open it again"),
    "unknown": ("cannot be used", "check the file and its folder"),
}
# https://www.sqlite.org/rescode.html
_SQLITE_REASONS = (
    ("SQLITE_CORRUPT", "damaged"),
    ("SQLITE_NOTADB", "foreign"),
    ("SQLITE_FULL", "full"),
    ("SQLITE_READONLY", "read_only"),
    ("SQLITE_CANTOPEN", "forbidden"),
    ("SQLITE_PERM", "forbidden"),
    ("SQLITE_AUTH", "forbidden"),
    ("SQLITE_BUSY", "locked"),
    ("SQLITE_LOCKED", "locked"),
    ("SQLITE_PROTOCOL", "locked"),
    ("SQLITE_IOERR", "disk"),
    ("SQLITE_FORMAT", "damaged"),
)
_OS_REASONS: Mapping[int, str] = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EROFS: "read_only",
    errno.EISDIR: "folder",
    errno.EMFILE: "files",
    errno.ENFILE: "files",
    errno.EIO: "disk",
    errno.EFBIG: "full",
}


class InboxFailure(OSError):
    """Report an inbox that cannot be used. `reason` is a word for programs; the message says what to do next.

    The reasons: `damaged`, `foreign` (another program's), `version`, `folder`, `full`, `read_only`, `forbidden`,
    `locked`, `files` (too many are open), `disk`, `missing`, `unreachable`, `closed`, `unknown`.
    """

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason

    @property
    def is_temporary(self) -> bool:
        """Return whether the same call may succeed later."""
        return self.reason in TEMPORARY


def describe_sqlite_failure(path: Path, error: sqlite3.Error) -> InboxFailure:
    """Return what an error of SQLite means for the inbox in a file."""
    name = getattr(error, "sqlite_errorname", "") or ""
    reason = next((reason for prefix, reason in _SQLITE_REASONS if name.startswith(prefix)), "unknown")
    if isinstance(error, sqlite3.ProgrammingError) and "closed" in str(error):
        reason = "closed"
    if isinstance(error, sqlite3.OperationalError) and str(error).startswith(("no such", "table ")):
        reason = "damaged"
    if reason in ("forbidden", "disk", "read_only"):
        reason = _inspect_path(path) or reason
    return _make_failure(path, reason, str(error))


def describe_os_failure(path: Path, error: OSError) -> InboxFailure:
    """Return what an error of the operating system means for the inbox in a file."""
    return _make_failure(path, _OS_REASONS.get(error.errno or 0, "forbidden"), error.strerror or str(error))


def _make_failure(path: Path, reason: str, detail: str) -> InboxFailure:
    what, remedy = _SENTENCES[reason]
    return InboxFailure(f"the inbox {path} {what}: {detail}; {remedy.replace('FILE', path.name)}", reason)


def _inspect_path(path: Path) -> str:
    """Return the reason that shows in the file system; "" if none does. SQLite has one code for many of them."""
    if path.is_dir():
        return "folder"
    try:
        os.close(os.open(path.parent, os.O_RDONLY))
        disk = os.statvfs(path.parent)
    except OSError as error:
        return _OS_REASONS.get(error.errno or 0, "")
    except AttributeError:  # not on Windows
        return ""
    if disk.f_flag & os.ST_RDONLY:
        return "read_only"
    return "full" if disk.f_bavail * disk.f_frsize < _MIN_FREE_BYTES else ""
