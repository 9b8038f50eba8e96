"""Do the jobs with a synchronous session of the project."""

from __future__ import annotations

import sys
from typing import Any

from rounds import BASE_URL, MEETING_ID, TOKEN, repeat, repeat_in_threads, serve_rounds

from zoom_component import Component

INPUTS: dict[str, Any] = {"userId": "me", "topic": "Daily Meeting", "duration": 30}
DATED = {**INPUTS, "startTime": "2030-03-04T09:30:00", "timezone": "Europe/Berlin"}


def run_jobs(inputs: dict[str, Any]) -> None:
    """Open a session and serve the rounds."""
    with Component.load().connect(token=TOKEN, base_url=BASE_URL) as session:

        def create() -> Any:
            return session.run("createMeeting", inputs).data

        def get() -> Any:
            return session.run("getMeeting", {"meetingId": MEETING_ID}).data

        serve_rounds(
            {
                "create": lambda count: repeat(create, count),
                "get": lambda count: repeat_in_threads(get, count),
                "stream": lambda _count: sum(1 for _ in session.stream("listUsers")),
                "page": lambda _count: len(next(iter(session.pages("listUsers"))).items),
                "list": lambda _count: len(session.run("listUsers").data["users"]),
            }
        )


if __name__ == "__main__":
    run_jobs(DATED if sys.argv[1:] == ["dated"] else INPUTS)
