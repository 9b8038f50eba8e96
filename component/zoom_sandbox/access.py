"""Who may have a file that lies outside the API: whoever brings a bearer token, or one in the query.

https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording/get/meetings/{meetingId}/recordings
(download_access_token)
"""

from __future__ import annotations

from collections.abc import Callable

from zoom_sandbox.messages import Request
from zoom_sandbox.oauth import OAuth
from zoom_sandbox.refusal import invalid_token
from zoom_sandbox.world import World

_IN_QUERY = ("access_token", "download_access_token")


def check(world: World, request: Request, opens: Callable[[str], bool]) -> None:
    """Refuse (401/124) who brings no good token; `opens` tells of a token that was made for this file."""
    query = dict(request.query)
    headers = [request.headers.get("authorization", "")]
    headers += [f"Bearer {query[name]}" for name in _IN_QUERY if name in query]
    for header in headers:
        if world.part(OAuth).holds(header) or opens(header.strip().partition(" ")[2].strip()):
            return
    raise invalid_token()
