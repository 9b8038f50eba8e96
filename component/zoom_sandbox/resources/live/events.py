"""Send the events of meetings that are in progress. https://developers.zoom.us/docs/api/meetings/events/"""

from __future__ import annotations

from zoom_sandbox.account import Account
from zoom_sandbox.events import EventPublisher
from zoom_sandbox.resources.conferences.events import serialize_brief
from zoom_sandbox.resources.conferences.models import Conference
from zoom_sandbox.resources.users.events import serialize_operator
from zoom_sandbox.resources.users.state import User
from zoom_sandbox.times import format_time


def send_recording_state_event(
    account: Account, action: str, conference: Conference, start: int, recording_start: int
) -> None:
    """Send that the recording was `started`, `stopped`, `paused` or `resumed`."""
    event = f"recording.{action}"
    if not account.store(EventPublisher).has_subscriber(event):
        return
    is_running = action in ("started", "resumed")
    file = {
        "recording_start": format_time(recording_start),
        "recording_end": "" if is_running else format_time(account.now()),
    }
    account.store(EventPublisher).publish(
        event, {"object": {**serialize_brief(conference, start), "recording_file": file}}
    )


def send_invitation(account: Account, conference: Conference, user: User) -> None:
    """Send that a user of the account was invited into a meeting."""
    person = {"email": user.email, "participant_user_id": user.id}
    fields = {**serialize_brief(conference), "participant": person}
    account.store(EventPublisher).publish(
        "meeting.invitation_dispatched", {**serialize_operator(account), "object": fields}
    )
