"""Workers that are killed in the middle of their work, again and again, and an account of what came of every event.

`python -m tests.support.worker_kills INBOX LOG` is one such worker: its listener writes a line and has it on the disk (fsync)
before it returns.
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
    """What came of it. `repeated`: given more than once, which a kill between a listener's return and its
    acknowledgement allows. `after_ack`: given again although the inbox had the acknowledgement."""

    put: int
    lost: int
    repeated: int
    after_ack: int
    unfinished: int
    kills: int
    seconds: float


def run_with_kills(folder: Path, events: int, kill_each: int, workers: int = 1, seed: int = 1) -> DeliveryCounts:
    """Puts events while workers handle them, kills one (-9) about each so many events, and goes on to the end."""
    chance, began, log = random.Random(seed), time.monotonic(), folder / "log"
    log.touch()
    store = open_inbox(folder / "inbox.db")
    store.subscribe([Subscription(NAME)])
    producer = threading.Thread(target=_produce, args=(store, events))
    running = [_worker(folder) for _ in range(workers)]
    acknowledged: list[tuple[int, set[str]]] = []
    try:
        producer.start()
        kills = seen = 0
        while _left(store, events) and time.monotonic() - began < 60 + events / 20:
            if _lines(log) - seen < chance.randint(kill_each // 2, kill_each):
                time.sleep(0.005)
                continue
            at = chance.randrange(workers)
            running[at].kill()
            running[at].wait()
            kills += 1
            done = _keys(store, "done")  # first these, then the size: what is called after it, is called after its ack
            acknowledged.append((log.stat().st_size, done))
            running[at], seen = _worker(folder), _lines(log)
        return count_deliveries(store, log, acknowledged, kills, time.monotonic() - began)
    finally:
        for each in running:
            each.kill()
            each.wait()
        producer.join()
        store.close()


def count_deliveries(
    store: Inbox, log: Path, acknowledged: list[tuple[int, set[str]]], kills: int, seconds: float
) -> DeliveryCounts:
    """What the log and the inbox tell. `acknowledged`: how long the log was when these were known to be done."""
    text = log.read_bytes()
    calls = Counter(text.decode().split())
    put = {each.event.key for each in store.find_events(EventQuery(limit=10**9))}
    after = {key for size, done in acknowledged for key in text[size:].decode().split() if key in done}
    repeated = sum(1 for count in calls.values() if count > 1)
    unfinished = len(put) - len(_keys(store, "done"))
    return DeliveryCounts(len(put), len(put - set(calls)), repeated, len(after), unfinished, kills, seconds)


def _produce(store: Inbox, events: int) -> None:
    for first in range(0, events, 50):
        batch = range(first, min(first + 50, events))
        store.add_events(
            [IncomingEvent(f"key-{n}", "meeting.started", n, "A", str(n), b"{}", 1.0, "webhook") for n in batch]
        )
        time.sleep(0.002)


def _left(store: Inbox, events: int) -> bool:
    return store.count(time.time()).jobs.get("done", 0) < events


def _keys(store: Inbox, state: str) -> set[str]:
    return {each.event.key for each in store.find_events(EventQuery(state=state, limit=10**9))}


def _lines(log: Path) -> int:
    return log.read_bytes().count(b"\n")


def _worker(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.support.worker_kills", str(folder / "inbox.db"), str(folder / "log")]
    return subprocess.Popen(command, cwd=ROOT)


def main(inbox: str, log: str) -> None:
    """A worker, until it is killed."""
    file = os.open(log, os.O_WRONLY | os.O_APPEND)

    def audit(event: Event, delivery: Delivery) -> None:
        os.write(file, f"{delivery.key}\n".encode())
        os.fsync(file)

    # Many kills hit the same event now and then: that alone is no reason to count it among the dead.
    often = RetrySchedule(max_attempts=1000, first_delay=0.05, max_delay=0.2)
    listener = Listener(NAME, FunctionHandler(audit), retry=often, timeout=0.5, concurrency=CONCURRENCY)
    Dispatcher(open_inbox(inbox), [listener], poll_interval=0.02, lease_grace=0.3).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
