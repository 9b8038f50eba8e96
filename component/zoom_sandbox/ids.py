"""Generate ids, secrets and tokens in Zoom's formats, from one seeded generator so that a run can be repeated."""

from __future__ import annotations

import base64
import random
import secrets
import uuid
from typing import Any


class IdGenerator:
    """Return the next id with each call; the same seed and the same calls return the same ids."""

    def __init__(self, random_seed: int = 0) -> None:
        self._random = random.Random(random_seed)
        self.has_random_tokens = False  # whether tokens come from the system, not from the seed
        self._reserved: dict[str, Any] = {}

    def reserve(self, kind: str, value: Any) -> None:
        """Return this value as the next id of a kind (`user` or `meeting`), for data with ids of its own."""
        self._reserved[kind] = value

    def next_user_id(self) -> str:
        """Return 22 URL-safe characters, the format of user, registrant and channel ids."""
        if "user" in self._reserved:
            return str(self._reserved.pop("user"))
        return base64.urlsafe_b64encode(self._random_bytes(16))[:22].decode()

    def next_meeting_id(self) -> int:
        """Return an 11-digit number."""
        if "meeting" in self._reserved:
            return int(self._reserved.pop("meeting"))
        return 80_000_000_000 + self._random.randrange(19_999_999_999)

    def next_personal_meeting_id(self) -> int:
        """Return a 10-digit number."""
        return 2_000_000_000 + self._random.randrange(7_999_999_999)

    def next_uuid(self) -> str:
        """Return the id of a meeting instance: 16 bytes in standard base64, which may hold `/` and `+`."""
        return base64.b64encode(self._random_bytes(16)).decode()

    def next_guid(self) -> str:
        """Return a dashed UUID, the format of file and message ids."""
        return str(uuid.UUID(bytes=self._random_bytes(16), version=4))

    def next_token(self) -> str:
        """Return a long opaque token: access, refresh, code or page."""
        raw = secrets.token_bytes(33) if self.has_random_tokens else self._random_bytes(33)
        return base64.urlsafe_b64encode(raw).decode()

    def next_passcode(self, count: int) -> str:
        """Return a passcode of `count` digits."""
        return f"{self._random.randrange(10**count):0{count}d}"

    def next_tracking_id(self) -> str:
        """Return a value for the x-zm-trackingid header."""
        return f"v=2.0;clid=us04;rid=WEB_{self._random.getrandbits(128):032x}"

    def _random_bytes(self, count: int) -> bytes:
        return self._random.getrandbits(8 * count).to_bytes(count, "big")
