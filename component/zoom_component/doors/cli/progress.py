"""Progress of a long list, for a person who waits: one line on stderr that counts the pages as they are asked for."""

from __future__ import annotations

import httpx

from zoom_component.doors.cli.screen import Screen
from zoom_component.transport.http import sync_transport

__all__ = ["followed"]


def followed(base_url: str, screen: Screen) -> httpx.BaseTransport:
    """The usual transport, counting aloud."""
    return _Counting(sync_transport(base_url), screen)


class _Counting(httpx.BaseTransport):
    def __init__(self, inner: httpx.BaseTransport, screen: Screen) -> None:
        self._inner = inner
        self._screen = screen
        self._asked = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._asked += 1
        if self._asked > 1:
            self._screen.say(f"\rpage {self._asked:,} ...", end="")
        return self._inner.handle_request(request)

    def close(self) -> None:
        if self._asked > 1:
            self._screen.say("\r\033[K", end="")
        self._inner.close()
