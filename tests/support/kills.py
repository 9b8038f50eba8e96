"""Workers that are killed in the middle of their work, again and again, and an account of what came of every event.

`python -m tests.support.kills INBOX LOG` is one such worker: its listener writes a line and has it on the disk (fsync)
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

from zoom_component.events.inbox.open import opened
from zoom_component.events.inbox.store import Arrival, Interest, Question, Store
from zoom_component.events.listeners import Delivery, Dispatcher, Listener, Retry
from zoom_component.events.listeners.callables import Called
from zoom_component.events.webhook import Event

ROOT = Path(__file__).parents[2]
NAME, AT_ONCE = "audit", 8


class Account(NamedTuple):
    """What came of it. `repeated`: given more than once, which a kill between a listener's return and its
    acknowledgement allows. `after_ack`: given again although the inbox had the acknowledgement."""

    put: int
    lost: int
    repeated: int
    after_ack: int
    unfinished: int
    kills: int
    seconds: float


def survive(folder: Path, events: int, kill_each: int, workers: int = 1, seed: int = 1) -> Account:
    """Puts events while workers handle them, kills one (-9) about each so many events, and goes on to the end."""
    chance, began, log = random.Random(seed), time.monotonic(), folder / "log"
    log.touch()
    store = opened(folder / "inbox.db")
    store.register([Interest(NAME)])
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
        return account(store, log, acknowledged, kills, time.monotonic() - began)
    finally:
        for each in running:
            each.kill()
            each.wait()
        producer.join()
        store.close()


def account(store: Store, log: Path, acknowledged: list[tuple[int, set[str]]], kills: int, seconds: float) -> Account:
    """What the log and the inbox tell. `acknowledged`: how long the log was when these were known to be done."""
    text = log.read_bytes()
    calls = Counter(text.decode().split())
    put = {each.arrival.key for each in store.find(Question(most=10**9))}
    after = {key for size, done in acknowledged for key in text[size:].decode().split() if key in done}
    repeated = sum(1 for count in calls.values() if count > 1)
    unfinished = len(put) - len(_keys(store, "done"))
    return Account(len(put), len(put - set(calls)), repeated, len(after), unfinished, kills, seconds)


def _produce(store: Store, events: int) -> None:
    for first in range(0, events, 50):
        batch = range(first, min(first + 50, events))
        store.put([Arrival(f"key-{n}", "meeting.started", n, "A", str(n), b"{}", 1.0, "webhook") for n in batch])
        time.sleep(0.002)


def _left(store: Store, events: int) -> bool:
    return store.counts(time.time()).states.get("done", 0) < events


def _keys(store: Store, state: str) -> set[str]:
    return {each.arrival.key for each in store.find(Question(state=state, most=10**9))}


def _lines(log: Path) -> int:
    return log.read_bytes().count(b"\n")


def _worker(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.support.kills", str(folder / "inbox.db"), str(folder / "log")]
    return subprocess.Popen(command, cwd=ROOT)


def main(inbox: str, log: str) -> None:
    """A worker, until it is killed."""
    file = os.open(log, os.O_WRONLY | os.O_APPEND)

    def audit(event: Event, delivery: Delivery) -> None:
        os.write(file, f"{delivery.key}\n".encode())
        os.fsync(file)

    # Many kills hit the same event now and then: that alone is no reason to count it among the dead.
    often = Retry(attempts=1000, first=0.05, longest=0.2)
    listener = Listener(NAME, Called(audit), retry=often, timeout=0.5, concurrency=AT_ONCE)
    Dispatcher(opened(inbox), [listener], idle=0.02, grace=0.3).work()


if __name__ == "__main__":
    main(*sys.argv[1:])
