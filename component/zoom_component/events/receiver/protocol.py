"""Extend uvicorn's HTTP protocol: close a connection whose request head does not arrive, or is too large.

Uvicorn waits for a head without a limit, and httptools accepts one of any size.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

__all__ = ["MAX_HEAD_BYTES", "HeadTimeoutProtocol"]

MAX_HEAD_BYTES = 65_536
_HEAD_TIMEOUT = 10.0  # seconds


class HeadTimeoutProtocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
    """Handle one connection; the timeout starts again with each request."""

    transport: asyncio.Transport
    loop: asyncio.AbstractEventLoop
    cycle: Any
    _timer: asyncio.TimerHandle | None = None
    _head_bytes = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._timer = self.loop.call_later(_HEAD_TIMEOUT, self._close)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._is_idle():
            self._reset()
            return
        self._head_bytes += len(data)
        if self._head_bytes > MAX_HEAD_BYTES:
            self.transport.abort()
        elif self._timer is None:
            self._timer = self.loop.call_later(_HEAD_TIMEOUT, self._close)

    def connection_lost(self, exc: Exception | None) -> None:
        self._reset()
        super().connection_lost(exc)

    def _is_idle(self) -> bool:
        """Return whether no request is in progress."""
        return self.cycle is None or self.cycle.response_complete

    def _reset(self) -> None:
        self._head_bytes = 0
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _close(self) -> None:
        self._timer = None
        if self._is_idle():
            self.transport.abort()
