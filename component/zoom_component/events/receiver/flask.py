"""Receive deliveries in a Flask application.

from zoom_component.events import SyncReceiver
from zoom_component.events.receiver.flask import create_view

app.post("/zoom", endpoint="zoom")(create_view(SyncReceiver(inbox, secrets)))
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from zoom_component.events.receiver.sync_receiver import SyncReceiver

if TYPE_CHECKING:
    from flask import Response

__all__ = ["create_view"]


def create_view(receiver: SyncReceiver) -> Callable[[], Response]:
    """Return a view function for one route."""
    from flask import Response, request

    def receive() -> Response:
        # One byte beyond the limit shows that the body is too large.
        body = request.stream.read(receiver.limits.max_body_bytes + 1)
        result = receiver.handle(request.method, request.headers.items(), body, request.remote_addr or "a sender")
        return Response(result.body, result.status, [(name.decode(), value.decode()) for name, value in result.headers])

    return receive
