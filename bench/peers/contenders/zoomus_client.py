"""Do the jobs with zoomus."""

from __future__ import annotations

from typing import Any

from rounds import BASE_URL, MEETING, MEETING_ID, repeat, repeat_in_threads, serve_rounds
from zoomus import ZoomClient

CLIENT = ZoomClient(
    "client", "secret", "account", base_uri=BASE_URL, oauth_uri=BASE_URL.removesuffix("/v2") + "/oauth/token"
)


def create() -> Any:
    """Create a meeting."""
    return CLIENT.meeting.create(user_id="me", **MEETING).json()


def get() -> Any:
    """Get a meeting."""
    return CLIENT.meeting.get(id=MEETING_ID).json()


def list_users(_count: int) -> int:
    """List all users as one list."""
    users: list[Any] = []
    token = None
    while True:
        query = {"next_page_token": token} if token else {}
        page = CLIENT.user.list(page_size=300, **query).json()
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
