"""Measure the sandbox as a server: its answers per second, and the cost of a large account."""

from __future__ import annotations

import resource
import subprocess
import sys
import time

import httpx
from common import median, run_sandbox

GETS, PAGES, ROUNDS, USERS, SEEDED = 1000, 60, 5, 30_000, 4
_PROGRAM = "import time; t = time.perf_counter(); from zoom_sandbox import Sandbox; Sandbox({}); "
_PROGRAM += "print(time.perf_counter() - t)"


def main() -> None:
    """Print the rates over one connection, and the times of a large account."""
    with run_sandbox("--users", str(USERS - SEEDED)) as (base, token):
        headers = {"authorization": f"Bearer {token}"}
        with httpx.Client(headers=headers) as client:
            _measure_rate("a get", client, f"{base}/users/me", GETS)
            _measure_rate("a page of 300 users", client, f"{base}/users?page_size=300", PAGES)
            _measure_paging(client, base)
    for description, arguments in {
        "a default account": "",
        f"{USERS:,} users": f"users={USERS}",
        f"{USERS:,} users and 200,000 meetings": f"users={USERS}, scale={{'meetings': 200_000}}",
    }.items():
        print(f"to import and create {description}: {_measure_creation(arguments):.2f} s", flush=True)


def _measure_rate(description: str, client: httpx.Client, url: str, calls: int) -> None:
    rates, client_seconds = [], []
    for _ in range(ROUNDS + 1):
        wall, cpu = time.perf_counter(), _cpu_seconds()
        for _ in range(calls):
            client.get(url).raise_for_status()
        rates.append(calls / (time.perf_counter() - wall))
        client_seconds.append((_cpu_seconds() - cpu) / calls)
    note = f"{median(client_seconds[1:]) * 1e6:,.0f} us of CPU per call are the client's"
    print(f"requests per second, {description}: {median(rates[1:]):,.0f}   {note}", flush=True)


def _measure_paging(client: httpx.Client, base: str) -> None:
    started_at, token, seen, calls = time.perf_counter(), "", 0, 0
    while token or not calls:
        query = {"page_size": 300, **({"next_page_token": token} if token else {})}
        page = client.get(f"{base}/users", params=query).raise_for_status().json()
        token, seen, calls = page["next_page_token"], seen + len(page["users"]), calls + 1
    print(
        f"to list {seen:,} users in pages of 300: {time.perf_counter() - started_at:.2f} s, {calls} requests",
        flush=True,
    )


def _measure_creation(arguments: str) -> float:
    command = [sys.executable, "-c", _PROGRAM.format(arguments)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _cpu_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
