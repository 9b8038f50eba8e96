"""Do the jobs with an asynchronous session of the project."""

from __future__ import annotations

import asyncio

from project_sync import INPUTS
from rounds import BASE_URL, CONCURRENCY, MEETING_ID, TOKEN, serve_rounds

from zoom_component import Component

SESSION = Component.load().aconnect(token=TOKEN, base_url=BASE_URL)


async def create(count: int) -> int:
    """Return how many calls in sequence created a meeting."""
    return sum([(await SESSION.run("createMeeting", INPUTS)).data["id"] == MEETING_ID for _ in range(count)])


async def get(count: int) -> int:
    """Return how many calls returned a meeting, 20 at once."""

    async def repeat() -> int:
        calls = range(count // CONCURRENCY)
        return sum(
            [(await SESSION.run("getMeeting", {"meetingId": MEETING_ID})).data["id"] == MEETING_ID for _ in calls]
        )

    return sum(await asyncio.gather(*(repeat() for _ in range(CONCURRENCY))))


async def list_users(_count: int) -> int:
    """List all users as one list."""
    return len((await SESSION.run("listUsers")).data["users"])


if __name__ == "__main__":
    with asyncio.Runner() as runner:
        runner.run(SESSION.__aenter__())
        serve_rounds(
            {
                "create": lambda count: runner.run(create(count)),
                "get": lambda count: runner.run(get(count)),
                "list": lambda count: runner.run(list_users(count)),
            }
        )
        runner.run(SESSION.__aexit__(None, None, None))
