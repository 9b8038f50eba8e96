"""Deliveries in a Flask application.

from zoom_component.events.receiver.flask import view

app.post("/zoom", endpoint="zoom")(view(Intake(store, secrets)))
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from zoom_component.events.receiver.sync_receiver import SyncReceiver

if TYPE_CHECKING:
    from flask import Response

__all__ = ["create_view"]


def create_view(intake: SyncReceiver) -> Callable[[], Response]:
    """A view function for one route."""
    from flask import Response, request

    def receive() -> Response:
        # No more than the limit: whether it goes on is seen by the one byte beyond.
        body = request.stream.read(intake.limits.max_body_bytes + 1)
        answer = intake.handle(request.method, request.headers.items(), body, request.remote_addr or "a sender")
        return Response(answer.body, answer.status, [(name.decode(), value.decode()) for name, value in answer.headers])

    return receive
