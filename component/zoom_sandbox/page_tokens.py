"""Issue page tokens: opaque, valid for fifteen minutes, and for one listing only.

A token stores the key of the last item, not a count, so that items which are added or removed between two pages
neither hide other items nor repeat them.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

from zoom_sandbox.clock import Clock
from zoom_sandbox.errors import ApiError
from zoom_sandbox.ids import IdGenerator

LIFETIME = 15 * 60  # seconds; spec/zoom/about.json, common.next_page_token_lifetime_minutes


@dataclass(frozen=True, slots=True)
class PagePosition:
    """Hold the position in a listing: its filters, the key of the last item, and when the token expires."""

    filters: Hashable
    last_key: Any
    expires_at: float


class PageTokens:
    """Hold the page tokens of an account."""

    def __init__(self, clock: Clock, ids: IdGenerator) -> None:
        self._clock, self._ids = clock, ids
        self._positions: dict[str, PagePosition] = {}

    def issue_token(self, filters: Hashable, last_key: Any) -> str:
        """Return a token for the items after the one with the key `last_key`."""
        now = self._clock()
        for token in [token for token, position in self._oldest() if position.expires_at <= now]:
            del self._positions[token]
        token = self._ids.next_token()
        self._positions[token] = PagePosition(filters, last_key, now + LIFETIME)
        return token

    def get_last_key(self, token: str, filters: Hashable) -> Any:
        """Return the key of the last item before a token.

        Raises ApiError (400/300) for a token that is unknown, expired, or from a listing with other filters.
        """
        position = self._positions.get(token)
        if position is None or position.expires_at <= self._clock():
            raise ApiError(400, 300, "The next page token is invalid or expired.")
        if position.filters != filters:
            raise ApiError(400, 300, "The next page token belongs to a request with other parameters.")
        return position.last_key

    def _oldest(self) -> list[tuple[str, PagePosition]]:
        # Tokens are in the order of their expiry, so checking a few at the front keeps the store small.
        return [item for item, _ in zip(self._positions.items(), range(8), strict=False)]
