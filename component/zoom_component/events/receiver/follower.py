"""Events as they come into an inbox, read out of it: whoever follows sees what is kept, and delays no answer."""

from __future__ import annotations

from collections.abc import Iterator

from zoom_component.events.inbox.protocols import EventQuery, Inbox, StoredEvent

__all__ = ["Follower"]

_PAGE = 500


class Follower:
    """Reads what was kept after it began; `after` is the number of the last event that is known already.

    `last` is the number of the last one that was handed on, or passed over.
    """

    def __init__(self, store: Inbox, after_id: int | None = None) -> None:
        newest = store.find_events(EventQuery(limit=1)) if after_id is None else []
        self._store = store
        self.last_id = (newest[0].id if newest else 0) if after_id is None else after_id

    def read_new(self) -> Iterator[StoredEvent]:
        """What came since the last call, the oldest first. Raises OSError."""
        # One at first: mostly there is nothing new.
        found = self._newer(self._store.find_events(EventQuery(limit=1)))
        while found and found[-1].id > self.last_id + 1:
            page = self._newer(self._store.find_events(EventQuery(limit=_PAGE, before_id=found[-1].id)))
            if not page:
                break
            found += page
        if found:
            self.last_id = found[0].id
        return reversed(found)

    def read_next_page(self) -> list[StoredEvent]:
        """The next of what came, the oldest first and a page at most, however much there is. Raises OSError."""
        newest = self._store.find_events(EventQuery(limit=1))
        while newest and self.last_id < newest[0].id:
            ids = tuple(range(self.last_id + 1, min(self.last_id + _PAGE, newest[0].id) + 1))
            page = self._store.find_events(EventQuery(ids=ids, limit=_PAGE))
            self.last_id = ids[-1]
            if page:
                return page[::-1]
        return []

    def _newer(self, page: list[StoredEvent]) -> list[StoredEvent]:
        return [each for each in page if each.id > self.last_id]
