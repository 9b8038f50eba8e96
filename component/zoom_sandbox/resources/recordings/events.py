"""Send the events of cloud recordings. https://developers.zoom.us/docs/api/meetings/events/#tag/recording"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoom_sandbox.account import Account
from zoom_sandbox.events import EventPublisher
from zoom_sandbox.resources.recordings.serializers import get_topic
from zoom_sandbox.resources.recordings.state import CloudRecording
from zoom_sandbox.resources.users.events import serialize_operator
from zoom_sandbox.resources.users.state import User


def send_recording_event(
    account: Account, action: str, host: User, recording: Mapping[str, Any], download_token: str = ""
) -> None:
    """Send that a recording was `completed`, `trashed`, `deleted` or `recovered`; `recording` is as responses show it.

    The publisher drops files of types that the event does not have: a transcript has an event of its own.
    """
    event = f"recording.{action}"
    publisher = account.store(EventPublisher)
    if not publisher.has_subscriber(event):
        return
    fields = {
        "password": "",
        "share_url": f"https://zoom.us/rec/share/{recording['uuid']}",
        "host_email": host.email,
        "timezone": host.timezone,
        "account_id": account.options.account_id,
        **recording,
    }
    operator = {} if action == "completed" else serialize_operator(account)
    extra = {"download_token": download_token} if download_token else {}
    publisher.publish(event, {**operator, "object": fields}, **extra)


def send_renamed(account: Account, recording: CloudRecording, old_topic: str) -> None:
    """Send that a recording has another topic, if it has."""
    topic = get_topic(recording)
    if topic == old_topic:
        return
    instance = recording.instance
    fields = {
        "uuid": instance.uuid,
        "id": instance.id,
        "host_id": recording.host.id,
        "type": instance.kind.default_type,
    }
    payload = {
        **serialize_operator(account),
        "object": {**fields, "topic": topic},
        "old_object": {**fields, "topic": old_topic},
        "time_stamp": int(account.clock() * 1000),
    }
    account.store(EventPublisher).publish("recording.renamed", payload)
