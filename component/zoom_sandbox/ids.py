"""Ids, secrets and tokens in Zoom's shapes, from one seeded generator so that a run can be repeated."""

from __future__ import annotations

import base64
import random
import uuid
from typing import Any


class IdGenerator:
    """Each call gives the next id; the same seed and the same calls give the same ids."""

    def __init__(self, random_seed: int = 0) -> None:
        self._random = random.Random(random_seed)
        self._promised: dict[str, Any] = {}

    def reserve(self, kind: str, value: Any) -> None:
        """Give this value as the next id of a kind (`user` or `meeting`), for data whose ids are chosen."""
        self._promised[kind] = value

    def next_user_id(self) -> str:
        """22 characters, URL-safe, as user, registrant and channel ids are."""
        if "user" in self._promised:
            return str(self._promised.pop("user"))
        return base64.urlsafe_b64encode(self._bytes(16))[:22].decode()

    def next_meeting_id(self) -> int:
        """An 11-digit number."""
        if "meeting" in self._promised:
            return int(self._promised.pop("meeting"))
        return 80_000_000_000 + self._random.randrange(19_999_999_999)

    def next_personal_meeting_id(self) -> int:
        """A personal meeting number: 10 digits."""
        return 2_000_000_000 + self._random.randrange(7_999_999_999)

    def next_uuid(self) -> str:
        """A meeting instance's id: 16 bytes in standard base64, so `/` and `+` occur."""
        return base64.b64encode(self._bytes(16)).decode()

    def next_guid(self) -> str:
        """A dashed UUID, as files and messages have."""
        return str(uuid.UUID(bytes=self._bytes(16), version=4))

    def next_token(self) -> str:
        """A long opaque token: access, refresh, code or page."""
        return base64.urlsafe_b64encode(self._bytes(33)).decode()

    def next_passcode(self, count: int) -> str:
        """A passcode of so many digits."""
        return f"{self._random.randrange(10**count):0{count}d}"

    def next_tracking_id(self) -> str:
        """A value for the x-zm-trackingid header."""
        return f"v=2.0;clid=us04;rid=WEB_{self._random.getrandbits(128):032x}"

    def _bytes(self, count: int) -> bytes:
        return self._random.getrandbits(8 * count).to_bytes(count, "big")
