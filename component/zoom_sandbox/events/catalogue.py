"""List the events that operations and simulated meetings publish. Other events are only sent by `emit`."""

from __future__ import annotations

__all__ = ["PUBLISHED_EVENTS"]

_REGISTRATION = ("registration_created", "registration_approved", "registration_denied", "registration_cancelled")
_SCHEDULED = (
    "created", "updated", "deleted", "started", "ended", "participant_joined", "participant_left", *_REGISTRATION,
)  # fmt: skip
_BY_FAMILY = {
    "meeting": (*_SCHEDULED, "recovered", "invitation_dispatched"),
    "webinar": _SCHEDULED,
    "user": ("created", "updated", "deleted", "disassociated", "activated", "deactivated"),
    "recording": (
        *("started", "paused", "resumed", "stopped", "completed", "renamed", "trashed", "deleted", "recovered"),
        *("registration_created", "registration_approved", "registration_denied"),
    ),
    "chat_channel": (
        "created", "updated", "deleted", "member_invited", "member_joined", "member_left", "member_removed",
    ),
    "chat_message": ("sent", "replied", "updated", "deleted"),
    "team_chat": (
        *("channel_archived", "channel_unarchived", "channel_pin_added", "channel_pin_removed"),
        *("channel_message_posted", "channel_message_updated", "channel_message_deleted"),
        *("dm_message_posted", "dm_message_updated", "dm_message_deleted"),
        *("channel_reaction_added", "channel_reaction_removed", "dm_reaction_added", "dm_reaction_removed"),
        *("bookmark_added", "bookmark_removed", "starred", "unstarred"),
        *("file_uploaded", "file_shared", "file_deleted"),
    ),
}  # fmt: skip

PUBLISHED_EVENTS = frozenset(f"{family}.{name}" for family, names in _BY_FAMILY.items() for name in names)
