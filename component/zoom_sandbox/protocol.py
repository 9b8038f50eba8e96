"""Extend uvicorn's HTTP protocol: bound the head of a request in size and time, and pass on the connection."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_TIMEOUT = 10.0  # seconds
MAX_HEAD_BYTES = 65_536


class SandboxProtocol(H11Protocol):
    """Handle one connection. Uvicorn itself waits for a head without a limit, and accepts one of any size.

    The application finds the connection in its state, so that it can drop it.
    """

    app_state: dict[str, Any]
    loop: asyncio.AbstractEventLoop
    transport: asyncio.Transport
    cycle: Any
    _timer: asyncio.TimerHandle | None = None
    _head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)
        self._timer = self.loop.call_later(HEAD_TIMEOUT, self._close_idle)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not self._is_idle():
            self._reset()
            return
        self._head_bytes += len(data)
        if self._head_bytes > MAX_HEAD_BYTES:
            self.transport.abort()
        elif self._timer is None:
            self._timer = self.loop.call_later(HEAD_TIMEOUT, self._close_idle)

    def handle_websocket_upgrade(self, *details: Any) -> None:
        self._reset()
        super().handle_websocket_upgrade(*details)

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

    def _close_idle(self) -> None:
        self._timer = None
        if self._is_idle():
            self.transport.abort()
