"""The events of cloud recordings. https://developers.zoom.us/docs/api/meetings/events/#tag/recording"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoom_sandbox.announce import Announcer
from zoom_sandbox.resources.recordings.shown import topic_of
from zoom_sandbox.resources.recordings.state import Recording
from zoom_sandbox.resources.users.announced import operator
from zoom_sandbox.resources.users.state import User
from zoom_sandbox.world import World


def recording_told(world: World, what: str, host: User, shown: Mapping[str, Any], download_token: str = "") -> None:
    """A recording was `completed`, `trashed`, `deleted` or `recovered`; `shown` is how an answer shows it.

    Files of a kind that the event does not have are left out, as Zoom tells of a transcript in an event of its own.
    """
    event = f"recording.{what}"
    announcer = world.part(Announcer)
    if not announcer.hears(event):
        return
    about = {
        "password": "",
        "share_url": f"https://zoom.us/rec/share/{shown['uuid']}",
        "host_email": host.email,
        "timezone": host.timezone,
        "account_id": world.setup.account_id,
        **shown,
    }
    by = {} if what == "completed" else operator(world)
    beside = {"download_token": download_token} if download_token else {}
    announcer.tell(event, {**by, "object": about}, **beside)


def renamed(world: World, recording: Recording, before: str) -> None:
    """A recording got another topic than it had."""
    topic = topic_of(recording)
    if topic == before:
        return
    instance = recording.instance
    about = {
        "uuid": instance.uuid,
        "id": instance.id,
        "host_id": recording.host.id,
        "type": instance.kind.default_type,
    }
    payload = {
        **operator(world),
        "object": {**about, "topic": topic},
        "old_object": {**about, "topic": before},
        "time_stamp": int(world.clock() * 1000),
    }
    world.part(Announcer).tell("recording.renamed", payload)
