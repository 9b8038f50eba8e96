"""Measure listeners on PostgreSQL: no-op events a second, ordered events, and the delay from receipt to listener."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import ExitStack

from bench.peers.bench_run import BenchRun
from bench.peers.databases import Cluster
from bench.peers.environments import PeerUnavailable
from bench.peers.figures import Figure, find_percentile, order_round, summarize
from bench.peers.queue_runs import Reception, WorkerRun, fill_inbox, run_program, start_program
from bench.peers.receiver_jobs import start_receiver
from bench.peers.rows import NO_TARGET, Row, Target, format_figure
from bench.peers.server_runs import Sender

PLAIN, OTHER, OURS, SENT = "procrastinate", "pgqueuer", "project", "project from the sender"
EVENTS = 1000
BURST, BACKLOG = 30, 150
RATE, SECONDS = 50, 10
_START_SECONDS = 4.0


def measure_throughput(run: BenchRun) -> list[Row]:
    """Return the rows of no-op events a second of one worker, against no-op jobs of Procrastinate and pgqueuer."""
    cluster = Cluster()
    addresses = {name: cluster.create_database(name) for name in (PLAIN, OTHER, OURS)}

    def drain_project() -> float:
        fill_inbox(run, addresses[OURS], EVENTS, EVENTS)
        worker = WorkerRun(run, addresses[OURS], EVENTS)
        with worker.start():
            return worker.wait().rate

    def drain(name: str) -> float:
        return float(run_program(run, name, f"{name}_jobs.py", addresses[name], "drain", str(EVENTS)))

    contenders: dict[str, Callable[[], float]] = {
        PLAIN: lambda: drain(PLAIN),
        OTHER: lambda: drain(OTHER),
        OURS: drain_project,
    }
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    missing: dict[str, str] = {}
    for number in range(run.rounds):
        for name in order_round(list(contenders), number):
            run.report(f"PostgreSQL, no-op: round {number + 1} of {run.rounds}, {name}")
            if name in missing:
                continue
            try:
                rates[name].append(contenders[name]())
            except PeerUnavailable as error:
                if name == OURS:
                    raise
                missing[name] = str(error)
    label = "PostgreSQL, no-op listener, events/s"
    return [
        _build_ratio(f"{label} against {name}", name, rates, missing, target)
        for name, target in ((PLAIN, Target(2.5, 4, higher=True)), (OTHER, Target(0.5, 0.8, higher=True)))
    ]


def measure_order(run: BenchRun) -> list[Row]:
    """Return the rows of an ordered listener: a burst for one object, and a backlog of three objects."""
    cluster = Cluster()
    bursts, rates = [], []
    for number in range(run.rounds):
        run.report(f"PostgreSQL, ordered: round {number + 1} of {run.rounds}")
        address = cluster.create_database("ordered")
        fill_inbox(run, address, 1, 1, ordered=True)
        worker = WorkerRun(run, address, 1 + BURST, ordered=True)
        with worker.start():
            time.sleep(_START_SECONDS)
            stored_at = fill_inbox(run, address, BURST, 1, ordered=True)
            bursts.append(max(worker.wait().moments[-1] - stored_at, 0.0))
        address = cluster.create_database("backlog")
        fill_inbox(run, address, BACKLOG, 3, ordered=True)
        worker = WorkerRun(run, address, BACKLOG, ordered=True)
        with worker.start():
            rates.append(worker.wait().rate)
    return [
        Row(f"PostgreSQL, ordered: burst of {BURST} for one object", "-", summarize(bursts), Target(1), unit="s"),
        Row(
            f"PostgreSQL, ordered: {BACKLOG} events of 3 objects",
            "-",
            summarize(rates),
            Target(150, higher=True),
            unit="/s",
        ),
    ]


def measure_receipt(run: BenchRun) -> list[Row]:
    """Return the rows of the delay from receipt to listener at 50 events a second, against Procrastinate's defer."""
    cluster, count = Cluster(), RATE * SECONDS
    plain_address, address = cluster.create_database(PLAIN), cluster.create_database(OURS)
    run_program(run, PLAIN, f"{PLAIN}_jobs.py", plain_address, "drain", "10")
    delays: dict[str, list[list[float]]] = {PLAIN: [], OURS: [], SENT: []}
    with ExitStack() as stack:
        sender = Sender(run)
        stack.callback(sender.stop)
        server = start_receiver(run, stack, address)
        for number in range(run.rounds):
            run.report(f"PostgreSQL, receipt to listener: round {number + 1} of {run.rounds}")
            for name in order_round([PLAIN, OURS], number):
                if name == PLAIN:
                    delays[PLAIN].append(_measure_plain_delays(run, plain_address, count))
                else:
                    reception = _measure_delays(run, sender, server.port, address, count)
                    delays[OURS].append(reception.receipts)
                    delays[SENT].append(reception.delays)
    label = f"PostgreSQL at {RATE}/s"
    return [
        _build_delay_row(f"{label}, receipt to listener, p50", delays, OURS, 0.5, Target(1.0)),
        _build_delay_row(f"{label}, receipt to listener, p99", delays, OURS, 0.99, Target(1.0)),
        _build_delay_row(f"{label}, from the sender, p50", delays, SENT, 0.5),
        _build_delay_row(f"{label}, from the sender, p99", delays, SENT, 0.99),
    ]


def _measure_plain_delays(run: BenchRun, address: str, count: int) -> list[float]:
    worker = start_program(run, PLAIN, f"{PLAIN}_jobs.py", address, "work", str(count))
    time.sleep(_START_SECONDS)
    run_program(run, PLAIN, f"{PLAIN}_jobs.py", address, "defer", str(count), str(RATE))
    delays: list[float] = json.loads(worker.communicate(timeout=60)[0])
    return delays


def _measure_delays(run: BenchRun, sender: Sender, port: int, address: str, count: int) -> Reception:
    worker = WorkerRun(run, address, count)
    with worker.start():
        time.sleep(_START_SECONDS)
        sender.send("stamped", port, count, RATE)
        return worker.wait()


def _build_delay_row(
    job: str, delays: dict[str, list[list[float]]], ours: str, share: float, target: Target = NO_TARGET
) -> Row:
    values = {name: [find_percentile(each, share) for each in delays[name]] for name in (PLAIN, ours)}
    ratios = [own / plain for own, plain in zip(values[ours], values[PLAIN], strict=True)]
    return Row(job, f"{PLAIN} {format_figure(summarize(values[PLAIN]).scale(1000), 'ms')}", summarize(ratios), target)


def _build_ratio(job: str, base: str, rates: dict[str, list[float]], missing: dict[str, str], target: Target) -> Row:
    if base in missing:
        return Row(job, base, None, target, missing={base: missing[base]})
    ratios = summarize([ours / plain for ours, plain in zip(rates[OURS], rates[base], strict=True)])
    peers: dict[str, Figure] = {}
    return Row(job, f"{base} {format_figure(summarize(rates[base]), '/s')}", ratios, target, peers)
