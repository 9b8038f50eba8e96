"""Write files that only their owner may read: recordings, logs of runs, fixtures.

A symbolic link is never followed, a file of somebody else is never written, and a file that others may read loses
those rights. A new content replaces the old one as a whole, or not at all.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

__all__ = ["append_private_line", "check_private_target", "create_private_file", "write_private_file"]

_MODE = 0o600
_OTHERS = 0o077
_NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


def write_private_file(path: Path, text: str) -> None:
    """Write a file as a whole. Raise OSError for a symbolic link, and for a file that somebody else owns.

    A device or a pipe is written to, but not replaced.
    """
    status = check_private_target(path)
    if status is not None and not stat.S_ISREG(status.st_mode):
        _write_all(os.open(path, os.O_WRONLY | _NO_FOLLOW), text)
        return
    # Beside the target, since a file can only be renamed inside of its file system.
    draft = path.with_name(f".{path.name[:200]}.{os.urandom(8).hex()}")
    try:
        _write_all(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW, _MODE), text, sync=True)
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def create_private_file(path: Path, text: str) -> None:
    """Write a new file. Raise FileExistsError if there is one, or a symbolic link."""
    _write_all(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW, _MODE), text)


def append_private_line(path: Path, line: str) -> None:
    """Append one line to a file, at once. Raise OSError for a symbolic link, and for a file that somebody else owns.

    A last line that was cut off, by a full disk for example, is ended first.
    """
    check_private_target(path)
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | _NO_FOLLOW, _MODE)
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        status = os.fstat(descriptor)
        _check_owner(path, status)
        is_cut_off = False
        if stat.S_ISREG(status.st_mode):
            if status.st_mode & _OTHERS:
                os.fchmod(descriptor, stat.S_IMODE(status.st_mode) & ~_OTHERS)
            is_cut_off = status.st_size > 0 and os.pread(descriptor, 1, status.st_size - 1) != b"\n"
        content = memoryview((b"\n" if is_cut_off else b"") + line.encode() + b"\n")
        while content:
            content = content[file.write(content) :]


def check_private_target(path: Path) -> os.stat_result | None:
    """Return the status of the file, None if there is none. Raise OSError if it must not be written."""
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(status.st_mode):
        raise OSError(0, "it is a symbolic link; name the file itself")
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(0, "it is a folder")
    _check_owner(path, status)
    return status


def _check_owner(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode) or not hasattr(os, "geteuid"):
        return
    if status.st_uid != os.geteuid():
        raise PermissionError(0, "another user owns it; choose another name")
    if status.st_nlink > 1:
        raise PermissionError(0, "it has a second name (a hard link); choose another name")


def _write_all(descriptor: int, text: str, *, sync: bool = False) -> None:
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        if sync:
            file.flush()
            os.fsync(descriptor)
