"""Get a meeting for each line of stdin with bare httpx, 20 at once in threads, and print a line for each result."""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

import httpx

BASE_URL = os.environ["BENCH_URL"]
client = httpx.Client(headers={"authorization": "Bearer bench-token"})


def run_line(line: str) -> str:
    """Return the result of one call as a line of JSON."""
    call = json.loads(line)
    answer = client.get(f"{BASE_URL}/meetings/{call['inputs']['meetingId']}").raise_for_status()
    return json.dumps({"id": call["id"], "data": answer.json()}, separators=(",", ":"))


with ThreadPoolExecutor(20) as pool:
    for result in pool.map(run_line, sys.stdin):
        print(result)
