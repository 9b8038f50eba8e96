"""Do the jobs with a bare httpx.AsyncClient."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from rounds import BASE_URL, CONCURRENCY, MEETING, MEETING_ID, TOKEN, serve_rounds

CLIENT = httpx.AsyncClient(headers={"authorization": f"Bearer {TOKEN}"})


async def create(count: int) -> int:
    """Return how many calls in sequence created a meeting."""
    created = 0
    for _ in range(count):
        answer = await CLIENT.post(f"{BASE_URL}/users/me/meetings", json=MEETING)
        created += answer.raise_for_status().json()["id"] == MEETING_ID
    return created


async def get(count: int) -> int:
    """Return how many calls returned a meeting, 20 at once."""

    async def repeat() -> int:
        found = 0
        for _ in range(count // CONCURRENCY):
            answer = await CLIENT.get(f"{BASE_URL}/meetings/{MEETING_ID}")
            found += answer.raise_for_status().json()["id"] == MEETING_ID
        return found

    return sum(await asyncio.gather(*(repeat() for _ in range(CONCURRENCY))))


async def list_users(_count: int) -> int:
    """List all users as one list."""
    users: list[Any] = []
    token = ""
    while True:
        query = {"page_size": "300", **({"next_page_token": token} if token else {})}
        answer = await CLIENT.get(f"{BASE_URL}/users", params=query)
        page = answer.raise_for_status().json()
        users += page["users"]
        token = page["next_page_token"]
        if not token:
            return len(users)


if __name__ == "__main__":
    with asyncio.Runner() as runner:
        serve_rounds(
            {
                "create": lambda count: runner.run(create(count)),
                "get": lambda count: runner.run(get(count)),
                "list": lambda count: runner.run(list_users(count)),
            }
        )
