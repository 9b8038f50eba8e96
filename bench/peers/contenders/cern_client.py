"""Do the jobs with zoom-python-client, the client of CERN."""

from __future__ import annotations

import json
import os
import time
from typing import Any

from rounds import BASE_URL, MEETING, MEETING_ID, TOKEN, repeat, repeat_in_threads, serve_rounds
from zoom_python_client.zoom_api_client import ZoomApiClient

os.environ["ZOOM_ACCESS_TOKEN"], os.environ["ZOOM_ACCESS_TOKEN_EXPIRE"] = TOKEN, str(int(time.time()) + 36_000)
CLIENT = ZoomApiClient("account", "client", "secret", api_endpoint=BASE_URL)


def create() -> Any:
    """Create a meeting; the client has no method of its own for it."""
    return CLIENT.make_post_request("/users/me/meetings", data=json.dumps(MEETING)).json()


def get() -> Any:
    """Get a meeting."""
    return CLIENT.meetings.get_meeting(str(MEETING_ID))


def list_users(_count: int) -> int:
    """List all users as one list; the client has no method of its own for it."""
    users: list[Any] = []
    token = ""
    while True:
        page = CLIENT.make_get_request("/users", {"page_size": 300, "next_page_token": token}).json()
        users += page["users"]
        token = page["next_page_token"]
        if not token:
            return len(users)


if __name__ == "__main__":
    serve_rounds(
        {
            "create": lambda count: repeat(create, count),
            "get": lambda count: repeat_in_threads(get, count),
            "list": list_users,
        }
    )
