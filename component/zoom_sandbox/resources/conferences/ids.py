"""An id from a path: what it means, and how Zoom speaks of it."""

from __future__ import annotations

from urllib.parse import unquote


def decode_twice(once: str) -> str | None:
    """The id that a path segment means after its one decoding by the router; None where Zoom would not see it.

    A UUID that begins with a slash or holds two in a row is taken only when it was encoded twice.
    https://developers.zoom.us/docs/api/using-zoom-apis/#meeting-id-and-uuid
    """
    if once.startswith("/") or "//" in once:
        return None
    return unquote(once)


def display_id(once: str) -> str:
    """The id as Zoom speaks of it in an error: it eats a leading slash before it looks."""
    return decode_twice(once) or once.lstrip("/")
