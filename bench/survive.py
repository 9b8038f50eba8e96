"""`listen` killed (-9) again and again while events are posted: what was answered 200 is in the inbox, once.

.venv/bin/python bench/survive.py [EVENTS] [SECONDS BETWEEN KILLS]
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from receiving import Line, delivery, start

from zoom_component.inbox.sqlite import SqliteStore
from zoom_component.inbox.store import Question

EVENTS, PAUSE, LINES = 10_000, 0.7, 32
FIRST = 1_773_140_400_000


def main() -> None:
    """Prints what was sent, answered and found, and ends with 1 for anything lost or doubled."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
    pause = float(sys.argv[2]) if len(sys.argv) > 2 else PAUSE
    with tempfile.TemporaryDirectory() as folder:
        inbox = Path(folder) / "inbox.db"
        began = time.perf_counter()
        answered, tries, kills = asyncio.run(_run(inbox, count, pause))
        took = time.perf_counter() - began
        store = SqliteStore(inbox)
        found = Counter(each.arrival.event_ts for each in store.find(Question(most=count * 2)))
        store.close()
    lost = [number for number in answered if found[FIRST + number] != 1]
    doubled = sum(found.values()) - len(found)
    print(f"{count:,} events in {tries:,} deliveries, {kills} kills in {took:.0f} s")
    print(
        f"{len(answered):,} answered 200, {sum(found.values()):,} kept; {len(lost)} lost, {doubled} twice", flush=True
    )
    sys.exit(1 if lost or doubled or len(answered) != count else 0)


async def _run(inbox: Path, count: int, pause: float) -> tuple[set[int], int, int]:
    server = start(inbox)
    waiting, answered, tries, kills, ends = list(range(count)), set[int](), 0, 0, False

    async def send() -> None:
        """As Zoom does, only sooner: what is not answered 2xx is sent again, and now and then what was, too."""
        nonlocal tries
        wire = Line(server.port)
        while len(answered) < count:
            if not waiting:
                await asyncio.sleep(0.01)
                continue
            number = waiting.pop()
            tries += 1
            try:
                status = await asyncio.wait_for(wire.ask(delivery(number)), 3)
            except (OSError, EOFError, TimeoutError):
                wire.close()
                waiting.insert(0, number)
                await asyncio.sleep(0.02)
                continue
            if status == 200:
                answered.add(number)
            if status != 200 or random.random() < 0.02:
                waiting.insert(0, number)
        wire.close()

    async def kill() -> None:
        nonlocal server, kills
        while not ends:
            await asyncio.sleep(random.uniform(0.5, 1.5) * pause)
            port = server.port
            server.kill()
            kills += 1
            server = await asyncio.to_thread(start, inbox, port)

    killing = asyncio.create_task(kill())
    await asyncio.gather(*(send() for _ in range(LINES)))
    ends = True
    await killing
    server.process.terminate()
    server.process.wait()
    return answered, tries, kills


if __name__ == "__main__":
    main()
