"""Run a program for each event, without a shell.

The event's body is its stdin, its exit code is the outcome: 0 acknowledges the event, 65 (EX_DATAERR) rejects it for
good, and any other code means a retry.
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
_TAIL = 1500  # characters of the end of stderr that go into the error
# Variables that every program gets. All others of this process's environment have to be named.
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT", "VIRTUAL_ENV")


class CommandFailed(Retry):
    """Report a program that ended with an exit code other than 0 or was stopped."""


class CommandHandler:
    """Run a program for each event. `env_names` are further environment variables that it gets."""

    def __init__(
        self, arguments: Sequence[str], folder: Path | None = None, env_names: Sequence[str] = (),
        environ: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self._arguments = list(arguments)
        self._folder = folder
        self._env_names = (*_INHERITED, *env_names)
        self._secret_names = tuple(env_names)
        self._environ = os.environ if environ is None else environ
        self._guard = Lock()
        self._running: set[subprocess.Popen[bytes]] = set()

    def handle(self, delivery: Delivery, timeout: float) -> None:
        """Start the program and wait until it ends; kill it at the timeout (seconds)."""
        with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as stderr:
            stdin.write(delivery.event.raw)
            stdin.seek(0)
            process = subprocess.Popen(
                self._arguments, stdin=stdin, stdout=subprocess.DEVNULL, stderr=stderr, cwd=self._folder,
                env=self._build_environment(delivery), start_new_session=True,
            )  # fmt: skip
            with self._guard:
                self._running.add(process)
            try:
                code = process.wait(timeout)
            except subprocess.TimeoutExpired:
                raise CommandFailed(
                    f"the program was stopped: it did not end within {timeout:g} seconds{_read_tail(stderr)}"
                ) from None
            finally:
                self._kill_and_forget(process)
            if code == 0:
                return
            message = f"exit code {code}" if code >= 0 else f"the program was ended by signal {-code}"
            raise (Reject if code == EXIT_REJECT else CommandFailed)(f"{message}{_read_tail(stderr)}")

    def close(self) -> None:
        """Kill the programs that still run."""
        with self._guard:
            running = list(self._running)
        for process in running:
            _kill_process_group(process)

    def list_secrets(self) -> Iterable[str]:
        """Return the values of the variables that are passed by name; they are presumably secret."""
        return [value for name in self._secret_names if len(value := self._environ.get(name, "")) >= 8]

    def _kill_and_forget(self, process: subprocess.Popen[bytes]) -> None:
        """Kill the program together with everything that it started."""
        _kill_process_group(process)
        process.wait()
        with self._guard:
            self._running.discard(process)

    def _build_environment(self, delivery: Delivery) -> dict[str, str]:
        """Return the program's environment. It has ids only; `ps` shows it, so the body goes through stdin."""
        inherited = {name: self._environ[name] for name in self._env_names if name in self._environ}
        return inherited | {
            "INBOX_ID": str(delivery.id),
            "INBOX_KEY": delivery.key,
            "INBOX_EVENT": delivery.event.name.encode("utf-8", "replace").decode().replace("\0", ""),
            "INBOX_LISTENER": delivery.listener,
            "INBOX_ATTEMPT": str(delivery.attempt),
        }


def _kill_process_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _read_tail(stderr: IO[bytes]) -> str:
    """Return the end of stderr after a colon; "" for an empty stderr."""
    size = stderr.seek(0, os.SEEK_END)
    stderr.seek(max(0, size - 4 * _TAIL))
    text = stderr.read().decode("utf-8", "replace").strip()[-_TAIL:]
    return f": {text}" if text else ""
