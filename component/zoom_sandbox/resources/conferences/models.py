"""Define conferences, their occurrences and their registrants."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from zoom_sandbox.resources.conferences.kinds import ConferenceKind

AVAILABLE, DELETED = "available", "deleted"
APPROVED, PENDING, DENIED = "approved", "pending", "denied"
AUTOMATIC_APPROVAL, MANUAL_APPROVAL, NO_REGISTRATION = 0, 1, 2  # settings.approval_type


@dataclass(slots=True)
class Occurrence:
    """Hold one occurrence of a recurring conference. Its id is its first start in epoch milliseconds.

    An edited occurrence (`is_edited`) keeps its changes when the recurrence changes.
    """

    id: str
    start: int
    duration: int
    status: str = AVAILABLE
    agenda: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    is_edited: bool = False

    @property
    def is_changed(self) -> bool:
        """Return whether it differs from the recurrence."""
        return self.is_edited or self.status != AVAILABLE


@dataclass(slots=True)
class Registrant:
    """Hold a registrant. `fields` are those of the request; `occurrences` are the ids registered for."""

    number: int
    id: str
    email: str
    fields: dict[str, Any]
    status: str
    created_at: str
    pin: int
    occurrences: tuple[str, ...] = ()


@dataclass(slots=True)
class Conference:
    """Hold a meeting or webinar. `start` is epoch seconds, None without a fixed time; `duration` is minutes."""

    kind: ConferenceKind
    number: int
    id: int
    uuid: str
    host_id: str
    topic: str
    type: int
    start: int | None
    duration: int
    timezone: str
    created_at: str
    password: str
    settings: dict[str, Any]
    agenda: str = ""
    recurrence: dict[str, Any] | None = None
    occurrences: list[Occurrence] = field(default_factory=list)
    registrants: dict[str, Registrant] = field(default_factory=dict)
    extra_fields: dict[str, Any] = field(default_factory=dict)
    status: str = "waiting"
    has_ended: bool = False

    @property
    def has_registration(self) -> bool:
        """Return whether people may register."""
        return bool(self.settings.get("approval_type", NO_REGISTRATION) != NO_REGISTRATION)

    def upcoming_occurrences(self, now: int) -> list[Occurrence]:
        """Return the occurrences that are not over; `now` is epoch seconds."""
        return [each for each in self.occurrences if each.start + each.duration * 60 > now]

    def find_occurrence(self, key: str) -> Occurrence | None:
        """Return the occurrence with an id."""
        return next((each for each in self.occurrences if each.id == key), None)
