"""The addresses at which files are to be had: with a bearer token or one in the query, whole or by a range of bytes.

https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording/get/meetings/{meetingId}/recordings
(download_access_token)
"""

from __future__ import annotations

import re

from zoom_component.sandbox.messages import Request, Response
from zoom_component.sandbox.oauth import OAuth
from zoom_component.sandbox.plays import serves
from zoom_component.sandbox.refusal import Refusal, invalid_token
from zoom_component.sandbox.resources.past import Past
from zoom_component.sandbox.resources.recordings.content import TYPES, content
from zoom_component.sandbox.resources.recordings.state import Recording, Recordings, file_of
from zoom_component.sandbox.world import World

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_IN_QUERY = ("access_token", "download_access_token")


@serves("/rec/download/")
def download(world: World, request: Request, key: str) -> Response:
    """A recording's file."""
    found = world.part(Recordings).file(key)
    check(world, request, found[0] if found else None)
    if found is None:
        raise Refusal(404, 3301, "There is no such file.")
    recording, file = found
    return part(request, content(recording.instance, file), TYPES[file.extension], f"{key}.{file.extension.lower()}")


@serves("/rec/archive/download/")
def download_archived(world: World, request: Request, key: str) -> Response:
    """An archived file, which stays when the recording goes."""
    check(world, request)
    for instance in world.part(Past).instances:
        for row in instance.source.get("recording", {}).get("files", ()):
            if row["id"] == key:
                file = file_of(row)
                return part(request, content(instance, file), TYPES[file.extension], key)
    raise Refusal(404, 3301, "There is no such file.")


def part(request: Request, body: bytes, content_type: str, name: str) -> Response:
    """The bytes, or the range of them that the request asks for; 416 where there is none of it."""
    headers = {
        "content-type": content_type,
        "accept-ranges": "bytes",
        "content-disposition": f'attachment; filename="{name}"',
    }
    match = _RANGE.fullmatch(request.headers.get("range", "").replace(" ", ""))
    if match is None or match.groups() == ("", ""):
        return Response(200, headers, body)
    first, last = match.groups()
    begin = int(first) if first else max(len(body) - int(last), 0)
    close = min(int(last), len(body) - 1) if first and last else len(body) - 1
    if begin > close:
        return Response(416, {"content-range": f"bytes */{len(body)}"})
    return Response(206, {**headers, "content-range": f"bytes {begin}-{close}/{len(body)}"}, body[begin : close + 1])


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
    raise invalid_token()
