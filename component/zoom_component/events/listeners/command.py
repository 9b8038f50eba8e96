"""Run a program for each event, without a shell.

The event's body is its stdin, its exit code is the outcome: 0 acknowledges the event, 65 (EX_DATAERR) rejects it for
good, and any other code means a retry.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from zoom_component.events.listeners.listener import Delivery, Reject, Retry
from zoom_component.forked_processes import ProcessLocal, registered

__all__ = ["EXIT_REJECT", "CommandFailed", "CommandHandler"]

EXIT_REJECT = 65  # EX_DATAERR of sysexits.h
_GUARD = str(Path(__file__).with_name("command_guard.py"))
_GRACE_PERIOD = 6.0  # seconds past the timeout in which the guard has to respond
_TAIL = 1500  # characters of the end of stderr that go into the error
# Variables that every program gets. All others of this process's environment have to be named.
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SYSTEMROOT", "VIRTUAL_ENV")


class CommandFailed(Retry):
    """Report a program that ended with an exit code other than 0 or was stopped."""


class CommandHandler(ProcessLocal):
    """Run a program for each event. `env_names` are further environment variables that it gets.

    The program and everything that it started end together: when it ends, at the timeout, and when this process dies.
    """

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
        self._running: set[socket.socket] = set()
        registered.add(self)

    def reset_after_fork(self) -> None:
        """Close the sockets of the parent's programs, which end when no process holds them any more."""
        for control in self._running:
            control.close()
        self._guard, self._running = Lock(), set()

    def handle(self, delivery: Delivery, timeout: float) -> None:
        """Start the program and wait until it ends; kill it at the timeout (seconds)."""
        outcome = self._run_program(delivery, timeout)
        if "errno" in outcome:
            raise OSError(outcome["errno"], os.strerror(outcome["errno"]), self._arguments[0])
        tail = _format_tail(outcome.get("stderr", ""))
        if outcome.get("left"):
            tail = f"; {outcome['left']} of its processes could not be ended{tail}"
        if outcome["reason"]:
            raise CommandFailed(f"the program was stopped: it did not end within {timeout:g} seconds{tail}")
        code = outcome["code"]
        if code == 0:
            return
        message = f"exit code {code}" if code >= 0 else f"the program was ended by signal {-code}"
        raise (Reject if code == EXIT_REJECT else CommandFailed)(f"{message}{tail}")

    def close(self) -> None:
        """Kill the programs that still run."""
        with self._guard:
            running = list(self._running)
        for control in running:
            _request_stop(control)

    def _run_program(self, delivery: Delivery, timeout: float) -> dict[str, Any]:
        """Run the program under a guard process (see command_guard), and return what the guard responds."""
        request = {"arguments": self._arguments, "environment": self._build_environment(delivery), "timeout": timeout}
        own, other = socket.socketpair()
        with own, tempfile.TemporaryFile() as stdin:
            stdin.write(delivery.event.raw)
            stdin.seek(0)
            with other:
                guard = subprocess.Popen(
                    [sys.executable, "-I", "-S", _GUARD, str(other.fileno())], stdin=stdin,
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=self._folder,
                    pass_fds=[other.fileno()], start_new_session=True,
                )  # fmt: skip
            with self._guard:
                self._running.add(own)
            try:
                own.sendall(json.dumps(request).encode() + b"\n")
                return _receive_response(own, timeout + _GRACE_PERIOD)
            except OSError as error:
                raise CommandFailed(f"the program could not be watched: {error.strerror or error}") from None
            finally:
                with self._guard:
                    self._running.discard(own)
                _request_stop(own)
                _end_guard(guard)

    def list_secrets(self) -> Iterable[str]:
        """Return the values of the variables that are passed by name; they are presumably secret."""
        return [value for name in self._secret_names if len(value := self._environ.get(name, "")) >= 8]

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


def _receive_response(control: socket.socket, timeout: float) -> dict[str, Any]:
    """Return the guard's response. Raise OSError if none comes in time."""
    deadline, response = time.monotonic() + timeout, b""
    while not response.endswith(b"\n"):
        control.settimeout(max(deadline - time.monotonic(), 0.001))
        if not (data := control.recv(65_536)):
            raise ConnectionResetError("its guard process ended")
        response += data
    outcome: dict[str, Any] = json.loads(response)
    return outcome


def _request_stop(control: socket.socket) -> None:
    """Make the guard kill the program; it still responds."""
    with contextlib.suppress(OSError):
        control.shutdown(socket.SHUT_WR)


def _end_guard(guard: subprocess.Popen[bytes]) -> None:
    try:
        guard.wait(_GRACE_PERIOD)
    except subprocess.TimeoutExpired:
        guard.kill()
        guard.wait()


def _format_tail(stderr: str) -> str:
    """Return the end of stderr after a colon; "" for an empty stderr."""
    text = stderr.strip()[-_TAIL:]
    return f": {text}" if text else ""
