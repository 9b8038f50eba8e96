"""Measure an inbox of the project with many events: `inbox_growth.py INBOX COUNT`.

Half of the events are 60 days old, and done. It prints one line of JSON: the seconds that the counts of `inbox status`
took, several times, and the seconds in which the old half was pruned.
"""

import json
import sys
import time

from zoom_component.events.inbox.engines import open_inbox
from zoom_component.events.inbox.protocols import IncomingEvent, Subscription

address, count = sys.argv[1], int(sys.argv[2])
GROUP, DAY = 2000, 86_400.0
BODY = (
    '{"event":"meeting.started","event_ts":%d,"payload":{"account_id":"AAAAAABBBB","object":{"duration":60,"id":"%s",'
    '"topic":"Daily Meeting","type":2,"uuid":"%d==","host_id":"x1yCzABCDEfg23HiJKl4mN","agenda":"'
    + "What happened, what comes next. " * 15
    + '"}}}'
)


def store_events(first: int, received_at: float) -> None:
    """Store one group of new events."""
    events = []
    for number in range(first, first + GROUP):
        moment, owner = int(received_at * 1000) + number, str(80_000_000_000 + number % 5000)
        body = (BODY % (moment, owner, number)).encode()
        key = f"bench-{moment}-{number}"
        events.append(IncomingEvent(key, "meeting.started", moment, "AAAAAABBBB", owner, body, received_at, "webhook"))
    inbox.add_events(events)


def finish_jobs() -> None:
    """Finish every job that is due."""
    while jobs := inbox.claim_jobs(["counting"], GROUP, 600, time.time()):
        inbox.acknowledge(jobs, time.time())


inbox = open_inbox(address)
inbox.subscribe([Subscription("counting")])
now = time.time()
for start in range(0, count // 2, GROUP):
    store_events(start, now - 60 * DAY)
    finish_jobs()
for start in range(count // 2, count, GROUP):
    store_events(start, now)
    print(f"{start + GROUP} events", file=sys.stderr, flush=True)
seconds = []
for _ in range(7):
    before = time.perf_counter()
    counts = inbox.count(time.time())
    seconds.append(time.perf_counter() - before)
before = time.perf_counter()
pruned = inbox.prune_events(now - 30 * DAY)
print(json.dumps({"status": seconds, "prune": time.perf_counter() - before, "events": counts.events, "pruned": pruned}))
inbox.close()
