"""Decode the ids of paths as Zoom does."""

from __future__ import annotations

from urllib.parse import unquote


def decode_twice(once: str) -> str | None:
    """Return the id of a path segment that the router decoded once; None for one that Zoom does not find.

    A UUID that begins with a slash or contains two in a row must be encoded twice.
    https://developers.zoom.us/docs/api/using-zoom-apis/#meeting-id-and-uuid
    """
    if once.startswith("/") or "//" in once:
        return None
    return unquote(once)


def display_id(once: str) -> str:
    """Return the id as Zoom's errors show it: without leading slashes."""
    return decode_twice(once) or once.lstrip("/")
