"""Receivers and workers killed (-9) again and again: what was answered reaches its listener, and once acknowledged
never again.

.venv/bin/python bench/killed.py [--inbox URL] [--events 10000] [--workers 3] [--pause SECONDS BETWEEN KILLS]

Without --inbox it is a PostgreSQL cluster of the run's own, with every commit on disk; a file is SQLite's engine.
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
LISTENER = "counting"
OBJECTS = 50
DEADLINE = 900.0
_WHEN = "create trigger noted after update of state on work"


class Report(NamedTuple):
    """What became of the events. `repeated` were given again because their worker died before it had said that they
    are done; `doubled` were given again although it had."""

    answered: int
    given: int
    lost: int
    repeated: int
    doubled: int
    disordered: int
    kills: Counter[str]
    seconds: float

    @property
    def holds(self) -> bool:
        return not (self.lost or self.doubled or self.disordered)


def proof(url: str, events: int, workers: int, pause: float, ordered: bool = False) -> Report:
    """Kill until every event has been dispatched."""
    began = time.monotonic()
    from zoom_component.inbox.open import opened
    from zoom_component.inbox.store import Interest

    with tempfile.TemporaryDirectory() as folder:
        store = opened(url)
        acknowledged = _watched(url)
        store.register([Interest(LISTENER, ordered=ordered)])
        fleet = _Fleet([url, folder, str(events), "ordered" if ordered else "free"], workers)
        answered, called = Path(folder, "answered"), Path(folder, "called")
        try:
            while _count(answered) < events or dict(store.counts(0).states) != {"done": events}:
                if time.monotonic() > began + DEADLINE:
                    raise SystemExit(f"not done in {DEADLINE:g} seconds: {store.counts(0)}")
                time.sleep(random.uniform(0.5, 1.5) * pause)
                fleet.kill_one()
        finally:
            fleet.end()
        seconds = time.monotonic() - began
        store.close()
        return _judged(
            {int(line) for line in _lines(answered)}, _lines(called), acknowledged(), fleet, seconds, ordered
        )


class _Fleet:
    """One process that receives and several that work; each is started anew whenever it is killed."""

    def __init__(self, arguments: list[str], workers: int) -> None:
        self._arguments = arguments
        self.kills: Counter[str] = Counter()
        self._running = [self._started(role) for role in ("receive", *["work"] * workers)]

    def kill_one(self) -> None:
        """Kill one, or start the one anew that has ended."""
        place = random.randrange(len(self._running))
        role, process = self._running[place]
        if process.poll() is None:
            process.kill()
            self.kills[role] += 1
        elif role == "receive" and process.returncode == 0:
            return
        process.wait()
        self._running[place] = self._started(role)

    def end(self) -> None:
        for _, process in self._running:
            process.kill()
            process.wait()

    def _started(self, role: str) -> tuple[str, subprocess.Popen[bytes]]:
        command = [sys.executable, str(Path(__file__).resolve()), role, *self._arguments]
        return role, subprocess.Popen(command, stdout=subprocess.DEVNULL)


def receive(url: str, folder: str, events: str, _: str) -> None:
    """Puts events in groups, as the receiver does, and notes what is kept; as Zoom, sends again what is not noted."""
    from zoom_component.inbox.open import opened
    from zoom_component.inbox.store import Arrival

    answered = Path(folder, "answered")
    numbers = list(range(_count(answered), int(events)))
    store = opened(url)
    while numbers:
        group, numbers = numbers[: (size := random.randint(1, 40))], numbers[size:]
        now = time.time()
        arrivals = [
            Arrival(f"key-{n}", "meeting.started", n, "AAAB", str(n % OBJECTS), b'{"event_ts":%d}' % n, now, "webhook")
            for n in group
        ]
        store.put(arrivals)
        _note(answered, "".join(f"{number}\n" for number in group))
        time.sleep(0.05)
    store.close()


def work(url: str, folder: str, _: str, order: str) -> None:
    """A worker whose listener notes what it is given before it acknowledges."""
    from zoom_component.dispatch import Dispatcher, Listener
    from zoom_component.dispatch.callables import Called
    from zoom_component.inbox.open import opened

    called = Path(folder, "called")

    def count(event: object, delivery: object) -> None:
        _note(called, f"{delivery.event.event_ts} {delivery.attempt}\n")  # type: ignore[attr-defined]

    listener = Listener(LISTENER, Called(count), ordered=order == "ordered", timeout=1.0, concurrency=8)
    if url.startswith("postgres"):
        from zoom_component.dispatch.procrastinate_worker import Pace, ProcrastinateWorker

        pace = Pace(look=0.2, heartbeat=0.5, silence=2.0, rescue=0.5, overdue=5.0)
        ProcrastinateWorker(opened(url), [listener], grace=1.0, pace=pace).work()  # type: ignore[arg-type]
    else:
        Dispatcher(opened(url), [listener], grace=1.0).work()


def _judged(
    answered: set[int],
    called: list[str],
    acknowledged: dict[int, list[int]],
    fleet: _Fleet,
    seconds: float,
    ordered: bool,
) -> Report:
    given: dict[int, list[int]] = {}
    newest: Counter[int] = Counter()
    disordered = 0
    for line in called:
        number, attempt = (int(word) for word in line.split())
        given.setdefault(number, []).append(attempt)
        disordered += number < newest[number % OBJECTS]
        newest[number % OBJECTS] = number
    # An attempt is counted when it is given out, so a higher one was given out later.
    doubled = sum(1 for number, acks in acknowledged.items() if len(acks) > 1 or max(given[number]) > acks[0])
    repeated = sum(len(attempts) - 1 for attempts in given.values())
    lost = len(answered - set(given)) + len(answered - set(acknowledged))
    return Report(len(answered), len(given), lost, repeated, doubled, disordered * ordered, fleet.kills, seconds)


def _watched(url: str) -> Callable[[], dict[int, list[int]]]:
    """From now on the database notes each acknowledgement where it is made; gives what it noted, by event."""
    table = "create table acknowledged (event bigint, attempt integer)"
    asked = "select event_ts, attempt from acknowledged join events on id = acknowledged.event"
    if url.startswith("postgres"):
        import psycopg

        from zoom_component.inbox.postgres_server import settings

        def ask(*lines: str) -> list[tuple[int, int]]:
            with psycopg.connect(**settings(url), autocommit=True) as database:
                ran = [database.execute(line.encode()) for line in lines][-1]
                return ran.fetchall() if ran.description else []

        body = "begin insert into acknowledged values (new.event, new.attempts); return null; end"
        function = f"create function noted() returns trigger language plpgsql as $$ {body} $$"
        ask(table, function, f"{_WHEN} for each row when (new.state = 'done') execute function noted()")
    else:

        def ask(*lines: str) -> list[tuple[int, int]]:
            with closing(sqlite3.connect(url)) as database:
                return [database.execute(line).fetchall() for line in lines][-1]

        inner = "begin insert into acknowledged values (new.event, new.attempts); end"
        ask(table, f"{_WHEN} when new.state = 'done' {inner}")

    def noted() -> dict[int, list[int]]:
        found: dict[int, list[int]] = {}
        for number, attempt in ask(asked):
            found.setdefault(number, []).append(attempt)
        return found

    return noted


def _note(path: Path, text: str) -> None:
    """One write, so that a kill cannot tear it."""
    file = os.open(path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600)
    os.write(file, text.encode())
    os.close(file)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _count(path: Path) -> int:
    return len(_lines(path))


def main() -> None:
    """Prints what was found, for both kinds of listener, and ends with 1 where anything was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inbox", default="")
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--pause", type=float, default=1.5)
    parser.add_argument("--ordered", action="store_true")
    args = parser.parse_args()
    report = proof(args.inbox or _own_cluster(), args.events, args.workers, args.pause, args.ordered)
    kills = ", ".join(f"{role} {count}" for role, count in sorted(report.kills.items()))
    print(f"{report.answered:,} events answered and dispatched in {report.seconds:.0f} s, killed: {kills}")
    print(
        f"{report.lost} lost, {report.doubled} given again after the acknowledgement, "
        f"{report.repeated} given again before it, {report.disordered} out of order"
    )
    sys.exit(0 if report.holds else 1)


def _own_cluster() -> str:
    sys.path.append(str(ROOT))
    from tests.support import cluster

    return cluster.address(cluster.start(os.getpid(), durable=True))


if __name__ == "__main__":
    roles = {"receive": receive, "work": work}
    role = roles.get(sys.argv[1]) if len(sys.argv) > 1 else None
    if role is None:
        main()
    else:
        role(*sys.argv[2:])
