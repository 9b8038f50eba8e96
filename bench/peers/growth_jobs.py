"""Measure an inbox with a million events: the counts of `inbox status`, and pruning half of the events."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from bench.peers.bench_run import HERE, PROJECT, BenchRun
from bench.peers.databases import Cluster
from bench.peers.environments import PeerUnavailable
from bench.peers.figures import Figure, summarize
from bench.peers.processes import Contender
from bench.peers.rows import Row, Target

EVENTS = 1_000_000


def measure_sqlite_growth(run: BenchRun) -> list[Row]:
    """Return the rows of a file with a million events, of which half are pruned; measured once."""
    return _measure(run, "SQLite", str(run.folder / "growth.db"), Target(10), Target(5))


def measure_postgres_growth(run: BenchRun) -> list[Row]:
    """Return the same rows of a PostgreSQL database."""
    return _measure(run, "PostgreSQL", Cluster().create_database("growth"), Target(50), Target())


def _measure(run: BenchRun, engine: str, address: str, status: Target, prune: Target) -> list[Row]:
    command = [str(run.find_python(PROJECT)), str(HERE / "programs" / "inbox_growth.py"), address, str(EVENTS)]
    contender = Contender(PROJECT, command, run.build_project_variables())
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=contender.build_environment(),
    ) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        last = ""
        for last in process.stderr:
            run.report(f"{engine}: {last.strip()}")
        output = process.stdout.read()
    if process.returncode:
        raise PeerUnavailable(f"inbox_growth.py failed: {last.strip()[:160]}")
    report: dict[str, Any] = json.loads(output)
    if (report["events"], report["pruned"]) != (EVENTS, EVENTS // 2):
        raise PeerUnavailable(f"expected {EVENTS} events and half of them pruned, got {report}")
    seconds: Figure = summarize(report["status"])
    return [
        Row(f"{engine}: status at {EVENTS:,} events", "-", seconds.scale(1000), status, unit="ms"),
        Row(f"{engine}: prune of {EVENTS // 2:,} events", "-", summarize([report["prune"]]), prune, unit="s"),
    ]
