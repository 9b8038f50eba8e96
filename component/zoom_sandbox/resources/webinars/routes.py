"""Handle webinars. https://developers.zoom.us/docs/api/meetings/#tag/webinars"""

from __future__ import annotations

from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.resources.conferences import handlers
from zoom_sandbox.resources.live.state import end_if_live
from zoom_sandbox.resources.users.state import LICENSED, User, Users
from zoom_sandbox.resources.webinars.state import Webinars

operations = Operations()


@operations.handles("POST", "/users/{userId}/webinars")
def create_webinar(call: OperationCall) -> Payload:
    """Create a webinar: scheduled, or recurring with or without fixed times."""
    return handlers.create_conference(call, call.account.store(Webinars), _get_licensed_host(call))


@operations.handles("GET", "/users/{userId}/webinars")
def list_webinars(call: OperationCall) -> Payload:
    """Return a page of a host's webinars."""
    _get_licensed_host(call)
    return handlers.list_conferences(call, call.account.store(Webinars))


@operations.handles("GET", "/webinars/{webinarId}")
def get_webinar(call: OperationCall) -> Payload:
    """Return a webinar."""
    return handlers.get_conference(call, call.account.store(Webinars))


@operations.handles("PATCH", "/webinars/{webinarId}")
def update_webinar(call: OperationCall) -> None:
    """Update the fields that the body has."""
    handlers.update_conference(call, call.account.store(Webinars))


@operations.handles("DELETE", "/webinars/{webinarId}")
def delete_webinar(call: OperationCall) -> None:
    """Delete a webinar or one occurrence."""
    handlers.delete_conference(call, call.account.store(Webinars))


@operations.handles("PUT", "/webinars/{webinarId}/status")
def end_webinar(call: OperationCall) -> None:
    """End a webinar."""
    webinar = call.account.store(Webinars).get(call)
    if not end_if_live(call.account, webinar, call.base_url):
        handlers.end_conference(call, webinar)


def _get_licensed_host(call: OperationCall) -> User:
    """Return the host of the path. Raises ApiError (400/200) for one without a webinar license."""
    host = call.account.store(Users).get(call)
    if host.type != LICENSED:
        raise call.error("webinars.webinarPlanMissing")
    return host
