"""The sound of a recorded call: silence of the right length, as MPEG audio.

https://developers.zoom.us/docs/api/phone/#tag/recordings/get/phone/recording/download/{fileId}
"""

from __future__ import annotations

from zoom_component.sandbox.messages import Request, Response
from zoom_component.sandbox.plays import serves
from zoom_component.sandbox.refusal import Refusal
from zoom_component.sandbox.resources.phone.state import Calls
from zoom_component.sandbox.resources.recordings.download import check, part
from zoom_component.sandbox.world import World

# A frame of MPEG-1 layer III at 128 kbit/s and 44.1 kHz: four bytes that say so, the rest of its 417 empty.
_FRAME = b"\xff\xfb\x90\x64" + bytes(413)
_SAMPLES, _RATE = 1152, 44_100


@serves("/v2/phone/recording/download/")
def download(world: World, request: Request, key: str) -> Response:
    """A recorded call's sound."""
    check(world, request)
    for call in world.part(Calls).all:
        if call.recorded and call.row["id"] == key:
            frames = -(-call.row["seconds"] * _RATE // _SAMPLES)
            return part(request, _FRAME * frames, "audio/mpeg", f"{key}.mp3")
    raise Refusal(400, 404, "There is no such recording.")
