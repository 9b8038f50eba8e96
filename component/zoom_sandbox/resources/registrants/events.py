"""Send the events of registration. https://developers.zoom.us/docs/api/meetings/events/"""

from __future__ import annotations

from typing import Any

from zoom_sandbox.events import EventPublisher
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.conferences.events import serialize_brief
from zoom_sandbox.resources.conferences.models import Conference, Registrant
from zoom_sandbox.resources.conferences.serializers import serialize_occurrence
from zoom_sandbox.resources.users.events import serialize_operator

_EVENT_NAMES = {"approve": "approved", "deny": "denied", "cancel": "cancelled"}


def send_registered(call: OperationCall, conference: Conference, registrant: Registrant, join_url: str) -> None:
    """Send that a person registered; `join_url` is "" for one who is not approved yet."""
    fields = {"status": registrant.status, "join_url": join_url, "participant_pin_code": registrant.pin}
    _send(call, conference, registrant, "created", fields, {})


def send_status_change(
    call: OperationCall, conference: Conference, registrant: Registrant, action: str, join_url: str
) -> None:
    """Send the result of an action: `approve`, `deny` or `cancel`."""
    fields = {"join_url": join_url, "participant_pin_code": registrant.pin}
    _send(call, conference, registrant, _EVENT_NAMES[action], fields, serialize_operator(call.account))


def _send(
    call: OperationCall,
    conference: Conference,
    registrant: Registrant,
    action: str,
    fields: dict[str, Any],
    extra: dict[str, Any],
) -> None:
    event = f"{conference.kind.name.lower()}.registration_{action}"
    publisher = call.account.store(EventPublisher)
    if not publisher.has_subscriber(event):
        return
    person = {"first_name": "", **registrant.fields, "id": registrant.id, "email": registrant.email, **fields}
    payload = {**serialize_brief(conference), "registrant": person}
    if conference.recurrence is not None:
        occurrences = [each for each in conference.occurrences if each.id in registrant.occurrences]
        payload["occurrences"] = [serialize_occurrence(each) for each in occurrences]
    publisher.publish(event, {**extra, "object": payload})
