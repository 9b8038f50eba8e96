"""Do the jobs with pyzoom, which makes an object of a model from each answer."""

from __future__ import annotations

from collections.abc import Callable

from pyzoom import ZoomClient
from rounds import BASE_URL, MEETING, MEETING_ID, TOKEN, repeat, repeat_in_threads, serve_rounds

CLIENT = ZoomClient(TOKEN, base_url=BASE_URL)


def create() -> dict[str, int]:
    """Create a meeting; pyzoom requires a start."""
    meeting = CLIENT.meetings.create_meeting(
        MEETING["topic"], start_time="2030-03-04T09:30:00", duration_min=MEETING["duration"]
    )
    return {"id": meeting.id}


def get() -> dict[str, int]:
    """Get a meeting."""
    return {"id": CLIENT.meetings.get_meeting(MEETING_ID).id}


def list_users(_count: int) -> int:
    """List all users as one list."""
    return len(CLIENT.users.get_users("active").users)


if __name__ == "__main__":
    jobs: dict[str, Callable[[int], object]] = {
        "create": lambda count: repeat(create, count),
        "get": lambda count: repeat_in_threads(get, count),
        "list": list_users,
    }
    serve_rounds(jobs)
