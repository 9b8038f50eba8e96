"""Run workers of the project and of other queues on PostgreSQL, one after another, each with jobs of its own."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from bench.peers.bench_run import HERE, PROJECT, BenchRun
from bench.peers.environments import PeerUnavailable
from bench.peers.processes import Contender

LISTENER = "counting"
DEADLINE = 120.0
_LISTENERS = """listeners:
  counting:
    call: counting_listener:count
    ordered: {ordered}
"""


class Reception(NamedTuple):
    """Hold what a listener noted: the time of each event, and its delay since the receipt and since it was sent."""

    moments: list[float]
    receipts: list[float]
    delays: list[float]

    @property
    def rate(self) -> float:
        """Return the events per second, without the first tenth: a worker has to start."""
        first = len(self.moments) // 10
        return (len(self.moments) - 1 - first) / (self.moments[-1] - self.moments[first])


class WorkerRun:
    """Run a worker of the project whose listener notes each event."""

    def __init__(self, run: BenchRun, inbox: str, count: int, ordered: bool = False) -> None:
        self._run, self._inbox = run, inbox
        self._output = run.folder / f"events-{time.time_ns()}.json"
        (run.folder / "counting_listener.py").write_text(
            (HERE / "programs" / "counting_listener.py").read_text(encoding="utf-8"), encoding="utf-8"
        )
        listeners = run.folder / f"listeners-{'ordered' if ordered else 'plain'}.yaml"
        listeners.write_text(_LISTENERS.format(ordered="true" if ordered else "false"), encoding="utf-8")
        variables = {
            **run.build_project_variables(),
            "BENCH_COUNT": str(count),
            "BENCH_OUTPUT": str(self._output),
        }
        command = run.build_command("inbox", "work", "--listeners", str(listeners), "--inbox", inbox)
        self._contender = Contender("worker", command, variables)

    @contextmanager
    def start(self) -> Iterator[None]:
        """Run the worker until the block ends."""
        log = self._run.folder / "worker.log"
        with log.open("wb") as errors:
            worker = subprocess.Popen(
                self._contender.command,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                env=self._contender.build_environment(),
            )
            try:
                yield
            finally:
                worker.terminate()
                try:
                    worker.wait(15)
                except subprocess.TimeoutExpired:
                    worker.kill()
                    worker.wait()

    def wait(self) -> Reception:
        """Return what the listener noted once it has had all events. Raise PeerUnavailable when that takes too long."""
        end = time.monotonic() + DEADLINE
        while not self._output.exists():
            if time.monotonic() > end:
                raise PeerUnavailable(f"expected all events within {DEADLINE:.0f} s, got fewer")
            time.sleep(0.02)
        notes: dict[str, Any] = json.loads(self._output.read_text(encoding="utf-8"))
        return Reception(notes["moments"], notes["receipts"], notes["delays"])


def fill_inbox(run: BenchRun, inbox: str, count: int, objects: int, ordered: bool = False) -> float:
    """Store new events with jobs for the listener; return the time at which they were stored."""
    arguments = [inbox, str(count), str(objects), LISTENER, *(["ordered"] if ordered else [])]
    return float(run_program(run, PROJECT, "inbox_fill.py", *arguments))


def run_program(run: BenchRun, peer: str, program: str, *arguments: str) -> str:
    """Return the last line that a program prints. Raise PeerUnavailable when it fails or takes too long."""
    python = str(run.find_python(peer))
    variables = run.build_project_variables() if peer == PROJECT else {}
    contender = Contender(peer, [python, str(HERE / "programs" / program), *arguments], variables)
    try:
        completed = subprocess.run(
            contender.command,
            capture_output=True,
            text=True,
            timeout=DEADLINE,
            env=contender.build_environment(),
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        raise PeerUnavailable(f"{program} did not end within {DEADLINE:.0f} s") from None
    if completed.returncode:
        lines = completed.stderr.strip().splitlines()
        raise PeerUnavailable(f"{program} failed: {lines[-1][:160] if lines else completed.returncode}")
    return completed.stdout.strip().rpartition("\n")[2]


def start_program(run: BenchRun, peer: str, program: str, *arguments: str) -> subprocess.Popen[str]:
    """Start a program whose stdout is read later."""
    contender = Contender(peer, [str(run.find_python(peer)), str(Path(HERE, "programs", program)), *arguments])
    return subprocess.Popen(
        contender.command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=contender.build_environment(),
    )
