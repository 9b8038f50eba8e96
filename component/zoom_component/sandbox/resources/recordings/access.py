"""Who may have a file: whoever brings a bearer token, or one in the query.

https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording/get/meetings/{meetingId}/recordings
(download_access_token)
"""

from __future__ import annotations

from zoom_component.sandbox.messages import Request
from zoom_component.sandbox.oauth import OAuth
from zoom_component.sandbox.resources.recordings import faults
from zoom_component.sandbox.resources.recordings.state import Recording, Recordings
from zoom_component.sandbox.world import World

_IN_QUERY = ("access_token", "download_access_token")


def check(world: World, request: Request, recording: Recording | None = None) -> None:
    """Refuse (401/124) who brings no good token; one for downloads opens the files of its own recording."""
    query = dict(request.query)
    headers = [request.headers.get("authorization", "")]
    headers += [f"Bearer {query[name]}" for name in _IN_QUERY if name in query]
    for header in headers:
        token = header.strip().partition(" ")[2].strip()
        own = recording is not None and world.part(Recordings).opens(token, recording)
        if own or world.part(OAuth).holds(header):
            return
    raise faults.no_token()
