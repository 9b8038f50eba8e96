"""Compare the project with other clients, servers and queues, job by job, and print the table.

Every contender runs in a process and in an environment of its own. Results are ratios to a bare contender of the
same round; the order of a round is the reverse of the one before it. Environments are kept in the user's cache.
"""

from __future__ import annotations

import argparse
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from bench.peers import client_jobs, growth_jobs, postgres_jobs, receiver_jobs, sandbox_jobs, start_jobs
from bench.peers.bench_run import REPOSITORY, BenchRun, open_run
from bench.peers.environments import PeerUnavailable
from bench.peers.rows import Row, build_json, format_table


class JobInfo(NamedTuple):
    """Describe a job: what it measures, the minutes that it takes on two cores, and the function that does it."""

    summary: str
    minutes: float
    measure: Callable[[BenchRun], list[Row]]


JOBS = {
    "A": JobInfo("list 30,000 users in Python: CPU and memory", 2, client_jobs.measure_lists),
    "A-batch": JobInfo("the same by run --batch and run --jsonl", 1, client_jobs.measure_batch_lists),
    "B": JobInfo("createMeeting in sequence, sync and async", 1, client_jobs.measure_sequence),
    "C": JobInfo("2,000 gets, 20 at once: threads, async, run --batch", 3, client_jobs.measure_concurrency),
    "D": JobInfo("start of a process to its first createMeeting", 2, start_jobs.measure_starts),
    "D-cold": JobInfo("the same with an empty cache of compiled specs", 0.5, start_jobs.measure_cold_starts),
    "list": JobInfo("the commands list and plan against a bare interpreter", 0.5, start_jobs.measure_listing),
    "mcp": JobInfo("start of an MCP server to its list of tools", 0.5, start_jobs.measure_agents),
    "webhooks": JobInfo(
        "webhooks verified and stored against bare uvicorn and Rivet", 2, receiver_jobs.measure_receiver
    ),
    "latency": JobInfo("p99 at 500 events a second while a listener sleeps", 2, receiver_jobs.measure_latency),
    "sandbox": JobInfo("get, create and page of the sandbox against bare uvicorn", 2, sandbox_jobs.measure_sandbox),
    "sandbox-start": JobInfo("start of a sandbox with large accounts", 1, sandbox_jobs.measure_sandbox_starts),
    "postgres": JobInfo(
        "no-op listener on PostgreSQL against Procrastinate and pgqueuer", 5, postgres_jobs.measure_throughput
    ),
    "ordered": JobInfo(
        "ordered listener on PostgreSQL: a burst, and a backlog of 3 objects", 8, postgres_jobs.measure_order
    ),
    "receipt": JobInfo("receipt to listener at 50 a second against Procrastinate", 4, postgres_jobs.measure_receipt),
    "growth": JobInfo(
        "status and prune of a file with a million events; measured once", 5, growth_jobs.measure_sqlite_growth
    ),
    "growth-postgres": JobInfo("the same on PostgreSQL", 10, growth_jobs.measure_postgres_growth),
}


def main(arguments: list[str] | None = None) -> int:
    """Run the jobs that were chosen; return 0, also when a target is missed.

    Ctrl-C ends the run with the rows that it has; the exit code is 130 then.
    """
    options = _build_parser().parse_args(arguments)
    if options.list:
        for name, info in JOBS.items():
            print(f"{name:<16} {info.minutes:>4g} min  {info.summary}")
        return 0
    rows: list[Row] = []
    interrupted = False
    with open_run(options.root.resolve(), options.rounds, options.wheel) as run:
        try:
            for name in options.jobs or JOBS:
                rows += _measure_job(run, name)
        except KeyboardInterrupt:
            interrupted = True
    _print_rows(rows, options.json)
    return 130 if interrupted else 0


def _print_rows(rows: list[Row], as_json: bool) -> None:
    if as_json:
        print(build_json(rows))
        return
    print(format_table(rows))
    missed = sum(row.is_missed for row in rows)
    print(f"\n{missed} of {len(rows)} rows miss what they must reach (!).")


def _measure_job(run: BenchRun, name: str) -> list[Row]:
    """Return the rows of a job; one that fails gets a row with the reason, so that the others go on."""
    try:
        return JOBS[name].measure(run)
    except PeerUnavailable as error:
        reason = str(error)
    except Exception as error:
        traceback.print_exc()
        reason = f"{type(error).__name__}: {error}"
    return [Row(name, "-", None, missing={name: reason})]


def _build_parser() -> argparse.ArgumentParser:
    minutes = sum(info.minutes for info in JOBS.values())
    parser = argparse.ArgumentParser(
        prog="bench/peers",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=f"All jobs take about {minutes:.0f} minutes on two cores; the first run also installs the peers.",
    )
    parser.add_argument(
        "--jobs", nargs="+", choices=list(JOBS), metavar="JOB", help="run only these jobs; for example --jobs B C"
    )
    parser.add_argument(
        "--rounds", type=_parse_rounds, default=5, metavar="N", help="measure this many rounds; for example --rounds 9"
    )
    parser.add_argument(
        "--root",
        type=Path,
        default=REPOSITORY,
        metavar="DIR",
        help="measure another checkout; for example --root ../old",
    )
    parser.add_argument(
        "--wheel", action="store_true", help="measure the wheel of the checkout; for example --jobs D list --wheel"
    )
    parser.add_argument("--json", action="store_true", help="print JSON; for example --jobs B --json > b.json")
    parser.add_argument("--list", action="store_true", help="list the jobs and end; for example --list")
    return parser


def _parse_rounds(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected 1 or more, got {text}")
    return number


if __name__ == "__main__":
    sys.exit(main())
