"""List the upcoming meetings of a user."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zoom_sandbox.operations import Payload
from zoom_sandbox.resources.conferences.models import AVAILABLE, Conference
from zoom_sandbox.resources.conferences.serializers import build_join_url
from zoom_sandbox.times import DAY, format_time

_NEXT = DAY  # https://developers.zoom.us/docs/api/meetings/ (upcoming meetings are those of the next day)
_RECURRING, _SCHEDULED = 8, 2


def list_upcoming_meetings(meetings: Iterable[Conference], now: int) -> list[Payload]:
    """Return the meetings of the next 24 hours, each occurrence as a row, in order of time."""
    rows = sorted(
        ((start, duration, meeting) for meeting in meetings for start, duration in list_times(meeting)),
        key=lambda each: (each[0], each[2].number),
    )
    return [_serialize(*each) for each in rows if each[0] + each[1] * 60 > now and each[0] <= now + _NEXT]


def list_times(meeting: Conference) -> Iterator[tuple[int, int]]:
    """Return each start (epoch seconds) and duration (minutes) of a meeting."""
    if meeting.occurrences:
        yield from ((each.start, each.duration) for each in meeting.occurrences if each.status == AVAILABLE)
    elif meeting.start is not None and not meeting.has_ended and meeting.type != meeting.kind.instant:
        yield meeting.start, meeting.duration


def _serialize(start: int, duration: int, meeting: Conference) -> Payload:
    return {
        "id": meeting.id,
        "topic": meeting.topic,
        "type": _RECURRING if meeting.occurrences else _SCHEDULED,
        "start_time": format_time(start),
        "duration": duration,
        "timezone": meeting.timezone,
        "created_at": meeting.created_at,
        "join_url": build_join_url(meeting),
        "passcode": meeting.password,
        "use_pmi": bool(meeting.settings.get("use_pmi")),
        "is_host": True,
    }
