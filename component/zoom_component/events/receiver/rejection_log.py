"""What is told of deliveries that were not taken: at most one line a second for each reason, whatever is sent."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

__all__ = ["RejectionLog"]

_log = logging.getLogger("zoom_component.events.receiver")
_PAUSE = 1.0


class RejectionLog:
    """Tells the log; a flood of refusals must not become a flood of lines."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._told: dict[str, float] = {}
        self._kept_back: dict[str, int] = {}

    def log_rejection(self, status: int, reason: str, sentence: str, client: str) -> None:
        """One request was not taken."""
        now = self._clock()
        if now - self._told.get(reason, -_PAUSE) < _PAUSE:
            self._kept_back[reason] = self._kept_back.get(reason, 0) + 1
            return
        self._told[reason] = now
        more = self._kept_back.pop(reason, 0)
        others = f" ({more:,} more of these since the last line)" if more else ""
        _log.warning("%d %s from %s: %s%s", status, reason, client, sentence, others)
