"""The events of those who watch. https://developers.zoom.us/docs/api/meetings/events/#tag/recording"""

from __future__ import annotations

from typing import Any

from zoom_sandbox.announce import Announcer
from zoom_sandbox.resources.recordings.shown import topic_of
from zoom_sandbox.resources.recordings.state import Recording
from zoom_sandbox.resources.users.announced import operator
from zoom_sandbox.resources.viewers.state import Viewer
from zoom_sandbox.times import stamp
from zoom_sandbox.world import World

# What an event tells of a person even where nothing was said.
_FIELDS = (
    "address", "city", "comments", "country", "first_name", "industry", "job_title", "last_name", "no_of_employees",
    "org", "phone", "purchasing_time_frame", "role_in_purchase_process", "state", "zip",
)  # fmt: skip


def viewer_told(world: World, what: str, recording: Recording, viewer: Viewer) -> None:
    """Somebody registered (`created`), was let in (`approved`) or turned away (`denied`)."""
    event, instance = f"recording.registration_{what}", recording.instance
    if not world.part(Announcer).hears(event):
        return
    about: dict[str, Any] = {
        "uuid": instance.uuid,
        "id": instance.id,
        "host_id": recording.host.id,
        "topic": topic_of(recording),
        "type": instance.kind.default_type,
        "start_time": stamp(instance.start),
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
    by = {} if what == "created" else operator(world)
    world.part(Announcer).tell(event, {**by, "object": about})
