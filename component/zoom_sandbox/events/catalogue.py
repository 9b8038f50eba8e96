"""The events that something in the embedded Zoom causes. All others only come by hand, with `emit`."""

from __future__ import annotations

__all__ = ["PUBLISHED_EVENTS"]

_REGISTRATION = ("registration_created", "registration_approved", "registration_denied", "registration_cancelled")
_GATHERING = (
    "created", "updated", "deleted", "started", "ended", "participant_joined", "participant_left", *_REGISTRATION,
)  # fmt: skip
_BY_FAMILY = {
    "meeting": (*_GATHERING, "recovered", "invitation_dispatched"),
    "webinar": _GATHERING,
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

PUBLISHED_EVENTS = frozenset(f"{family}.{what}" for family, words in _BY_FAMILY.items() for what in words)
