"""Create one meeting with bare httpx, in a process of its own."""

import os

import httpx

BASE_URL = os.environ["BENCH_URL"]
MEETING = {"topic": "Daily Meeting", "duration": 30}
with httpx.Client(headers={"authorization": "Bearer bench-token"}) as client:
    answer = client.post(f"{BASE_URL}/users/me/meetings", json=MEETING)
    print(answer.raise_for_status().json()["id"])
