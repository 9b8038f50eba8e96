"""Run contenders as processes: rounds inside one that stays, whole processes, and servers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from bench.peers.environments import PeerUnavailable
from bench.peers.figures import Measurement, add_measurements, order_round

_MEMORY_UNIT = 1 if sys.platform == "darwin" else 1024
Note = Callable[[str], None]
_KEPT = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "XDG_CACHE_HOME")


class Contender(NamedTuple):
    """Describe a process that competes: its name in the table, its command, and what its environment adds."""

    name: str
    command: Sequence[str]
    variables: Mapping[str, str] = {}
    stdin: Path | None = None

    def build_environment(self) -> dict[str, str]:
        """Return the whole environment of the process: nothing of the caller's settings leaks into a contender."""
        return {**{name: os.environ[name] for name in _KEPT if name in os.environ}, **self.variables}


class Work(NamedTuple):
    """Describe what each contender does in a round: `slices` times the job, which returns `expected`."""

    job: str
    calls: int
    expected: object
    slices: int = 1


class RoundsProcess:
    """Drive a contender that speaks the protocol of contenders/rounds.py."""

    def __init__(self, contender: Contender) -> None:
        self._name = contender.name
        self._process = subprocess.Popen(
            contender.command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=contender.build_environment(),
        )
        self._read_line("ready")

    def run(self, work: Work) -> Measurement:
        """Return what one slice cost. Raise PeerUnavailable when the contender fails or does other work."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{work.job} {work.calls}\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._read_line("{"))
        if answer["result"] != work.expected:
            raise PeerUnavailable(f"{self._name}: expected {work.expected}, got {answer['result']}")
        return Measurement(answer["cpu"], answer["wall"], answer["memory"])

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()

    def _read_line(self, start: str) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line.startswith(start):
            self._process.kill()
            reason = self._process.communicate()[1].strip().splitlines()
            raise PeerUnavailable(f"{self._name} failed: {reason[-1][:160] if reason else 'it ended'}")
        return line


def run_rounds(
    contenders: Sequence[Contender], work: Work, rounds: int, note: Note
) -> tuple[dict[str, list[Measurement]], dict[str, str]]:
    """Return the cost of one call or list by round and contender, and why some could not take part.

    Each contender stays in one process and does one slice to warm up. The slices of a round take turns, so that a
    machine that is busy for a second is busy for everybody.
    """
    results: dict[str, list[Measurement]] = {}
    failures: dict[str, str] = {}
    with ExitStack() as stack:
        running: list[tuple[str, RoundsProcess]] = []
        for contender in contenders:
            try:
                process = RoundsProcess(contender)
                stack.callback(process.stop)
                process.run(work)
            except PeerUnavailable as error:
                failures[contender.name] = str(error)
            else:
                running.append((contender.name, process))
                results[contender.name] = []
        for number in range(rounds):
            parts: dict[str, list[Measurement]] = {name: [] for name, _ in running}
            for turn in range(work.slices):
                note(f"{work.job}: round {number + 1} of {rounds}, slice {turn + 1} of {work.slices}")
                for name, process in order_round(running, number + turn):
                    parts[name].append(process.run(work))
            for name, measurements in parts.items():
                results[name].append(add_measurements(measurements).divide(work.calls * work.slices))
    return results, failures


def run_fresh_rounds(
    contenders: Sequence[Contender], work: Work, rounds: int, note: Note
) -> dict[str, list[Measurement]]:
    """Return what a job costs when it is the first one of its process, by round and contender."""
    results: dict[str, list[Measurement]] = {contender.name: [] for contender in contenders}
    for number in range(rounds):
        note(f"{work.job} in a new process: round {number + 1} of {rounds}")
        for contender in order_round(contenders, number):
            process = RoundsProcess(contender)
            try:
                results[contender.name].append(process.run(work))
            finally:
                process.stop()
    return results


def run_whole(contender: Contender) -> Measurement:
    """Run a process from start to end; return its CPU, wall time and peak memory, and that of its own children."""
    start = time.perf_counter()
    with open(contender.stdin or os.devnull, "rb") as source, open(os.devnull, "wb") as sink:
        process = subprocess.Popen(
            contender.command, stdin=source, stdout=sink, stderr=subprocess.PIPE, env=contender.build_environment()
        )
        assert process.stderr is not None
        message = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stderr.close()
    if process.returncode:
        lines = message.decode("utf-8", "replace").strip().splitlines()
        raise PeerUnavailable(f"{contender.name} failed: {lines[-1][:160] if lines else process.returncode}")
    wall = time.perf_counter() - start
    return Measurement(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * _MEMORY_UNIT)


def run_whole_rounds(
    contenders: Sequence[Contender],
    rounds: int,
    note: Note,
    prepare: Callable[[], None] = lambda: None,
    repeats: int = 1,
) -> tuple[dict[str, list[Measurement]], dict[str, str]]:
    """Return the rounds of whole processes, and the reasons of those that failed; one process each warms up.

    A round is the mean of `repeats` processes, which take turns. `prepare` is called before each of them.
    """
    results: dict[str, list[Measurement]] = {}
    failures: dict[str, str] = {}
    for contender in contenders:
        try:
            run_whole(contender)
            results[contender.name] = []
        except PeerUnavailable as error:
            failures[contender.name] = str(error)
    running = [contender for contender in contenders if contender.name in results]
    for number in range(rounds):
        parts: dict[str, list[Measurement]] = {name: [] for name in results}
        for turn in range(repeats):
            note(f"round {number + 1} of {rounds}, process {turn + 1} of {repeats}")
            for contender in order_round(running, number + turn):
                prepare()
                parts[contender.name].append(run_whole(contender))
        for name, measurements in parts.items():
            results[name].append(add_measurements(measurements).divide(repeats))
    return results, failures


@contextmanager
def run_server(command: Sequence[str], variables: Mapping[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a server until the block ends; yield its process and the first line that it prints."""
    contender = Contender("server", command, variables)
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=contender.build_environment()
    ) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().strip()
        finally:
            process.terminate()
            try:
                process.communicate(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
