"""Send the events of registrations for recordings. https://developers.zoom.us/docs/api/meetings/events/#tag/recording"""

from __future__ import annotations

from typing import Any

from zoom_sandbox.account import Account
from zoom_sandbox.events import EventPublisher
from zoom_sandbox.resources.recordings.serializers import get_topic
from zoom_sandbox.resources.recordings.state import CloudRecording
from zoom_sandbox.resources.users.events import serialize_operator
from zoom_sandbox.resources.viewers.state import Viewer
from zoom_sandbox.times import format_time

# Fields of a registrant that an event always has.
_FIELDS = (
    "address", "city", "comments", "country", "first_name", "industry", "job_title", "last_name", "no_of_employees",
    "org", "phone", "purchasing_time_frame", "role_in_purchase_process", "state", "zip",
)  # fmt: skip


def send_viewer_event(account: Account, action: str, recording: CloudRecording, viewer: Viewer) -> None:
    """Send that a viewer registered (`created`), was `approved` or `denied`."""
    event, instance = f"recording.registration_{action}", recording.instance
    if not account.store(EventPublisher).has_subscriber(event):
        return
    fields: dict[str, Any] = {
        "uuid": instance.uuid,
        "id": instance.id,
        "host_id": recording.host.id,
        "topic": get_topic(recording),
        "type": instance.kind.default_type,
        "start_time": format_time(instance.start),
        "timezone": recording.host.timezone,
        "duration": instance.minutes,
        "registrant": {
            **dict.fromkeys(_FIELDS, ""),
            **viewer.fields,
            "id": viewer.id,
            "email": viewer.email,
            "status": viewer.status,
        },
    }
    operator = {} if action == "created" else serialize_operator(account)
    account.store(EventPublisher).publish(event, {**operator, "object": fields})
