"""The page tokens in use: opaque, good for fifteen minutes, and for one listing only.

A token remembers where the walk stands by the last item's key, not by a count, so that items which come or go
during a walk neither hide others nor make them come twice.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from zoom_sandbox.clock import Clock
from zoom_sandbox.ids import Ids
from zoom_sandbox.refusal import Refusal

LIFETIME = 15 * 60  # spec/zoom/about.json, common.next_page_token_lifetime_minutes


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a listing stands: what was asked, the key of the last item given, and until when that holds."""

    filters: Hashable
    last: Any
    expires: float


class Walks:
    """The page tokens in use."""

    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._clock, self._ids = clock, ids
        self._walks: dict[str, Walk] = {}

    def issue(self, filters: Hashable, last: Any) -> str:
        """A token that goes on after the item with the key `last`."""
        now = self._clock()
        for token in [token for token, walk in self._oldest() if walk.expires <= now]:
            del self._walks[token]
        token = self._ids.token()
        self._walks[token] = Walk(filters, last, now + LIFETIME)
        return token

    def resume(self, token: str, filters: Hashable) -> Any:
        """The key after which to go on. Refuses (400/300) unknown and old tokens and changed filters."""
        walk = self._walks.get(token)
        if walk is None or walk.expires <= self._clock():
            raise Refusal(400, 300, "The next page token is invalid or expired.")
        if walk.filters != filters:
            raise Refusal(400, 300, "The next page token belongs to a request with other parameters.")
        return walk.last

    def _oldest(self) -> list[tuple[str, Walk]]:
        # Tokens lie in the order of their ends, so a few from the front are enough to keep the store small.
        return [item for item, _ in zip(self._walks.items(), range(8), strict=False)]
