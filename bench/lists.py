"""Measure the requests and the peak memory of listing and streaming 30,000 users."""

from __future__ import annotations

import json
import subprocess
import sys

from common import embedded_zoom, line

USERS = 30_000
SEEDED = 4  # people whom an embedded Zoom has from the start, and the list shows
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
    with embedded_zoom("--users", str(USERS - SEEDED)) as (base, token):
        page, listed, streamed = (_measure(base, token, how) for how in ("page", "list", "stream"))
    for what, found in (("listing", listed), ("streaming", streamed)):
        print(f"{what} {found['users']:,} users: {found['requests']} requests (aim 100)")
    for what, found in (("listing", listed), ("streaming", streamed)):
        more = (found["peak"] - page["peak"]) / 1024
        aim = "1.0, flat" if what == "streaming" else "-"
        line(f"{what}: peak memory against one page", found["peak"] / page["peak"], aim, f"{more:+,.1f} MB")


def _measure(base: str, token: str, how: str) -> dict[str, int]:
    command = [sys.executable, "-c", _CHILD, base, token, how]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, int] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    main()
