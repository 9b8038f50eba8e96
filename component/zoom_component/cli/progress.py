"""Progress of a long list, for a person who waits: one line on stderr that counts the pages as they are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoom_component.cli.console import Console
from zoom_component.client.transport.counting import create_counting_transport

if TYPE_CHECKING:
    import httpx

__all__ = ["build_progress_transport"]


def build_progress_transport(base_url: str, screen: Console) -> httpx.BaseTransport:
    """The usual transport, counting aloud from the second page on."""
    drawn = False

    def tell(page: int) -> None:
        nonlocal drawn
        if page > 1:
            drawn = True
            screen.report(f"\rpage {page:,} ...", end="")
        elif page == 0 and drawn:
            screen.report("\r\033[K", end="")

    return create_counting_transport(base_url, tell)
