"""Listing and streaming 30,000 users: requests made, and the most memory held."""

from __future__ import annotations

import json
import subprocess
import sys

from common import embedded_zoom, line

USERS = 30_000
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
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
if how == "list":
    users = len(session.run("listUsers").data["users"])
elif how == "stream":
    users = sum(1 for _ in session.stream("listUsers"))
else:
    users = len(next(session.pages("listUsers")).items)
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"users": users, "requests": Counted.requests, "grown": after - before}))
"""


def main() -> None:
    """Prints requests, and memory as a multiple of what one page takes."""
    with embedded_zoom("--users", str(USERS)) as (base, token):
        page, listed, streamed = (_measure(base, token, how) for how in ("page", "list", "stream"))
    for what, found in (("listing", listed), ("streaming", streamed)):
        print(f"{what} {found['users']:,} users: {found['requests']} requests (aim 100)")
    one = max(page["grown"], 1)
    line("listing: memory against one page", listed["grown"] / one, "-", f"{listed['grown'] / 1024:,.1f} MB more")
    line(
        "streaming: memory against one page",
        streamed["grown"] / one,
        "flat",
        f"{streamed['grown'] / 1024:,.1f} MB more",
    )


def _measure(base: str, token: str, how: str) -> dict[str, int]:
    command = [sys.executable, "-c", _CHILD, base, token, how]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, int] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    main()
