"""Events as they come into an inbox, read out of it: whoever follows sees what is kept, and delays no answer."""

from __future__ import annotations

from collections.abc import Iterator

from zoom_component.events.inbox.store import Kept, Question, Store

__all__ = ["Follower"]

_PAGE = 500


class Follower:
    """Reads what was kept after it began; `after` is the number of the last event that is known already.

    `last` is the number of the last one that was handed on, or passed over.
    """

    def __init__(self, store: Store, after: int | None = None) -> None:
        newest = store.find(Question(most=1)) if after is None else []
        self._store = store
        self.last = (newest[0].id if newest else 0) if after is None else after

    def news(self) -> Iterator[Kept]:
        """What came since the last call, the oldest first. Raises OSError."""
        # One at first: mostly there is nothing new.
        found = self._newer(self._store.find(Question(most=1)))
        while found and found[-1].id > self.last + 1:
            page = self._newer(self._store.find(Question(most=_PAGE, before=found[-1].id)))
            if not page:
                break
            found += page
        if found:
            self.last = found[0].id
        return reversed(found)

    def ahead(self) -> list[Kept]:
        """The next of what came, the oldest first and a page at most, however much there is. Raises OSError."""
        newest = self._store.find(Question(most=1))
        while newest and self.last < newest[0].id:
            ids = tuple(range(self.last + 1, min(self.last + _PAGE, newest[0].id) + 1))
            page = self._store.find(Question(ids=ids, most=_PAGE))
            self.last = ids[-1]
            if page:
                return page[::-1]
        return []

    def _newer(self, page: list[Kept]) -> list[Kept]:
        return [each for each in page if each.id > self.last]
