"""The embedded Zoom as a server: answers a second, and what a large account costs."""

from __future__ import annotations

import resource
import subprocess
import sys
import time

import httpx
from common import median, run_sandbox

GETS, PAGES, ROUNDS, USERS, SEEDED = 1000, 60, 5, 30_000, 4
_MAKE = "import time; t = time.perf_counter(); from zoom_sandbox import Sandbox; Sandbox({}); "
_MAKE += "print(time.perf_counter() - t)"


def main() -> None:
    """Prints the rates over one kept connection, and the times of a large account."""
    with run_sandbox("--users", str(USERS - SEEDED)) as (base, token):
        headers = {"authorization": f"Bearer {token}"}
        with httpx.Client(headers=headers) as client:
            _rate("a get", client, f"{base}/users/me", GETS)
            _rate("a page of 300 users", client, f"{base}/users?page_size=300", PAGES)
            _walk(client, base)
    for words, arguments in {
        "a default account": "",
        f"{USERS:,} users": f"users={USERS}",
        f"{USERS:,} users and 200,000 meetings": f"users={USERS}, scale={{'meetings': 200_000}}",
    }.items():
        print(f"to import and make {words}: {_make(arguments):.2f} s", flush=True)


def _rate(what: str, client: httpx.Client, url: str, calls: int) -> None:
    found, own = [], []
    for _ in range(ROUNDS + 1):
        wall, cpu = time.perf_counter(), _cpu()
        for _ in range(calls):
            client.get(url).raise_for_status()
        found.append(calls / (time.perf_counter() - wall))
        own.append((_cpu() - cpu) / calls)
    note = f"{median(own[1:]) * 1e6:,.0f} us of CPU a call are the client's"
    print(f"requests a second, {what}: {median(found[1:]):,.0f}   {note}", flush=True)


def _walk(client: httpx.Client, base: str) -> None:
    began, token, seen, calls = time.perf_counter(), "", 0, 0
    while token or not calls:
        query = {"page_size": 300, **({"next_page_token": token} if token else {})}
        page = client.get(f"{base}/users", params=query).raise_for_status().json()
        token, seen, calls = page["next_page_token"], seen + len(page["users"]), calls + 1
    print(f"to walk {seen:,} users by pages of 300: {time.perf_counter() - began:.2f} s, {calls} requests", flush=True)


def _make(arguments: str) -> float:
    command = [sys.executable, "-c", _MAKE.format(arguments)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
