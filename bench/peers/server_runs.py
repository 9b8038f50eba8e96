"""Start servers that compete, load them from a sender process, and measure the CPU that each of them used."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from bench.peers.bench_run import REPOSITORY, BenchRun
from bench.peers.environments import PeerUnavailable
from bench.peers.figures import Measurement, add_measurements, order_round
from bench.peers.processes import Contender

BARE = "uvicorn"


class RunningServer(NamedTuple):
    """Hold a server: its name in the table, its process and its port."""

    name: str
    pid: int
    port: int


class Sender:
    """Drive the process of servers/sender.py."""

    def __init__(self, run: BenchRun) -> None:
        command = [str(run.find_python("servers")), "-m", "bench.peers.servers.sender"]
        environment = Contender("sender", command, {"PYTHONPATH": str(REPOSITORY)}).build_environment()
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        assert self._process.stdout is not None
        self._process.stdout.readline()

    def send(self, kind: str, port: int, count: int, *more: object, status: int = 200) -> dict[str, Any]:
        """Return what the sender reports. Raise PeerUnavailable when an answer has another status."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(kind, port, count, *more, file=self._process.stdin, flush=True)
        line = self._process.stdout.readline()
        if not line:
            raise PeerUnavailable("the sender failed")
        report: dict[str, Any] = json.loads(line)
        if report["statuses"] != {str(status): count}:
            raise PeerUnavailable(f"expected {count} answers with {status}, got {report['statuses']}")
        return report

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


def read_cpu_seconds(pid: int) -> float:
    """Return the CPU seconds of a process that is running, of all its threads and of its children."""
    folder = Path("/proc", str(pid), "task")
    if not folder.is_dir():
        raise PeerUnavailable("the CPU time of servers is read from /proc, which this system does not have")
    total = 0.0
    for task in folder.iterdir():
        total += int((task / "schedstat").read_text().split()[0]) / 1e9
        for child in (task / "children").read_text().split():
            total += read_cpu_seconds(int(child))
    return total


@contextmanager
def run_competitor(
    name: str, command: Sequence[str], variables: Mapping[str, str], log: Path
) -> Iterator[RunningServer]:
    """Run a server until the block ends. Its first line on stdout is its port, or JSON with its URL."""
    environment = Contender(name, command, variables).build_environment()
    with log.open("wb") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment)
        try:
            assert process.stdout is not None
            yield RunningServer(name, process.pid, _parse_port(name, process.stdout.readline(), log))
        finally:
            process.terminate()
            try:
                process.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()


def _parse_port(name: str, line: str, log: Path) -> int:
    if not line.strip():
        lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise PeerUnavailable(f"{name} did not start: {lines[-1][:160] if lines else 'it ended'}")
    address = json.loads(line)
    return address if isinstance(address, int) else int(address["url"].partition("://")[2].split("/")[0].split(":")[1])


class Load(NamedTuple):
    """Describe what is sent to each server in a round: `slices` times some requests over some connections."""

    kind: str
    requests: int
    connections: int
    slices: int
    status: int = 200
    file: str = ""


def run_load(
    run: BenchRun, sender: Sender, servers: Sequence[RunningServer], load: Load, label: str
) -> dict[str, list[Measurement]]:
    """Return what one request cost each server, by round; the slices of a round take turns."""
    results: dict[str, list[Measurement]] = {server.name: [] for server in servers}
    for server in servers:
        _measure_slice(sender, server, load)
    for number in range(run.rounds):
        parts: dict[str, list[Measurement]] = {server.name: [] for server in servers}
        for turn in range(load.slices):
            run.report(f"{label}: round {number + 1} of {run.rounds}, slice {turn + 1} of {load.slices}")
            for server in order_round(servers, number + turn):
                parts[server.name].append(_measure_slice(sender, server, load))
        for name, measurements in parts.items():
            results[name].append(add_measurements(measurements).divide(load.requests * load.slices))
    return results


def _measure_slice(sender: Sender, server: RunningServer, load: Load) -> Measurement:
    before = read_cpu_seconds(server.pid)
    more = [load.file] if load.file else []
    report = sender.send(load.kind, server.port, load.requests, load.connections, *more, status=load.status)
    time.sleep(0.01)  # what the server does after its last answer counts
    return Measurement(read_cpu_seconds(server.pid) - before, report["wall"])


def build_bare_server(run: BenchRun, answers: Path | None = None) -> tuple[list[str], dict[str, str]]:
    """Return the command and the variables of bare uvicorn."""
    variables = {"PYTHONPATH": str(REPOSITORY), **({"BENCH_ANSWERS": str(answers)} if answers else {})}
    return [str(run.find_python("servers")), "-m", "bench.peers.servers.bare_app"], variables


def require_proc() -> None:
    """Raise PeerUnavailable where the CPU time of a running process cannot be read."""
    read_cpu_seconds(os.getpid())
