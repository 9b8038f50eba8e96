"""Define what the measurements share: a sandbox process, alternating rounds and result lines."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import httpx

Sides = tuple[Callable[[], None], Callable[[], None]]


@contextmanager
def run_sandbox(*arguments: str) -> Iterator[tuple[str, str]]:
    """Run a sandbox in its own process; yield its base URL and an access token."""
    command = [sys.executable, "-m", "zoom_component", "sandbox", "--json", "--port", "0", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"].removesuffix("/v2")
        form = {"grant_type": "account_credentials", "account_id": "sandbox-account"}
        answer = httpx.post(f"{url}/oauth/token", data=form, auth=("sandbox-client", "sandbox-secret"))
        yield f"{url}/v2", answer.json()["access_token"]
    finally:
        process.terminate()
        process.communicate()


def measure_alternately(sides: Sides, rounds: int, calls: int) -> list[tuple[float, float, float, float]]:
    """Return CPU and wall seconds per call for both sides, measured alternately.

    The first round warms up and is discarded.
    """
    rows = []
    for _ in range(rounds + 1):
        row: list[float] = []
        for side in sides:
            cpu, wall = time.process_time(), time.perf_counter()
            side()
            row += [(time.process_time() - cpu) / calls, (time.perf_counter() - wall) / calls]
        rows.append((row[0], row[1], row[2], row[3]))
    return rows[1:]


def median(values: Sequence[float]) -> float:
    """Return the median."""
    return statistics.median(values)


def print_result(label: str, ratio: float, target: str, note: str = "") -> None:
    """Print one result with its target."""
    print(f"{label:<44} {ratio:>6.2f}   aim {target:<12} {note}".rstrip(), flush=True)
