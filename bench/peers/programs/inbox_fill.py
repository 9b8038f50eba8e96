"""Store new events in an inbox of the project: `inbox_fill.py INBOX COUNT OBJECTS [LISTENER] [ordered]`.

Each event belongs to one of OBJECTS objects, in turn. With a listener, that listener is subscribed first. It prints the
time (epoch seconds) at which the events were stored.
"""

import sys
import time

from zoom_component.events.inbox.engines import open_inbox
from zoom_component.events.inbox.protocols import IncomingEvent, Subscription

address, count, objects, *listener = sys.argv[1:]
inbox = open_inbox(address)
if listener:
    inbox.subscribe([Subscription(listener[0], ordered=listener[1:] == ["ordered"])])
started = time.time()
millisecond = int(started * 1000)
template = (
    '{"event":"meeting.started","event_ts":%d,"payload":{"account_id":"AAAAAABBBB","object":{"duration":60,"id":"%s",'
    '"topic":"Daily Meeting","type":2,"uuid":"%d==","host_id":"x1yCzABCDEfg23HiJKl4mN"}}}'
)
for first in range(0, int(count), 500):
    events = []
    for number in range(first, min(first + 500, int(count))):
        moment, owner = millisecond + number, str(80_000_000_000 + number % int(objects))
        body = (template % (moment, owner, number)).encode()
        key = f"bench-{millisecond}-{number}"
        events.append(IncomingEvent(key, "meeting.started", moment, "AAAAAABBBB", owner, body, started, "webhook"))
    inbox.add_events(events)
print(time.time(), flush=True)
inbox.close()
