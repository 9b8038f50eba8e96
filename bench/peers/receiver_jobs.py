"""Measure the receiver: webhooks that never came before, verified and stored, and the latency of its answers."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.peers.bench_run import HERE, BenchRun
from bench.peers.environments import PeerUnavailable, prepare_node
from bench.peers.figures import Figure, Measurement, compare_rates, summarize
from bench.peers.processes import Contender
from bench.peers.rows import NO_TARGET, Row, Target, format_figure
from bench.peers.server_runs import (
    BARE,
    Load,
    RunningServer,
    Sender,
    build_bare_server,
    require_proc,
    run_competitor,
    run_load,
)
from bench.peers.servers.deliveries import SECRET

OURS = "project listen"
EVENTS = Load("events", 1000, 32, slices=5)
RATE, SECONDS = 500, 8
LISTENERS = """listeners:
  slow:
    call: slow_listener:sleep
    timeout: 60s
"""
SLOW_LISTENER = """import time


def sleep(event):
    time.sleep(10)
"""


def measure_receiver(run: BenchRun) -> list[Row]:
    """Return the rows of webhooks verified and durably stored, against a bare server that reads them."""
    require_proc()
    missing: dict[str, str] = {}
    with ExitStack() as stack:
        sender = Sender(run)
        stack.callback(sender.stop)
        servers = [_start_bare(run, stack), start_receiver(run, stack, str(run.folder / "inbox.db"))]
        try:
            servers.append(_start_rivet(run, stack))
        except PeerUnavailable as error:
            missing["rivet"] = str(error)
        results = run_load(run, sender, servers, EVENTS, "webhooks")
    return [
        build_rate_row("webhooks stored, by CPU", results, OURS, Target(0.25, 0.40, higher=True), missing=missing),
        build_rate_row("webhooks stored, by the clock", results, OURS, quantity="wall"),
    ]


def measure_latency(run: BenchRun) -> list[Row]:
    """Return the 99th percentile of the answers at 500 events a second while a listener sleeps."""
    latencies: dict[str, list[float]] = {BARE: [], OURS: []}
    with ExitStack() as stack:
        sender = Sender(run)
        stack.callback(sender.stop)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=run.folder)))
        servers = [_start_bare(run, stack), start_receiver(run, stack, str(folder / "inbox.db"))]
        stack.enter_context(run_sleeping_listener(run, folder, str(folder / "inbox.db")))
        for server in servers:
            sender.send("rate", server.port, RATE, RATE)
        for number in range(run.rounds):
            run.report(f"latency: round {number + 1} of {run.rounds}")
            for server in servers:
                report = sender.send("rate", server.port, RATE * SECONDS, RATE)
                latencies[server.name].append(report["latencies"][1] * 1000)
    bare, ours = (summarize(latencies[name]) for name in (BARE, OURS))
    base = f"{BARE} {format_figure(bare, 'ms')}"
    return [Row(f"p99 at {RATE}/s while a listener sleeps", base, ours, Target(10, 5), unit="ms")]


@contextmanager
def run_sleeping_listener(run: BenchRun, folder: Path, inbox: str) -> Iterator[None]:
    """Run a worker whose listener sleeps for ten seconds with each event."""
    (folder / "slow_listener.py").write_text(SLOW_LISTENER, encoding="utf-8")
    listeners = folder / "listeners.yaml"
    listeners.write_text(LISTENERS, encoding="utf-8")
    command = run.build_command("inbox", "work", "--listeners", str(listeners), "--inbox", inbox)
    environment = Contender("worker", command, run.build_project_variables()).build_environment()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment) as worker:
        try:
            yield
        finally:
            worker.kill()


def build_rate_row(
    job: str,
    results: Mapping[str, Sequence[Measurement]],
    ours: str,
    target: Target = NO_TARGET,
    quantity: str = "cpu",
    *,
    missing: Mapping[str, str] | None = None,
) -> Row:
    """Return a row whose figures say how many requests are served with what the bare server needs for one."""
    base = summarize([getattr(measurement, quantity) for measurement in results[BARE]])
    peers: dict[str, Figure] = {
        name: compare_rates(results, name, BARE, quantity) for name in results if name not in (BARE, ours)
    }
    figure = compare_rates(results, ours, BARE, quantity)
    return Row(job, f"{BARE} {format_figure(base.scale(1e6), 'us')}", figure, target, peers, missing=missing or {})


def _start_bare(run: BenchRun, stack: ExitStack) -> RunningServer:
    command, variables = build_bare_server(run)
    return stack.enter_context(run_competitor(BARE, command, variables, run.folder / "bare.log"))


def start_receiver(run: BenchRun, stack: ExitStack, inbox: str) -> RunningServer:
    """Start `listen` with an inbox; it ends with the stack."""
    command = run.build_command("listen", "--port", "0", "--inbox", inbox, "--quiet", "--json")
    variables = {**run.build_project_variables(), "ZOOM_WEBHOOK_SECRET": SECRET}
    return stack.enter_context(run_competitor(OURS, command, variables, run.folder / "listen.log"))


def _start_rivet(run: BenchRun, stack: ExitStack) -> RunningServer:
    variables = {"BENCH_MODULES": str(prepare_node()), "ZOOM_WEBHOOK_SECRET": SECRET}
    command = ["node", str(HERE / "servers" / "rivet_receiver.mjs")]
    return stack.enter_context(run_competitor("rivet", command, variables, run.folder / "rivet.log"))
