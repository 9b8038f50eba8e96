"""Measure calls: A lists of 30,000 users, B calls in sequence, C many calls at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from bench.peers.answers import MEETING_ID, PAGE_SIZE, USERS
from bench.peers.bench_run import BASE, PROJECT, BenchRun
from bench.peers.environments import PeerUnavailable
from bench.peers.figures import Measurement, compare, summarize
from bench.peers.processes import Contender, Work, run_fresh_rounds, run_rounds, run_whole_rounds
from bench.peers.rows import NO_TARGET, Row, Target, format_figure

CONCURRENT_CALLS = 2000
LIST = Work("list", 1, USERS, slices=8)
STREAM, PAGE = Work("stream", 1, USERS), Work("page", 1, PAGE_SIZE)
SEQUENCE = Work("create", 50, 50, slices=20)
CONCURRENCY = Work("get", CONCURRENT_CALLS // 5, CONCURRENT_CALLS // 5, slices=5)
SYNC, ASYNC, DATED = "project sync", "project async", "project dated"
PEERS = (
    (BASE, "httpx", "contenders/httpx_client.py"),
    ("http.client", "httpx", "contenders/http_client.py"),
    ("httpx async", "httpx", "contenders/httpx_async_client.py"),
    ("zoomus", "zoomus", "contenders/zoomus_client.py"),
    ("pyzoom", "pyzoom", "contenders/pyzoom_client.py"),
    ("CERN", "zoom-python-client", "contenders/cern_client.py"),
    ("rivet", "rivet", "contenders/rivet_client.mjs"),
    (SYNC, PROJECT, "contenders/project_sync.py"),
    (ASYNC, PROJECT, "contenders/project_async.py"),
)

Results = Mapping[str, Sequence[Measurement]]


def measure_lists(run: BenchRun) -> list[Row]:
    """Return the rows of A in Python: CPU of a list after a first one, and peak memory of a process with one list."""
    results, missing = _run_all(run, LIST)
    contenders = [contender for contender in run.build_contenders(*PEERS)[0] if contender.name in results]
    fresh = run_fresh_rounds(contenders, LIST, run.rounds, run.report)
    ours = [contender for contender in contenders if contender.name == SYNC]
    stream, page = (run_fresh_rounds(ours, work, run.rounds, run.report)[SYNC] for work in (STREAM, PAGE))
    flat = compare({"stream": stream, "page": page}, "stream", "page", "memory")
    return [
        build_row(f"A list {USERS:,} users: CPU", results, SYNC, Target(0.75, 0.60), missing=missing),
        build_row(f"A list {USERS:,} users: memory", fresh, SYNC, Target(0.95, 0.90), "memory"),
        build_row(f"A list {USERS:,} users again and again: memory", results, SYNC, quantity="memory", peers=()),
        build_row(f"A list {USERS:,} users, async: CPU", results, ASYNC, peers=("httpx async",)),
        Row(f"A stream {USERS:,} users: memory", f"one page {format_base(page, 'memory')}", flat),
    ]


def measure_batch_lists(run: BenchRun) -> list[Row]:
    """Return the rows of A by command: whole processes that print what they list."""
    calls = run.folder / "list.jsonl"
    calls.write_text(json.dumps({"id": 1, "action": "listUsers", "inputs": {}}) + "\n", encoding="utf-8")
    variables = run.build_variables()
    lists = [
        run.build_contender(BASE, "httpx", "programs/httpx_list.py"),
        Contender(SYNC, run.build_command("run", "--batch", str(calls)), variables),
    ]
    lines = [
        run.build_contender(BASE, "httpx", "programs/httpx_list.py", "lines"),
        Contender(SYNC, run.build_command("run", "listUsers", "--jsonl"), variables),
    ]
    results, missing = run_whole_rounds(lists, run.rounds, run.report)
    streams, missing_streams = run_whole_rounds(lines, run.rounds, run.report)
    target = Target(0.80, 0.60)
    return [
        build_row("A by run --batch: CPU of the process", results, SYNC, target, missing=missing),
        build_row("A by run --batch: memory", results, SYNC, target, "memory"),
        build_row("A by run --jsonl: CPU of the process", streams, SYNC, missing=missing_streams),
        build_row("A by run --jsonl: memory", streams, SYNC, quantity="memory"),
    ]


def measure_sequence(run: BenchRun) -> list[Row]:
    """Return the rows of B: createMeeting again and again, also with a start that has a time zone."""
    results, missing = _run_all(run, SEQUENCE, (DATED, PROJECT, "contenders/project_sync.py", "dated"))
    return [
        build_row("B createMeeting in sequence: CPU", results, SYNC, Target(0.80, 0.55), missing=missing),
        build_row("B the same, async", results, ASYNC, Target(0.95, 0.75), peers=("httpx async",)),
        build_row("B with a start in a time zone", results, DATED, peers=()),
    ]


def measure_concurrency(run: BenchRun) -> list[Row]:
    """Return the rows of C: 2,000 gets, 20 at once."""
    results, missing = _run_all(run, CONCURRENCY)
    calls = run.folder / "gets.jsonl"
    line = '{"id": %d, "action": "getMeeting", "inputs": {"meetingId": "%d"}}\n'
    calls.write_text("".join(line % (number, MEETING_ID) for number in range(CONCURRENT_CALLS)), encoding="utf-8")
    command = run.build_command("run", "--batch", str(calls), "--concurrency", "20")
    base = run.build_contender(BASE, "httpx", "programs/httpx_batch.py")
    batch, missing_batch = run_whole_rounds(
        [base._replace(stdin=calls), Contender(SYNC, command, run.build_variables())], run.rounds, run.report
    )
    label = f"C {CONCURRENT_CALLS:,} gets, 20 at once"
    return [
        build_row(f"{label}, threads: CPU", results, SYNC, Target(0.75, 0.5), missing=missing),
        build_row("C the same, async", results, ASYNC, Target(0.33, 0.2), peers=("httpx async",)),
        build_row("C by run --batch: CPU of the process", batch, SYNC, Target(0.35, 0.25), missing=missing_batch),
    ]


def _run_all(run: BenchRun, work: Work, *more: tuple[str, ...]) -> tuple[Results, dict[str, str]]:
    contenders, missing = run.build_contenders(*PEERS, *more)
    results, failures = run_rounds(contenders, work, run.rounds, run.report)
    return results, {**missing, **failures}


def build_row(
    job: str,
    results: Results,
    ours: str,
    target: Target = NO_TARGET,
    quantity: str = "cpu",
    *,
    peers: Sequence[str] | None = None,
    missing: Mapping[str, str] | None = None,
) -> Row:
    """Return the row of one contender of the project, with the ratios of the peers beside it.

    Raise PeerUnavailable when the base itself was not measured: nothing can be compared then.
    """
    if BASE not in results:
        raise PeerUnavailable((missing or {}).get(BASE, "the base was not measured"))
    others = [name for name in results if name not in (BASE, SYNC, ASYNC, DATED)] if peers is None else peers
    return Row(
        job,
        f"{BASE} {format_base(results[BASE], quantity)}",
        compare(results, ours, BASE, quantity) if ours in results else None,
        target,
        {name: compare(results, name, BASE, quantity) for name in others if name in results},
        missing=missing or {},
    )


def format_base(rounds: Sequence[Measurement], quantity: str) -> str:
    """Return what one call, list or process of the base costs."""
    figure = summarize([getattr(measurement, quantity) for measurement in rounds])
    if quantity == "memory":
        return format_figure(figure.scale(1 / 2**20), "MB")
    return format_figure(figure.scale(1e6), "us") if figure.median < 0.005 else format_figure(figure.scale(1e3), "ms")
