"""Parse the messages that Zoom sends over a WebSocket, and build the address of a subscription.

https://developers.zoom.us/docs/api/websockets/
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from zoom_component.client.connections.urls import is_loopback_url, is_trusted_url
from zoom_component.errors import InputError, Problem
from zoom_component.identity_text import UnreadableCharacter, clean_credential

__all__ = ["HEARTBEAT", "Frame", "add_token", "build_subscription_url", "parse_frame"]

HEARTBEAT = '{"module":"heartbeat"}'
_ZOOM_URL = "wss://ws.zoom.us/ws"


class Frame(NamedTuple):
    """Hold one message. `module` is `build_connection`, `heartbeat`, `message` or another; `content` holds an event.

    `success` is False for a message in which Zoom reports a failure, such as "Invalid Token".
    """

    module: str
    success: bool = True
    content: bytes = b""


def parse_frame(text: str | bytes) -> Frame:
    """Return a message of Zoom's; its module is "" for any other text."""
    try:
        message: Any = json.loads(text)
    except (ValueError, RecursionError):
        return Frame("")
    if not isinstance(message, dict):
        return Frame("")
    module, success = message.get("module"), not _is_false(message.get("success"))
    if not isinstance(module, str):
        return Frame("", success)
    content = message.get("content")
    if isinstance(content, dict):
        content = json.dumps(content, separators=(",", ":"), allow_nan=False)
    raw = content.encode("utf-8", "replace") if isinstance(content, str) else b""
    return Frame(module, success, raw)


def _is_false(value: Any) -> bool:
    """Return whether a value is false: `false` itself, 0, or the word as text."""
    return value.strip().lower() == "false" if isinstance(value, str) else value is not None and value == 0


def build_subscription_url(subscription: str) -> str:
    """Return the address of a subscription, from its id or from the address that Zoom shows for the app.

    Raise InputError for an address that is not Zoom's, because the access token is sent there.
    """
    try:
        subscription = clean_credential(subscription)
    except UnreadableCharacter as error:
        raise InputError([Problem("websocket", f"expected the id of a subscription, got one with {error}")]) from None
    if "/" not in subscription and subscription:
        return f"{_ZOOM_URL}?subscriptionId={quote(subscription, safe='')}"
    try:
        parts = urlsplit(subscription)
        is_encrypted = parts.scheme == "wss" or (parts.scheme == "ws" and is_loopback_url(subscription))
        has_id = "subscriptionId" in dict(parse_qsl(parts.query))
        is_valid = is_encrypted and has_id and is_trusted_url(subscription) and parts.username is None
    except ValueError:
        is_valid = False
    if not is_valid or "access_token" in subscription:
        got = "an address with an access token" if "access_token" in subscription else f'"{subscription[:80]}"'
        expected = f"the id of a subscription, or its address such as {_ZOOM_URL}?subscriptionId=..."
        raise InputError([Problem("websocket", f"expected {expected}, got {got}")])
    return subscription


def add_token(address: str, authorization: str) -> str:
    """Return the address with the access token in its query, as Zoom requires. Never show or log the result."""
    parts = urlsplit(address)
    token = authorization.partition(" ")[2]
    query = [*parse_qsl(parts.query), ("access_token", token)]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query), ""))
