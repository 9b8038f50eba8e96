"""Create one meeting with the asynchronous Python API of the project, in a process of its own."""

import asyncio
import os

from zoom_component import Component

INPUTS = {"userId": "me", "topic": "Daily Meeting", "duration": 30}


async def create() -> None:
    """Open a session and create the meeting."""
    async with Component.load().aconnect(token="bench-token", base_url=os.environ["BENCH_URL"]) as session:
        print((await session.run("createMeeting", INPUTS)).data["id"])


asyncio.run(create())
