"""Explain why a WebSocket did not open: who refused it, or what happened on the network. No text holds the token."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from zoom_component.client.request.foreign_answers import describe_answer, describe_source, has_zoom_code
from zoom_component.client.request.network_failures import Destination, explain_failure
from zoom_component.client.request.replies import get_tracking_id
from zoom_component.messages import Reply

if TYPE_CHECKING:
    from websockets.http11 import Response

__all__ = ["OPEN_TIMEOUT", "Refusal", "describe_refusal", "explain_open_failure"]

OPEN_TIMEOUT = 20.0
"""Seconds that opening a connection may take."""


class Refusal(NamedTuple):
    """Hold what an HTTP answer in place of a WebSocket means; the token is rejected only if Zoom wrote the answer."""

    reason: str
    is_token_rejected: bool


def describe_refusal(response: Response) -> Refusal:
    """Return who answered a request for a WebSocket with something else, and whether the token is the reason."""
    headers = {name.lower(): value for name, value in response.headers.raw_items()}
    reply = Reply(response.status_code, headers, bytes(response.body or b""))
    is_zoom = bool(get_tracking_id(reply)) or has_zoom_code(reply, _decode_body(reply))
    reason = f"{describe_source(reply)} answered {reply.status} with {describe_answer(reply)}"
    return Refusal(reason, is_zoom and reply.status in (401, 403))


def explain_open_failure(error: Exception, address: str, proxy: str = "") -> str:
    """Return why no connection could be opened to an address, in the words of a call that gets no answer.

    `proxy` is the host and port of the proxy on the way.
    """
    parts = urlsplit(address)
    port = parts.port or (443 if parts.scheme == "wss" else 80)
    return explain_failure(error, Destination(parts.hostname or "", port, proxy, OPEN_TIMEOUT))


def _decode_body(reply: Reply) -> Any:
    try:
        return json.loads(reply.body)
    except (ValueError, RecursionError):
        return None
