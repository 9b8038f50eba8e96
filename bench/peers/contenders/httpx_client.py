"""Do the jobs with a bare httpx.Client: the base of every comparison."""

from __future__ import annotations

from typing import Any

import httpx
from rounds import BASE_URL, MEETING, MEETING_ID, TOKEN, repeat, repeat_in_threads, serve_rounds

CLIENT = httpx.Client(headers={"authorization": f"Bearer {TOKEN}"})


def create() -> Any:
    """Create a meeting."""
    return CLIENT.post(f"{BASE_URL}/users/me/meetings", json=MEETING).raise_for_status().json()


def get() -> Any:
    """Get a meeting."""
    return CLIENT.get(f"{BASE_URL}/meetings/{MEETING_ID}").raise_for_status().json()


def list_users(_count: int) -> int:
    """List all users as one list."""
    users: list[Any] = []
    token = ""
    while True:
        query = {"page_size": "300", **({"next_page_token": token} if token else {})}
        page = CLIENT.get(f"{BASE_URL}/users", params=query).raise_for_status().json()
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
