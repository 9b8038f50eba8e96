"""What Zoom says over a WebSocket, read: the events, and what keeps the connection.

https://developers.zoom.us/docs/api/websockets/
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from zoom_component.client.connections.urls import is_loopback_url, is_trusted_url
from zoom_component.errors import InputError, Problem

__all__ = ["HEARTBEAT", "Frame", "add_token", "build_subscription_url", "parse_frame"]

HEARTBEAT = '{"module":"heartbeat"}'
ZOOM = "wss://ws.zoom.us/ws"


class Frame(NamedTuple):
    """One message: `module` is `build_connection`, `heartbeat`, `message` or what else Zoom says; `content` an event's
    bytes."""

    module: str
    success: bool = True
    content: bytes = b""


def parse_frame(text: str | bytes) -> Frame:
    """A message of Zoom's; its module is "" where it is none."""
    try:
        said: Any = json.loads(text)
    except (ValueError, RecursionError):
        return Frame("")
    if not isinstance(said, dict) or not isinstance(said.get("module"), str):
        return Frame("")
    content = said.get("content")
    if isinstance(content, dict):
        content = json.dumps(content, separators=(",", ":"))
    raw = content.encode("utf-8", "replace") if isinstance(content, str) else b""
    return Frame(said["module"], said.get("success") is not False, raw)


def build_subscription_url(given: str) -> str:
    """The address of a subscription, from the one that the app's page shows or from its id alone.

    Raises InputError for any that is not Zoom's: the access token goes there.
    """
    said = given.strip()
    if "/" not in said and said:
        return f"{ZOOM}?subscriptionId={quote(said, safe='')}"
    try:
        parts = urlsplit(said)
        safe = parts.scheme == "wss" or (parts.scheme == "ws" and is_loopback_url(said))
        subscribed = "subscriptionId" in dict(parse_qsl(parts.query))
        known = is_trusted_url(said) and parts.username is None and subscribed
    except ValueError:
        safe = known = False
    if not safe or not known or "access_token" in said:
        shown = "an address" if "access_token" in said else repr(said[:80])
        why = f"came {shown}; accepted: a subscription's id, or its address, such as {ZOOM}?subscriptionId=..."
        raise InputError([Problem("websocket", why)])
    return said


def add_token(address: str, authorization: str) -> str:
    """The address with the access token in it, where Zoom wants it. It must not be shown to anyone."""
    parts = urlsplit(address)
    token = authorization.partition(" ")[2]
    query = [*parse_qsl(parts.query), ("access_token", token)]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), ""))
