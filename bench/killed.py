"""Kill `listen` and its workers (-9) repeatedly, and check that no event is lost.

Every event that was answered with 200 must reach its listener, and never again after it was acknowledged.

.venv/bin/python bench/killed.py [--inbox URL] [--events 10000] [--workers 3] [--pause SECONDS BETWEEN KILLS]

Without --inbox, the run starts a temporary PostgreSQL cluster with durable commits; a file selects SQLite.
"""

from __future__ import annotations

import argparse
import hmac
import itertools
import json
import os
import random
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
LISTENER = "counting"
OBJECTS = 50
LINES = 16
SECRET = "a-secret-of-the-bench"
DEADLINE = 900.0
_TRIGGER = "create trigger noted after update of state on work"


class Report(NamedTuple):
    """Hold the result of a run.

    `repeated` events were dispatched again because their worker died before it acknowledged them; `doubled` events
    were dispatched again after they had been acknowledged.
    """

    answered: int
    dispatched: int
    lost: int
    repeated: int
    doubled: int
    disordered: int
    kills: Counter[str]
    seconds: float

    @property
    def holds(self) -> bool:
        """Return whether no event was lost, doubled or out of order."""
        return not (self.lost or self.doubled or self.disordered)


def run_kill_test(url: str, events: int, workers: int, pause: float, ordered: bool = False) -> Report:
    """Kill processes until every event has been dispatched; return the report."""
    start = time.monotonic()
    from zoom_component.events.inbox.engines import open_inbox
    from zoom_component.events.inbox.protocols import EventQuery, Subscription

    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), _free_port()
        inbox = open_inbox(url)
        acknowledged = _log_acknowledgements(url)
        inbox.subscribe([Subscription(LISTENER, ordered=ordered)])
        fleet = _Fleet(url, port, folder, workers, ordered)
        done = Event()
        senders = send(port, folder, events, done.is_set)
        try:
            while len(_read_answered(folder)) < events or dict(inbox.count(0).jobs) != {"done": events}:
                if time.monotonic() > start + DEADLINE:
                    raise SystemExit(f"not done in {DEADLINE:g} seconds: {inbox.count(0)}")
                time.sleep(random.uniform(0.5, 1.5) * pause)
                fleet.kill_one()
        finally:
            done.set()
            for thread in senders:
                thread.join()
            fleet.end()
        seconds = time.monotonic() - start
        received = {each.event.event_ts or 0: each.id for each in inbox.find_events(EventQuery(limit=10**9))}
        inbox.close()
        observations = _Observations(_read_answered(folder), received, _read_lines(folder / "called"), acknowledged())
        return _build_report(observations, fleet.kills, seconds, ordered)


class _Fleet:
    """Run one receiver and several workers, and restart each one that is killed."""

    def __init__(self, url: str, port: int, folder: Path, workers: int, ordered: bool) -> None:
        order = "ordered" if ordered else "free"
        listen = [sys.executable, "-m", "zoom_component", "listen", "--quiet", "--no-pages", "--port", str(port)]
        self._commands = {
            "receiver": [*listen, "--inbox", url],
            "worker": [sys.executable, str(Path(__file__).resolve()), "work", url, str(folder), order],
        }
        self.kills: Counter[str] = Counter()
        self._turns = itertools.cycle([*range(1, workers + 1), 0])
        self._running = [self._start(role) for role in ("receiver", *["worker"] * workers)]

    def kill_one(self) -> None:
        """Kill the process whose turn it is, a worker first, and restart it."""
        index = next(self._turns)
        role, process = self._running[index]
        assert process.poll() is None, f"the {role} exited with {process.returncode}"
        process.kill()
        process.wait()
        self.kills[role] += 1
        self._running[index] = self._start(role)

    def end(self) -> None:
        """Kill every process."""
        for _, process in self._running:
            process.kill()
            process.wait()

    def _start(self, role: str) -> tuple[str, subprocess.Popen[bytes]]:
        environment = {**os.environ, "ZOOM_WEBHOOK_SECRET": SECRET}
        devnull = subprocess.DEVNULL
        return role, subprocess.Popen(self._commands[role], stdout=devnull, stderr=devnull, env=environment)


def send(port: int, folder: Path, events: int, is_done: Callable[[], bool]) -> list[Thread]:
    """Send events as Zoom does, with shorter waits.

    An event that is not answered with 200 is sent again; so is 2 % of those that are.
    """
    queue = SimpleQueue[int]()
    for number in range(events):
        queue.put(number)

    def post_events() -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=3)
        while not is_done():
            try:
                number = queue.get(timeout=0.1)
            except Empty:
                continue
            body, headers = _build_delivery(number)
            try:
                connection.request("POST", "/", body, headers)
                answer = connection.getresponse()
                answer.read()
                is_accepted = answer.status == 200
            except (OSError, HTTPException):
                connection.close()
                is_accepted = False
                time.sleep(0.05)
            if is_accepted:
                _append(folder / "answered", f"{number}\n")
            if not is_accepted or random.random() < 0.02:
                queue.put(number)
        connection.close()

    threads = [Thread(target=post_events, daemon=True) for _ in range(LINES)]
    for thread in threads:
        thread.start()
    return threads


def _build_delivery(number: int) -> tuple[bytes, dict[str, str]]:
    object_ = {"id": str(number % OBJECTS), "topic": "Daily"}
    body = json.dumps({"event": "meeting.started", "event_ts": number, "payload": {"object": object_}}).encode()
    timestamp = str(int(time.time()))
    signature = hmac.digest(SECRET.encode(), f"v0:{timestamp}:".encode() + body, "sha256").hex()
    return body, {"x-zm-request-timestamp": timestamp, "x-zm-signature": f"v0={signature}"}


def work(url: str, folder: str, order: str) -> None:
    """Run a worker whose listener logs each event before it acknowledges it."""
    from zoom_component.events.inbox.engines import open_inbox
    from zoom_component.events.listeners import Dispatcher, Listener
    from zoom_component.events.listeners.functions import FunctionHandler

    log = Path(folder, "called")

    def log_event(event: object, delivery: object) -> None:
        _append(log, f"{delivery.event.event_ts} {delivery.attempt}\n")  # type: ignore[attr-defined]

    listener = Listener(LISTENER, FunctionHandler(log_event), ordered=order == "ordered", timeout=1.0, concurrency=8)
    if url.startswith("postgres"):
        from zoom_component.events.inbox.postgres.engine import PostgresInbox
        from zoom_component.events.inbox.postgres.worker import ProcrastinateWorker, WorkerTimings
        from zoom_component.events.listeners.worker import bind_pools

        timings = WorkerTimings(
            poll_interval=0.2, heartbeat_interval=0.5, heartbeat_timeout=2.0, rescue_interval=0.5, overdue_after=5.0
        )
        inbox = PostgresInbox(url)
        ProcrastinateWorker(inbox, bind_pools(inbox, [listener], lease_grace=1.0), timings).run()
    else:
        Dispatcher(open_inbox(url), [listener], lease_grace=1.0).run()


class _Observations(NamedTuple):
    """Hold the observations of a run.

    `answered` are the numbers of events answered with 200, `received` the inbox id of each event, `called` the log of
    the listener and `acknowledged` the attempts that were acknowledged.
    """

    answered: set[int]
    received: dict[int, int]
    log: list[str]
    acknowledged: dict[int, list[int]]


def _build_report(observations: _Observations, kills: Counter[str], seconds: float, ordered: bool) -> Report:
    answered, received, log, acknowledged = observations
    dispatched: dict[int, list[int]] = {}
    newest: Counter[int] = Counter()
    disordered = 0
    for line in log:
        number, attempt = (int(word) for word in line.split())
        dispatched.setdefault(number, []).append(attempt)
        disordered += received[number] < newest[number % OBJECTS]
        newest[number % OBJECTS] = received[number]
    # Attempts are counted when a job is claimed, so a higher number was claimed later.
    doubled = sum(
        1 for number, attempts in acknowledged.items() if len(attempts) > 1 or max(dispatched[number]) > attempts[0]
    )
    repeated = sum(len(attempts) - 1 for attempts in dispatched.values())
    lost = len(answered - set(dispatched)) + len(answered - set(acknowledged))
    return Report(len(answered), len(dispatched), lost, repeated, doubled, disordered * ordered, kills, seconds)


def _log_acknowledgements(url: str) -> Callable[[], dict[int, list[int]]]:
    """Make the database log each acknowledgement; return a function that reads the log by event."""
    table = "create table acknowledged (event bigint, attempt integer)"
    query = "select event_ts, attempt from acknowledged join events on id = acknowledged.event"
    if url.startswith("postgres"):
        import psycopg

        from zoom_component.events.inbox.postgres.server import parse_url

        def execute(*lines: str) -> list[tuple[int, int]]:
            with psycopg.connect(**parse_url(url), autocommit=True) as database:
                ran = [database.execute(line.encode()) for line in lines][-1]
                return ran.fetchall() if ran.description else []

        body = "begin insert into acknowledged values (new.event, new.attempts); return null; end"
        function = f"create function noted() returns trigger language plpgsql as $$ {body} $$"
        execute(table, function, f"{_TRIGGER} for each row when (new.state = 'done') execute function noted()")
    else:

        def execute(*lines: str) -> list[tuple[int, int]]:
            with closing(sqlite3.connect(url)) as database:
                return [database.execute(line).fetchall() for line in lines][-1]

        inner = "begin insert into acknowledged values (new.event, new.attempts); end"
        execute(table, f"{_TRIGGER} when new.state = 'done' {inner}")

    def read_log() -> dict[int, list[int]]:
        attempts_by_event: dict[int, list[int]] = {}
        for number, attempt in execute(query):
            attempts_by_event.setdefault(number, []).append(attempt)
        return attempts_by_event

    return read_log


def _append(path: Path, text: str) -> None:
    """Append text with a single write, which a kill cannot split."""
    file = os.open(path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600)
    os.write(file, text.encode())
    os.close(file)


def _read_lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _read_answered(folder: Path) -> set[int]:
    return {int(line) for line in _read_lines(folder / "answered")}


def _free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return int(server.getsockname()[1])


def main() -> None:
    """Print the reports for both kinds of listener; exit with 1 when an event was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inbox", default="")
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--pause", type=float, default=1.5)
    parser.add_argument("--ordered", action="store_true")
    args = parser.parse_args()
    report = run_kill_test(args.inbox or _start_cluster(), args.events, args.workers, args.pause, args.ordered)
    kills = ", ".join(f"{role} {count}" for role, count in sorted(report.kills.items()))
    print(f"{report.answered:,} events answered and dispatched in {report.seconds:.0f} s, killed: {kills}")
    print(
        f"{report.lost} lost, {report.doubled} dispatched again after the acknowledgement, "
        f"{report.repeated} dispatched again before it, {report.disordered} out of order"
    )
    sys.exit(0 if report.holds else 1)


def _start_cluster() -> str:
    sys.path.append(str(ROOT))
    from tests.support import cluster

    return cluster.build_database_url(cluster.start_cluster(os.getpid(), durable=True))


if __name__ == "__main__":
    if sys.argv[1:2] == ["work"]:
        work(*sys.argv[2:])
    else:
        main()
