"""Uvicorn's protocol, which here gives up a sender whose head does not come, or does not end.

Uvicorn waits for a head for ever, and httptools takes one of any size.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

__all__ = ["MAX_HEAD_BYTES", "HeadTimeoutProtocol"]

MAX_HEAD_BYTES = 65_536
_HEAD_WITHIN = 10.0  # seconds


class HeadTimeoutProtocol(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
    """One connection; its patience begins anew with each request."""

    transport: asyncio.Transport
    loop: asyncio.AbstractEventLoop
    cycle: Any
    _timer: asyncio.TimerHandle | None = None
    _head = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self._timer = self.loop.call_later(_HEAD_WITHIN, self._give_up)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._between():
            self._forget()
            return
        self._head += len(data)
        if self._head > MAX_HEAD_BYTES:
            self.transport.abort()
        elif self._timer is None:
            self._timer = self.loop.call_later(_HEAD_WITHIN, self._give_up)

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def _between(self) -> bool:
        """Whether no request is being worked on."""
        return self.cycle is None or self.cycle.response_complete

    def _forget(self) -> None:
        self._head = 0
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        if self._between():
            self.transport.abort()
