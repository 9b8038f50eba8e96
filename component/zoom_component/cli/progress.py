"""Progress of a long list, for a person who waits: one line on stderr that counts the pages as they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoom_component.cli.screen import Screen
from zoom_component.client.transport.watched import watched

if TYPE_CHECKING:
    import httpx

__all__ = ["followed"]


def followed(base_url: str, screen: Screen) -> httpx.BaseTransport:
    """The usual transport, counting aloud from the second page on."""
    drawn = False

    def tell(page: int) -> None:
        nonlocal drawn
        if page > 1:
            drawn = True
            screen.say(f"\rpage {page:,} ...", end="")
        elif page == 0 and drawn:
            screen.say("\r\033[K", end="")

    return watched(base_url, tell)
