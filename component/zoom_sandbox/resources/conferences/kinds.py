"""Define how meetings and webinars differ."""

from __future__ import annotations

from dataclasses import dataclass

PERSONAL = 4  # the type of a personal meeting


@dataclass(frozen=True, slots=True)
class ConferenceKind:
    """Describe meetings or webinars: their names, their type numbers and the operations that show them.

    `instant`, `open_ended` (recurring, no fixed time) and `recurring` are type numbers; None where there is none.
    """

    name: str
    parameter: str
    default_type: int
    instant: int | None
    open_ended: int
    recurring: int
    one_path: str
    list_path: str
    settings_seed: str
    list_key: str


MEETING = ConferenceKind(
    name="Meeting",
    parameter="meetingId",
    default_type=2,
    instant=1,
    open_ended=3,
    recurring=8,
    one_path="/meetings/{meetingId}",
    list_path="/users/{userId}/meetings",
    settings_seed="meeting_settings",
    list_key="meetings",
)
WEBINAR = ConferenceKind(
    name="Webinar",
    parameter="webinarId",
    default_type=5,
    instant=None,
    open_ended=6,
    recurring=9,
    one_path="/webinars/{webinarId}",
    list_path="/users/{userId}/webinars",
    settings_seed="webinar_settings",
    list_key="webinars",
)
