"""Run one program, and end it with all its descendants: at its end, at the timeout, or when the worker is gone.

CommandHandler starts this file as a process of its own for each command, so it imports nothing of the project. On Linux
it adopts the orphans of the program (PR_SET_CHILD_SUBREAPER, https://man7.org/linux/man-pages/man2/prctl.2.html), so
that a descendant that left the session is found too. Elsewhere the program's process group is ended.

The worker sends a JSON line with `arguments`, `environment` and `timeout` (seconds) over a socket, and gets one back:
`code` (an exit code, or the negative number of a signal; None for a program that was stopped), `reason` ("", "timeout"
or "stopped"), `stderr` (its end) and `left` (how many processes could not be ended); or `errno` if nothing was started.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import signal
import sys
import time
from typing import Any

_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER
_MAX_STDERR = 16_384  # bytes of the end of stderr that are returned
_TICK = 0.5  # seconds between two looks at the parent process
_GRACE_PERIOD = 4.0  # seconds in which killed processes have to end


def run(control: int) -> dict[str, Any]:
    """Run the program that the request names, and return the response."""
    request = json.loads(_read_line(control))
    is_adopting = _become_subreaper()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the worker decides when to stop
    wakeup_reader, wakeup_writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakeup_writer, warn_on_full_buffer=False)
    stderr_reader, stderr_writer = os.pipe2(os.O_CLOEXEC)
    os.set_blocking(stderr_reader, False)
    arguments = request["arguments"]
    try:
        program = os.posix_spawnp(
            arguments[0], arguments, request["environment"], setsid=True,
            setsigdef=(signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD, signal.SIGPIPE),
            file_actions=[(os.POSIX_SPAWN_DUP2, stderr_writer, 2), (os.POSIX_SPAWN_CLOSE, control)],
        )  # fmt: skip
    except OSError as error:
        return {"errno": error.errno}
    os.close(stderr_writer)
    tail = bytearray()
    deadline, parent = time.monotonic() + request["timeout"], os.getppid()
    code, reason = None, ""
    while code is None and not reason:
        ready, _, _ = select.select(
            [control, stderr_reader, wakeup_reader], [], [], max(min(deadline - time.monotonic(), _TICK), 0)
        )
        _read_available(stderr_reader, tail)
        _read_available(wakeup_reader, bytearray())
        code = _reap(program)
        if code is None and (control in ready or os.getppid() != parent):
            reason = "stopped"
        elif code is None and time.monotonic() >= deadline:
            reason = "timeout"
    left = _kill_all(program, is_adopting)
    _read_available(stderr_reader, tail)
    return {"code": code, "reason": reason, "stderr": tail.decode("utf-8", "replace"), "left": left}


def _read_line(control: int) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        if not (data := os.read(control, 65_536)):
            sys.exit(0)  # the worker is gone already
        line += data
    return line


def _become_subreaper() -> bool:
    try:
        return sys.platform == "linux" and bool(ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0) == 0)
    except (OSError, AttributeError):
        return False


def _read_available(descriptor: int, tail: bytearray) -> None:
    """Read what is available, and keep the end of it."""
    with contextlib.suppress(BlockingIOError):
        while data := os.read(descriptor, 65_536):
            tail += data
            del tail[:-_MAX_STDERR]


def _reap(program: int) -> int | None:
    """Collect the ended children. Return the exit code of the program, if it is among them."""
    code = None
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            if pid == program:
                code = os.waitstatus_to_exitcode(status)
    return code


def _kill_all(program: int, is_adopting: bool) -> int:
    """Kill the program's group and, if this process adopts them, all descendants. Return how many are left."""
    deadline = time.monotonic() + _GRACE_PERIOD
    while True:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(program, signal.SIGKILL)
        descendants = _find_descendants(os.getpid()) if is_adopting else []
        for pid in descendants:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        _reap(program)
        if not _has_children():
            return 0
        if time.monotonic() > deadline:
            return max(len(descendants), 1)
        time.sleep(0.002)


def _has_children() -> bool:
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True


def _find_descendants(ancestor: int) -> list[int]:
    """Return the process IDs of all descendants, from the table of processes."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        with contextlib.suppress(OSError, ValueError, IndexError), open(f"/proc/{name}/stat", "rb") as file:
            # The name of a program may contain blanks and brackets: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
            parent = int(file.read().rpartition(b")")[2].split()[1])
            children.setdefault(parent, []).append(int(name))
    found: list[int] = []
    ahead = [ancestor]
    while ahead:
        ahead = [child for pid in ahead for child in children.get(pid, ())]
        found += ahead
    return found


def main() -> None:
    """Serve one request on the socket that the first argument names."""
    control = int(sys.argv[1])
    response = json.dumps(run(control), allow_nan=False).encode() + b"\n"
    with contextlib.suppress(OSError):  # the worker may be gone
        while response:
            response = response[os.write(control, response) :]


if __name__ == "__main__":
    main()
