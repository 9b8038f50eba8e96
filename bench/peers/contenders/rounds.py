"""Run the jobs of one contender in its own process: one line on stdin is one round, one line on stdout its cost.

Only the standard library may be imported here: each contender runs in an environment of its own.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

Job = Callable[[int], object]
BASE_URL = os.environ.get("BENCH_URL", "")
TOKEN = "bench-token"
MEETING_ID = 85_746_065_432
CONCURRENCY = 20
MEETING: dict[str, Any] = {"topic": "Daily Meeting", "duration": 30}


def serve_rounds(jobs: dict[str, Job]) -> None:
    """Answer `JOB COUNT` with the CPU and wall seconds of the job, the peak memory, and what the job returned."""
    print("ready", flush=True)
    for line in sys.stdin:
        name, count = line.split()
        cpu, wall = time.process_time(), time.perf_counter()
        result = jobs[name](int(count))
        cost = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall, "result": result}
        print(json.dumps({**cost, "memory": read_peak_memory()}), flush=True)


def read_peak_memory() -> int:
    """Return the largest memory that this process had, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def repeat(call: Callable[[], Any], count: int) -> int:
    """Return how many calls in sequence returned a meeting."""
    return sum(call()["id"] == MEETING_ID for _ in range(count))


def repeat_in_threads(call: Callable[[], Any], count: int) -> int:
    """Return how many calls returned a meeting, 20 at once in threads."""
    with ThreadPoolExecutor(CONCURRENCY) as pool:
        return sum(pool.map(lambda _: repeat(call, count // CONCURRENCY), range(CONCURRENCY)))
