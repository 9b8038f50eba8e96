"""Kill workers while they handle events, and count what happened to every event.

`python -m tests.support.worker_kills INBOX LOG` is one worker: its listener writes a line to the disk (fsync) before it
returns.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from zoom_component.events.inbox.engines import open_inbox
from zoom_component.events.inbox.protocols import EventQuery, Inbox, IncomingEvent, Subscription
from zoom_component.events.listeners import Delivery, Dispatcher, Listener, RetrySchedule
from zoom_component.events.listeners.functions import FunctionHandler
from zoom_component.events.webhook import Event

ROOT = Path(__file__).parents[2]
NAME, CONCURRENCY = "audit", 8


class DeliveryCounts(NamedTuple):
    """Count events.

    `repeated`: handled more than once, which is possible if a kill comes between the return of a listener and its
    acknowledgement. `after_ack`: handled again although the inbox had the acknowledgement.
    """

    put: int
    lost: int
    repeated: int
    after_ack: int
    unfinished: int
    kills: int
    seconds: float


def run_with_kills(folder: Path, events: int, kill_each: int, workers: int = 1, seed: int = 1) -> DeliveryCounts:
    """Add events while workers handle them, kill a worker (-9) about every `kill_each` events, and count at the end."""
    rng, start, log = random.Random(seed), time.monotonic(), folder / "log"
    log.touch()
    store = open_inbox(folder / "inbox.db")
    store.subscribe([Subscription(NAME)])
    producer = threading.Thread(target=_add_events, args=(store, events))
    running = [_start_worker(folder) for _ in range(workers)]
    acknowledged: list[tuple[int, set[str]]] = []
    try:
        producer.start()
        kills = seen = 0
        while _has_events_left(store, events) and time.monotonic() - start < 60 + events / 20:
            if _count_lines(log) - seen < rng.randint(kill_each // 2, kill_each):
                time.sleep(0.005)
                continue
            at = rng.randrange(workers)
            running[at].kill()
            running[at].wait()
            kills += 1
            done = _list_keys(
                store, "done"
            )  # read before the size of the log: later calls come after these acknowledgements
            acknowledged.append((log.stat().st_size, done))
            running[at], seen = _start_worker(folder), _count_lines(log)
        return count_deliveries(store, log, acknowledged, kills, time.monotonic() - start)
    finally:
        for each in running:
            each.kill()
            each.wait()
        producer.join()
        store.close()


def count_deliveries(
    store: Inbox, log: Path, acknowledged: list[tuple[int, set[str]]], kills: int, seconds: float
) -> DeliveryCounts:
    """Return the counts from the log and the inbox.

    `acknowledged`: length of the log when these events were done.
    """
    text = log.read_bytes()
    calls = Counter(text.decode().split())
    put = {each.event.key for each in store.find_events(EventQuery(limit=10**9))}
    after = {key for size, done in acknowledged for key in text[size:].decode().split() if key in done}
    repeated = sum(1 for count in calls.values() if count > 1)
    unfinished = len(put) - len(_list_keys(store, "done"))
    return DeliveryCounts(len(put), len(put - set(calls)), repeated, len(after), unfinished, kills, seconds)


def _add_events(store: Inbox, events: int) -> None:
    for first in range(0, events, 50):
        batch = range(first, min(first + 50, events))
        store.add_events(
            [IncomingEvent(f"key-{n}", "meeting.started", n, "A", str(n), b"{}", 1.0, "webhook") for n in batch]
        )
        time.sleep(0.002)


def _has_events_left(store: Inbox, events: int) -> bool:
    return store.count(time.time()).jobs.get("done", 0) < events


def _list_keys(store: Inbox, state: str) -> set[str]:
    return {each.event.key for each in store.find_events(EventQuery(state=state, limit=10**9))}


def _count_lines(log: Path) -> int:
    return log.read_bytes().count(b"\n")


def _start_worker(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.support.worker_kills", str(folder / "inbox.db"), str(folder / "log")]
    return subprocess.Popen(command, cwd=ROOT)


def main(inbox: str, log: str) -> None:
    """Run a worker until it is killed."""
    file = os.open(log, os.O_WRONLY | os.O_APPEND)

    def audit(event: Event, delivery: Delivery) -> None:
        os.write(file, f"{delivery.key}\n".encode())
        os.fsync(file)

    # Several kills may hit the same event, which must not make it a dead letter.
    retry = RetrySchedule(max_attempts=1000, first_delay=0.05, max_delay=0.2)
    listener = Listener(NAME, FunctionHandler(audit), retry=retry, timeout=0.5, concurrency=CONCURRENCY)
    Dispatcher(open_inbox(inbox), [listener], poll_interval=0.02, lease_grace=0.3).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
