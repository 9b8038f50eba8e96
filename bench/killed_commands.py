"""Kill workers (-9) while their listeners run programs with descendants, and check that none of these lives on.

Each program starts a child and a grandchild in a session of its own. All three write a line every few milliseconds. No
line of an attempt may come after the start of the next attempt, or after the end of the event.

.venv/bin/python bench/killed_commands.py [--events 200] [--kills 60] [--workers 2] [--seed N]
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

LISTENER = "programs"
CONCURRENCY = 4
DEADLINE = 600.0
# The environment has the key and the number of the attempt. Every tenth program does not end in time.
PROGRAM = """
import os, random, sys, time
name = f"{os.environ['INBOX_KEY']} {os.environ['INBOX_ATTEMPT']}"
log = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND)

def write(word):
    os.write(log, f"{word} {name}\\n".encode())

def live_on(who):
    while True:
        write(who)
        time.sleep(0.003)

write("start")
if os.fork() == 0:
    if os.fork() == 0:
        os.setsid()
        live_on("grandchild")
    live_on("child")
deadline = time.monotonic() + (60 if random.random() < 0.1 else random.uniform(0.01, 0.1))
while time.monotonic() < deadline:
    write("program")
    time.sleep(0.003)
"""


class CommandReport(NamedTuple):
    """Count what happened to the events and their programs.

    `unfinished` events are not done; `survivors` are attempts with a line after the start of the next one or after the
    end; `with_descendants` are those whose grandchild has run.
    """

    events: int
    attempts: int
    with_descendants: int
    unfinished: int
    survivors: int
    kills: int
    seconds: float

    @property
    def holds(self) -> bool:
        """Return whether every event is done and nothing lived on."""
        return not (self.unfinished or self.survivors)


def run_kill_test(events: int, kills: int, workers: int, seed: int) -> CommandReport:
    """Kill workers `kills` times while they run a program for each event; return the report."""
    from zoom_component.events.inbox.engines import open_inbox
    from zoom_component.events.inbox.protocols import IncomingEvent, Subscription

    start, generator = time.monotonic(), random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = folder / "log"
        log.touch()
        inbox = open_inbox(folder / "inbox.db")
        inbox.subscribe([Subscription(LISTENER)])
        inbox.add_events(
            [IncomingEvent(f"key-{n}", "meeting.started", n, "A", str(n), b"{}", 1.0, "webhook") for n in range(events)]
        )
        running = [_start_worker(folder) for _ in range(workers)]
        killed = 0
        try:
            while (done := inbox.count(0).jobs.get("done", 0)) < events and time.monotonic() < start + DEADLINE:
                time.sleep(0.02)
                if killed < kills and _should_kill(log, killed, events, kills, generator):
                    process = running[index := generator.randrange(workers)]
                    process.kill()
                    process.wait()
                    running[index] = _start_worker(folder)
                    killed += 1
        finally:
            for process in running:
                process.kill()
                process.wait()
        inbox.close()
        size = _wait_until_quiet(log)
        lines = log.read_bytes()[:size].decode().splitlines()
        is_quiet = log.stat().st_size == size
    return _build_report(lines, events, events - done, killed, is_quiet, time.monotonic() - start)


def _should_kill(log: Path, killed: int, events: int, kills: int, generator: random.Random) -> bool:
    """Spread the kills over the events: wait until enough programs have started for the next one."""
    started = log.read_bytes().count(b"start ")
    return started > killed * events / max(kills, 1) and generator.random() < 0.5


def _wait_until_quiet(log: Path) -> int:
    """Return the size of the log a moment after the last worker has died: guards have to notice that first."""
    deadline, size = time.monotonic() + 5.0, -1
    while size != (size := log.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.5)
    return size


def _build_report(
    lines: list[str], events: int, unfinished: int, kills: int, is_quiet: bool, seconds: float
) -> CommandReport:
    newest: dict[str, int] = {}
    survivors: set[tuple[str, int]] = set()
    attempts: set[tuple[str, int]] = set()
    with_descendants: set[tuple[str, int]] = set()
    for line in lines:
        word, key, number = line.split()
        attempt = int(number)
        if word == "start":
            newest[key] = max(attempt, newest.get(key, 0))
            attempts.add((key, attempt))
        elif attempt < newest[key]:
            survivors.add((key, attempt))
        if word == "grandchild":
            with_descendants.add((key, attempt))
    counts = len(attempts), len(with_descendants), unfinished, len(survivors) + (not is_quiet)
    return CommandReport(events, *counts, kills, seconds)


def _start_worker(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(Path(__file__).resolve()), "work", str(folder)])


def work(folder: str) -> None:
    """Run a worker until it is killed."""
    from zoom_component.events.inbox.engines import open_inbox
    from zoom_component.events.listeners import Dispatcher, Listener, RetrySchedule
    from zoom_component.events.listeners.command import CommandHandler

    command = [sys.executable, "-I", "-S", "-c", PROGRAM, str(Path(folder, "log"))]
    # Several kills may hit the same event, which must not make it a dead letter.
    retry = RetrySchedule(max_attempts=1000, first_delay=0.05, max_delay=0.2)
    handler = CommandHandler(command, Path(folder))
    listener = Listener(LISTENER, handler, retry=retry, timeout=0.6, concurrency=CONCURRENCY)
    inbox = open_inbox(Path(folder, "inbox.db"))
    Dispatcher(inbox, [listener], poll_interval=0.02, lease_grace=0.3).run()


def main() -> None:
    """Print the report; exit with 1 when something lived on or an event was not handled."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=200)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    args = parser.parse_args()
    print(f"seed {args.seed}")
    report = run_kill_test(args.events, args.kills, args.workers, args.seed)
    print(
        f"{report.events:,} events in {report.attempts:,} attempts in {report.seconds:.0f} s, "
        f"{report.with_descendants:,} of them with descendants; workers killed {report.kills} times"
    )
    print(f"{report.survivors} attempts lived on, {report.unfinished} events unfinished")
    sys.exit(0 if report.holds else 1)


if __name__ == "__main__":
    if sys.argv[1:2] == ["work"]:
        work(*sys.argv[2:])
    else:
        main()
