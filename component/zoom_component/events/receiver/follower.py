"""Read new events from an inbox, so that showing them does not delay the receiver."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from zoom_component.events.inbox.protocols import EventLog, EventQuery, StoredEvent

__all__ = ["Follower"]

_PAGE_SIZE = 500
_LATE_SECONDS = 10.0  # how long an id that is missing is looked for
_MAX_MISSING = 500


class Follower:
    """Read the events that were stored after `after_id`, or after now.

    `last_id` is the number of the last event that was returned or passed over. On a shared server, an event may become
    visible a moment after one with a higher id; it is returned when it appears. `clock` is monotonic, in seconds.
    """

    def __init__(
        self, inbox: EventLog, after_id: int | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        newest = inbox.find_events(EventQuery(limit=1)) if after_id is None else []
        self._inbox = inbox
        self._clock = clock
        self._missing: dict[int, float] = {}
        self.last_id = (newest[0].id if newest else 0) if after_id is None else after_id

    def read_new(self) -> Iterator[StoredEvent]:
        """Return all events since the last call, the oldest first. Raise OSError when the inbox cannot be read."""
        late = self._find_missing()
        # Read one first, because mostly there is nothing new.
        events = self._select_new(self._inbox.find_events(EventQuery(limit=1)))
        while events and events[-1].id > self.last_id + 1:
            query = EventQuery(limit=_PAGE_SIZE, before_id=events[-1].id)
            page = self._select_new(self._inbox.find_events(query))
            if not page:
                break
            events += page
        if events:
            self._note_missing(range(self.last_id + 1, events[0].id), events)
            self.last_id = events[0].id
        return reversed(events + late)

    def read_next_page(self) -> list[StoredEvent]:
        """Return at most a page of the next events, the oldest first. Raise OSError when the inbox cannot be read."""
        if late := self._find_missing():
            return late[::-1]
        newest = self._inbox.find_events(EventQuery(limit=1))
        while newest and self.last_id < newest[0].id:
            ids = range(self.last_id + 1, min(self.last_id + _PAGE_SIZE, newest[0].id) + 1)
            page = self._inbox.find_events(EventQuery(ids=tuple(ids), limit=_PAGE_SIZE))
            self._note_missing(ids, page)
            self.last_id = ids[-1]
            if page:
                return page[::-1]
        return []

    def _select_new(self, page: list[StoredEvent]) -> list[StoredEvent]:
        return [each for each in page if each.id > self.last_id]

    def _note_missing(self, ids: range, events: list[StoredEvent]) -> None:
        """Remember the newest ids that have no event. Most never get one, such as those of pruned events."""
        if len(ids) <= len(events):
            return
        now, present = self._clock(), {each.id for each in events}
        newest_missing = (id for id in ids[-_MAX_MISSING:] if id not in present)
        self._missing = dict([*self._missing.items(), *((id, now) for id in newest_missing)][-_MAX_MISSING:])

    def _find_missing(self) -> list[StoredEvent]:
        """Return the events of missing ids that have appeared, the newest first."""
        oldest = self._clock() - _LATE_SECONDS
        self._missing = {id: since for id, since in self._missing.items() if since >= oldest}
        if not self._missing:
            return []
        events = self._inbox.find_events(EventQuery(ids=tuple(self._missing), limit=_MAX_MISSING))
        for each in events:
            del self._missing[each.id]
        return events
