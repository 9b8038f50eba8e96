"""Create one meeting with the Python API of the project, in a process of its own."""

import os

from zoom_component import Component

INPUTS = {"userId": "me", "topic": "Daily Meeting", "duration": 30}
with Component.load().connect(token="bench-token", base_url=os.environ["BENCH_URL"]) as session:
    print(session.run("createMeeting", INPUTS).data["id"])
