"""A listener that is a program: the event on its stdin, its exit code the outcome.

0 is done, 65 (the event can never be handled) is not tried again, any other is. No shell is involved.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import IO

from zoom_component.events.listeners.listener import Delivery, Reject, Retry

__all__ = ["EXIT_REJECT", "CommandFailed", "CommandHandler"]

EXIT_REJECT = 65  # EX_DATAERR of sysexits.h
_TAIL = 1500  # characters of what it wrote to stderr that are kept
# What a program needs to run at all. Everything else of this process's environment has to be named.
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT", "VIRTUAL_ENV")


class CommandFailed(Retry):
    """A program that ended with another code than 0, or was ended."""


class CommandHandler:
    """Runs a program for each event. `passed` are further variables of the environment that it may see."""

    def __init__(
        self, arguments: Sequence[str], folder: Path | None = None, env_names: Sequence[str] = (),
        environ: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self._words = list(arguments)
        self._folder = folder
        self._passed = (*_INHERITED, *env_names)
        self._own = tuple(env_names)
        self._environ = os.environ if environ is None else environ
        self._guard = Lock()
        self._running: set[subprocess.Popen[bytes]] = set()

    def handle(self, delivery: Delivery, timeout: float) -> None:
        """Start it, and wait for its end."""
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said:
            given.write(delivery.event.raw)
            given.seek(0)
            process = subprocess.Popen(
                self._words, stdin=given, stdout=subprocess.DEVNULL, stderr=said, cwd=self._folder,
                env=self._environment(delivery), start_new_session=True,
            )  # fmt: skip
            with self._guard:
                self._running.add(process)
            try:
                code = process.wait(timeout)
            except subprocess.TimeoutExpired:
                raise CommandFailed(
                    f"it was ended: it was not done within {timeout:g} seconds{_read_tail(said)}"
                ) from None
            finally:
                self._kill_and_forget(process)
            if code == 0:
                return
            told = f"exit code {code}" if code >= 0 else f"it was ended by signal {-code}"
            raise (Reject if code == EXIT_REJECT else CommandFailed)(f"{told}{_read_tail(said)}")

    def close(self) -> None:
        """End what still runs."""
        with self._guard:
            running = list(self._running)
        for process in running:
            _kill_process_group(process)

    def list_secrets(self) -> Iterable[str]:
        """What it was passed by name: nobody names a variable for its fame."""
        return [value for name in self._own if len(value := self._environ.get(name, "")) >= 8]

    def _kill_and_forget(self, process: subprocess.Popen[bytes]) -> None:
        """Nothing that it started goes on without it."""
        _kill_process_group(process)
        process.wait()
        with self._guard:
            self._running.discard(process)

    def _environment(self, delivery: Delivery) -> dict[str, str]:
        """Ids only: what happened is on stdin, where `ps` shows nothing."""
        known = {name: self._environ[name] for name in self._passed if name in self._environ}
        return known | {
            "INBOX_ID": str(delivery.id),
            "INBOX_KEY": delivery.key,
            "INBOX_EVENT": delivery.event.name.encode("utf-8", "replace").decode().replace("\0", ""),
            "INBOX_LISTENER": delivery.listener,
            "INBOX_ATTEMPT": str(delivery.attempt),
        }


def _kill_process_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _read_tail(said: IO[bytes]) -> str:
    """The end of what it wrote to stderr, after a colon; "" for nothing."""
    size = said.seek(0, os.SEEK_END)
    said.seek(max(0, size - 4 * _TAIL))
    text = said.read().decode("utf-8", "replace").strip()[-_TAIL:]
    return f": {text}" if text else ""
