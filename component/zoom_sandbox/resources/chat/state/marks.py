"""Store what users mark: pins, bookmarks, unread messages and stars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zoom_sandbox.account import Account
from zoom_sandbox.resources.users.state import User


@dataclass(slots=True)
class Pin:
    """Hold a message pinned by a user; `created_at` is epoch milliseconds, `is_current` until it is unpinned."""

    number: int
    channel_id: str
    message_id: str
    user_id: str
    created_at: int
    is_current: bool = True

    def sort_key(self) -> int:
        """Return the sort key of lists, the newest first."""
        return -self.number


class Marks:
    """Store the account's pins, the oldest first, and each user's bookmarks, stars and unread messages, by ids.

    A star is a channel or a contact: `("channel", id)`.
    """

    def __init__(self, account: Account) -> None:
        self._account = account
        self.pins: list[Pin] = []
        self.bookmarks: dict[str, dict[str, None]] = {}
        self.stars: dict[str, dict[tuple[str, str], None]] = {}
        self.unread: dict[str, set[str]] = {}

    def find_pin(self, message: str) -> Pin | None:
        """Return the current pin of a message."""
        return next((pin for pin in self.pins if pin.is_current and pin.message_id == message), None)

    def pin(self, channel: str, message: str, user: User) -> None:
        """Pin a message to its channel."""
        self.pins.append(Pin(len(self.pins) + 1, channel, message, user.id, int(self._account.clock() * 1000)))

    def bookmarks_of(self, user: User) -> dict[str, None]:
        """Return the ids of a user's bookmarked messages, the oldest first, to be changed in place."""
        return self.bookmarks.setdefault(user.id, {})

    def stars_of(self, user: User) -> dict[tuple[str, str], None]:
        """Return a user's stars, to be changed in place."""
        return self.stars.setdefault(user.id, {})

    def unread_of(self, user: User) -> set[str]:
        """Return the ids of a user's unread messages, to be changed in place."""
        return self.unread.setdefault(user.id, set())

    def remove_user(self, user: User, heirs: Mapping[str, User]) -> None:
        """Delete a user's bookmarks, stars and unread marks."""
        self.bookmarks.pop(user.id, None)
        self.stars.pop(user.id, None)
        self.unread.pop(user.id, None)
