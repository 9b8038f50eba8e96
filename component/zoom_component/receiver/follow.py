"""Events as they come into an inbox, read out of it: whoever follows sees what is kept, and delays no answer."""

from __future__ import annotations

from collections.abc import Iterator

from zoom_component.inbox.store import Kept, Question, Store

__all__ = ["Follower"]

_PAGE = 500


class Follower:
    """Reads what was kept after it began; `after` is the number of the last event that is known already."""

    def __init__(self, store: Store, after: int | None = None) -> None:
        newest = store.find(Question(most=1)) if after is None else []
        self._store = store
        self._last = (newest[0].id if newest else 0) if after is None else after

    def news(self) -> Iterator[Kept]:
        """What came since the last call, the oldest first. Raises OSError."""
        # One at first: mostly there is nothing new.
        found = self._newer(self._store.find(Question(most=1)))
        while found and found[-1].id > self._last + 1:
            page = self._newer(self._store.find(Question(most=_PAGE, before=found[-1].id)))
            if not page:
                break
            found += page
        if found:
            self._last = found[0].id
        return reversed(found)

    def _newer(self, page: list[Kept]) -> list[Kept]:
        return [each for each in page if each.id > self._last]
