"""List all users with bare httpx, and print them: as one line of JSON, or with `lines` one line each, page by page."""

import json
import os
import sys

import httpx

BASE_URL = os.environ["BENCH_URL"]
ONE_A_LINE = sys.argv[1:] == ["lines"]
users = []
token = ""
with httpx.Client(headers={"authorization": "Bearer bench-token"}) as client:
    while True:
        query = {"page_size": "300", **({"next_page_token": token} if token else {})}
        page = client.get(f"{BASE_URL}/users", params=query).raise_for_status().json()
        if ONE_A_LINE:
            for user in page["users"]:
                print(json.dumps(user, separators=(",", ":")))
        else:
            users += page["users"]
        token = page["next_page_token"]
        if not token:
            break
if not ONE_A_LINE:
    print(json.dumps({"id": 1, "data": {"users": users}}, separators=(",", ":")))
