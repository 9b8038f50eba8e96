"""Receive deliveries in a Django project.

from zoom_component.events import SyncReceiver
from zoom_component.events.receiver.django import create_view

urlpatterns = [path("zoom", create_view(SyncReceiver(inbox, secrets)))]
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from zoom_component.events.receiver.sync_receiver import SyncReceiver

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

__all__ = ["create_view"]


def create_view(receiver: SyncReceiver) -> Callable[[HttpRequest], HttpResponse]:
    """Return a view for one path. It is exempt from CSRF checks, because Zoom's signature replaces them."""
    from django.http import HttpResponse
    from django.views.decorators.csrf import csrf_exempt

    def receive(request: HttpRequest) -> HttpResponse:
        # One byte beyond the limit shows that the body is too large.
        body = request.read(receiver.limits.max_body_bytes + 1)
        client = request.META.get("REMOTE_ADDR") or "a sender"
        result = receiver.handle(request.method or "", request.headers.items(), body, client)
        response = HttpResponse(result.body, status=result.status)
        for name, value in result.headers:
            response[name.decode()] = value.decode()
        return response

    return csrf_exempt(receive)  # type: ignore[no-any-return]
