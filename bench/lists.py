"""Measure the requests and the peak memory of listing and streaming 30,000 users."""

from __future__ import annotations

import json
import subprocess
import sys

from common import print_result, run_sandbox

USERS = 30_000
DEFAULT_USERS = 4  # users that every sandbox has
_CHILD = """
import json, resource, sys
import httpx
from zoom_component import Component

class Counted(httpx.HTTPTransport):
    requests = 0
    def handle_request(self, request):
        Counted.requests += 1
        return super().handle_request(request)

base, token, how = sys.argv[1:]
session = Component.load().connect(token=token, base_url=base, transport=Counted())
session.run("getUser", {"userId": "me"})
Counted.requests = 0
if how == "list":
    users = len(session.run("listUsers").data["users"])
elif how == "stream":
    users = sum(1 for _ in session.stream("listUsers"))
else:
    users = len(next(session.pages("listUsers")).items)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"users": users, "requests": Counted.requests, "peak": peak}))
"""


def main() -> None:
    """Print the requests, and the peak memory as a multiple of the memory for one page."""
    with run_sandbox("--users", str(USERS - DEFAULT_USERS)) as (base, token):
        page_result, list_result, stream_result = (_measure(base, token, mode) for mode in ("page", "list", "stream"))
    for label, result in (("listing", list_result), ("streaming", stream_result)):
        print(f"{label} {result['users']:,} users: {result['requests']} requests (aim 100)")
    for label, result in (("listing", list_result), ("streaming", stream_result)):
        extra = (result["peak"] - page_result["peak"]) / 1024
        target = "1.0, flat" if label == "streaming" else "-"
        print_result(
            f"{label}: peak memory against one page", result["peak"] / page_result["peak"], target, f"{extra:+,.1f} MB"
        )


def _measure(base: str, token: str, mode: str) -> dict[str, int]:
    command = [sys.executable, "-c", _CHILD, base, token, mode]
    completed = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, int] = json.loads(completed.stdout)
    return result


if __name__ == "__main__":
    main()
