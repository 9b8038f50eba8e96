"""Deliveries in a Django project.

from zoom_component.events.receiver.django import view

urlpatterns = [path("zoom", view(Intake(store, secrets)))]
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from zoom_component.events.receiver.sync_receiver import SyncReceiver

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["create_view"]


def create_view(intake: SyncReceiver) -> Callable[[HttpRequest], HttpResponse]:
    """A view for one path. Zoom has no CSRF token, and its signature is worth more."""
    from django.http import HttpResponse
    from django.views.decorators.csrf import csrf_exempt

    def receive(request: HttpRequest) -> HttpResponse:
        # No more than the limit: whether it goes on is seen by the one byte beyond.
        body = request.read(intake.limits.max_body_bytes + 1)
        client = request.META.get("REMOTE_ADDR") or "a sender"
        answer = intake.handle(request.method or "", request.headers.items(), body, client)
        response = HttpResponse(answer.body, status=answer.status)
        for name, value in answer.headers:
            response[name.decode()] = value.decode()
        return response

    return csrf_exempt(receive)  # type: ignore[no-any-return]
