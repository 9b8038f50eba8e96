"""Keep the log of a server short while the process has no file descriptor left for another connection.

asyncio tries to accept as many connections as its backlog holds, some thousand, and logs each failure with a traceback.
It then waits for a second and tries again, so the server recovers by itself.
https://github.com/python/cpython/issues/127529
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

__all__ = ["limit_accept_errors"]

_INTERVAL = 10.0  # seconds between two lines
_MESSAGE = "socket.accept() out of system resource"


def limit_accept_errors(loop: asyncio.AbstractEventLoop, log: logging.Logger) -> None:
    """Log the connections that a loop cannot accept with a line each ten seconds, and all else as before."""
    others, counter = loop.get_exception_handler(), _Counter(log)

    def handle(failed_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if context.get("message") == _MESSAGE:
            counter.count(context.get("exception"))
        elif others is not None:
            others(failed_loop, context)
        else:
            failed_loop.default_exception_handler(context)

    loop.set_exception_handler(handle)


class _Counter:
    """Log at most one line in an interval."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log
        self._logged_at = float("-inf")

    def count(self, error: object) -> None:
        now = time.monotonic()
        if now - self._logged_at < _INTERVAL:
            return
        self._logged_at = now
        reason = getattr(error, "strerror", None) or "no resources"
        self._log.error(
            "No connection can be accepted: %s. The server tries again each second; raise the limit of open files "
            "(`ulimit -n`) or accept fewer connections",
            reason,
        )
