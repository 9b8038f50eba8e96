"""Compile specs once for all threads and processes of a user, and keep them in the user's cache.

The first process holds a lock while it compiles; the others wait, and read what it wrote. The operating system releases
the lock of a process that dies. If nothing can be written, or another user could change it, a process compiles once and
keeps the result in memory.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from zoom_component import paths
from zoom_component.forked_processes import ProcessLocal, registered
from zoom_component.spec.catalogue import make_stamp

if sys.platform != "win32":
    import fcntl

__all__ = ["CompilationResult", "compile_once", "write_compiled"]

CompiledSpecs = tuple[dict[str, Any], dict[tuple[str, str], dict[str, Any]]]
_LOCK_TIMEOUT = 60.0  # seconds; a process that was stopped (SIGSTOP) must not stop the others
_LOCK_INTERVAL = 0.02


class CompilationResult(NamedTuple):
    """Hold what was found in the cache, or else the index and the specs that were compiled now.

    `folder` is the folder of the cache that holds the specs, None if they are in memory only.
    """

    content: Any
    compiled_index: dict[str, Any]
    specs: Mapping[tuple[str, str], dict[str, Any]]
    folder: Path | None


class _Memory(ProcessLocal):
    """Hold what could not be written, for all catalogues of the process, and the lock of its threads."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.compiled: dict[tuple[Path, ...], tuple[str, CompiledSpecs]] = {}

    def reset_after_fork(self) -> None:
        """Replace the lock, which another thread of the parent may have held."""
        self.lock = threading.Lock()


_memory = _Memory()
registered.add(_memory)


def compile_once(
    folder: Path | None, roots: tuple[Path, ...], fingerprint: str, read: Callable[[], Any],
    compile_files: Callable[[], CompiledSpecs],
) -> CompilationResult:  # fmt: skip
    """Return compiled specs: from memory, or by `read` from the cache in `folder`, or else compiled now.

    `read` returns None if the cache has nothing usable.
    """
    with _memory.lock:
        stamp, known = _memory.compiled.get(roots, ("", None))
        if known is not None and stamp == fingerprint:
            return CompilationResult(None, *known, None)
        with _lock_folder(folder) as is_locked:
            if is_locked and (content := read()) is not None:
                return CompilationResult(content, {}, {}, folder)
            index, specs = compile_files()
            if is_locked and folder is not None:
                with contextlib.suppress(OSError):
                    write_compiled(folder, index, specs)
                    return CompilationResult(None, index, specs, folder)
            _memory.compiled[roots] = fingerprint, (index, specs)
            return CompilationResult(None, index, specs, None)


def write_compiled(folder: Path, index: Mapping[str, Any], specs: Mapping[tuple[str, str], Any]) -> None:
    """Write compiled specs to a folder. The index comes last, so that a half-written folder is never used."""
    folder.mkdir(parents=True, exist_ok=True)
    for (group, key), spec in specs.items():
        _replace_file(folder / f"{group}-{key}.json", index["fingerprint"], spec)
    _replace_file(folder / "index.json", index["fingerprint"], index)


def _replace_file(path: Path, fingerprint: str, value: Any) -> None:
    content = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode(
        "utf-8", "surrogateescape"
    )
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(make_stamp(fingerprint, content) + content)
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


@contextlib.contextmanager
def _lock_folder(folder: Path | None) -> Iterator[bool]:
    """Hold the lock of a cache folder, and yield whether the folder can be used."""
    if folder is None or not _prepare_folder(folder):
        yield False
        return
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        descriptor = os.open(folder / ".lock", flags, 0o600)
    except OSError:
        yield False
        return
    try:
        is_locked = _acquire_lock(descriptor)
        if is_locked:
            _remove_leftovers(folder)
        yield is_locked
    finally:
        # Unlocked as well as closed: a forked child may hold a copy of the descriptor.
        _release_lock(descriptor)
        os.close(descriptor)


def _prepare_folder(folder: Path) -> bool:
    """Create the folder of compiled specs, and return whether no other user can write there."""
    try:
        for parent in reversed([each for each in (folder, *folder.parents) if not each.exists()]):
            with contextlib.suppress(FileExistsError):
                parent.mkdir(mode=0o700)
        own = [folder] if os.environ.get("ZOOM_COMPONENT_CACHE") else [folder.parent, folder]
        restricted = [_restrict_mode(each) for each in own]
        if any(restricted):
            (folder / "index.json").unlink(missing_ok=True)  # another user may have written it
    except OSError:
        return False
    return paths.is_private_folder(folder)


def _restrict_mode(folder: Path) -> bool:
    """Take the permission to write from all others, and return whether they had it, as an unusual umask gives it."""
    if sys.platform == "win32":
        return False
    status = folder.lstat()
    if status.st_uid != os.geteuid() or not status.st_mode & 0o22 or folder.is_symlink():
        return False
    folder.chmod(status.st_mode & 0o7755)
    return True


def _acquire_lock(descriptor: int) -> bool:
    """Wait for the lock. Return False if its holder takes too long."""
    if sys.platform == "win32":
        return True
    deadline = time.monotonic() + _LOCK_TIMEOUT
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(_LOCK_INTERVAL)
        except OSError:  # a file system without locks
            return True


def _release_lock(descriptor: int) -> None:
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_UN)


def _remove_leftovers(folder: Path) -> None:
    """Remove the files of a process that died while it wrote."""
    for path in folder.glob(".*.tmp"):
        with contextlib.suppress(OSError):
            path.unlink()
