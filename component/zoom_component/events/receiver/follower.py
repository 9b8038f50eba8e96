"""Read new events from an inbox, so that showing them does not delay the receiver."""

from __future__ import annotations

from collections.abc import Iterator

from zoom_component.events.inbox.protocols import EventLog, EventQuery, StoredEvent

__all__ = ["Follower"]

_PAGE_SIZE = 500


class Follower:
    """Read the events that were stored after `after_id`, or after now.

    `last_id` is the number of the last event that was returned or passed over.
    """

    def __init__(self, inbox: EventLog, after_id: int | None = None) -> None:
        newest = inbox.find_events(EventQuery(limit=1)) if after_id is None else []
        self._inbox = inbox
        self.last_id = (newest[0].id if newest else 0) if after_id is None else after_id

    def read_new(self) -> Iterator[StoredEvent]:
        """Return all events since the last call, the oldest first. Raise OSError when the inbox cannot be read."""
        # Read one first, because mostly there is nothing new.
        events = self._select_new(self._inbox.find_events(EventQuery(limit=1)))
        while events and events[-1].id > self.last_id + 1:
            query = EventQuery(limit=_PAGE_SIZE, before_id=events[-1].id)
            page = self._select_new(self._inbox.find_events(query))
            if not page:
                break
            events += page
        if events:
            self.last_id = events[0].id
        return reversed(events)

    def read_next_page(self) -> list[StoredEvent]:
        """Return at most a page of the next events, the oldest first. Raise OSError when the inbox cannot be read."""
        newest = self._inbox.find_events(EventQuery(limit=1))
        while newest and self.last_id < newest[0].id:
            ids = tuple(range(self.last_id + 1, min(self.last_id + _PAGE_SIZE, newest[0].id) + 1))
            page = self._inbox.find_events(EventQuery(ids=ids, limit=_PAGE_SIZE))
            self.last_id = ids[-1]
            if page:
                return page[::-1]
        return []

    def _select_new(self, page: list[StoredEvent]) -> list[StoredEvent]:
        return [each for each in page if each.id > self.last_id]
