"""The events that something in the embedded Zoom causes. All others only come by hand, with `emit`."""

from __future__ import annotations

__all__ = ["CAUSED"]

_REGISTRATION = ("registration_created", "registration_approved", "registration_denied", "registration_cancelled")
_GATHERING = (
    "created", "updated", "deleted", "started", "ended", "participant_joined", "participant_left", *_REGISTRATION,
)  # fmt: skip
_BY_FAMILY = {
    "meeting": (*_GATHERING, "recovered"),
    "webinar": _GATHERING,
    "user": ("created", "updated", "deleted", "disassociated", "activated", "deactivated"),
    "recording": ("completed", "trashed", "deleted", "recovered"),
}

CAUSED = frozenset(f"{family}.{what}" for family, words in _BY_FAMILY.items() for what in words)
