"""The page tokens in use: opaque, good for fifteen minutes, and for one listing only.

A token remembers where the walk stands by the last item's key, not by a count, so that items which come or go
during a walk neither hide others nor make them come twice.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from zoom_sandbox.clock import Clock
from zoom_sandbox.errors import ApiError
from zoom_sandbox.ids import IdGenerator

LIFETIME = 15 * 60  # spec/zoom/about.json, common.next_page_token_lifetime_minutes


@dataclass(frozen=True, slots=True)
class PagePosition:
    """Where a listing stands: what was asked, the key of the last item given, and until when that holds."""

    filters: Hashable
    last_key: Any
    expires_at: float


class PageTokens:
    """The page tokens in use."""

    def __init__(self, clock: Clock, ids: IdGenerator) -> None:
        self._clock, self._ids = clock, ids
        self._walks: dict[str, PagePosition] = {}

    def issue_token(self, filters: Hashable, last: Any) -> str:
        """A token that goes on after the item with the key `last`."""
        now = self._clock()
        for token in [token for token, walk in self._oldest() if walk.expires_at <= now]:
            del self._walks[token]
        token = self._ids.next_token()
        self._walks[token] = PagePosition(filters, last, now + LIFETIME)
        return token

    def get_last_key(self, token: str, filters: Hashable) -> Any:
        """The key after which to go on. Refuses (400/300) unknown and old tokens and changed filters."""
        walk = self._walks.get(token)
        if walk is None or walk.expires_at <= self._clock():
            raise ApiError(400, 300, "The next page token is invalid or expired.")
        if walk.filters != filters:
            raise ApiError(400, 300, "The next page token belongs to a request with other parameters.")
        return walk.last_key

    def _oldest(self) -> list[tuple[str, PagePosition]]:
        # Tokens lie in the order of their ends, so a few from the front are enough to keep the store small.
        return [item for item, _ in zip(self._walks.items(), range(8), strict=False)]
