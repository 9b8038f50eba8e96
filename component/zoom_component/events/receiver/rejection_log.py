"""Log rejected requests, with at most one line a second for each reason."""

from __future__ import annotations

import time
from collections.abc import Callable

from zoom_component.events.receiver.metrics import to_known_reason
from zoom_component.log_records import get_logger

__all__ = ["RejectionLog"]

_log = get_logger("zoom_component.events.receiver")
_INTERVAL = 1.0


class RejectionLog:
    """Write rejections to the log. Limit the lines of each reason, so that a flood of requests does not flood it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._logged_at: dict[str, float] = {}
        self._suppressed: dict[str, int] = {}

    def log_rejection(self, status: int, reason: str, message: str, client: str) -> None:
        """Log that one request was rejected."""
        now, reason = self._clock(), to_known_reason(reason)
        if now - self._logged_at.get(reason, -_INTERVAL) < _INTERVAL:
            self._suppressed[reason] = self._suppressed.get(reason, 0) + 1
            return
        self._logged_at[reason] = now
        count = self._suppressed.pop(reason, 0)
        suffix = f" (and {count:,} more with this reason since the last line)" if count else ""
        _log.warning("%d %s from %s: %s%s", status, reason, client, message, suffix)
