"""Files: taken in, told of, deleted, handed out. https://developers.zoom.us/docs/api/team-chat/#tag/chat-files"""

from __future__ import annotations

import mimetypes

from zoom_sandbox.messages import Request, Response
from zoom_sandbox.plays import Call, Payload, plays, serves
from zoom_sandbox.resources.chat import faults
from zoom_sandbox.resources.chat.announced import file_told
from zoom_sandbox.resources.chat.sending import send
from zoom_sandbox.resources.chat.shown import download_url
from zoom_sandbox.resources.chat.state.conversations import person
from zoom_sandbox.resources.chat.state.files import Files
from zoom_sandbox.resources.recordings.ranges import part
from zoom_sandbox.world import World

_ONE = "/chat/files/{fileId}"


@plays("POST", "/chat/users/{userId}/files")
def upload(call: Call) -> Payload:
    """Take in a file for messages to come; it stands in the person's notes too, unless told otherwise."""
    user = person(call)
    given = next((given for given in call.files if given.name == "file"), None)
    if given is None:
        raise faults.no_upload("file")
    file = call.world.part(Files).keep(user, given)
    file_told(call.world, "uploaded", user, [file])
    if call.query["postToPersonalChat"].lower() != "false":
        send(call, user, frozenset({user.id}), "", "", [file.id])
    return {"id": file.id}


@plays("GET", _ONE)
def get_file(call: Call) -> Payload:
    """What is known of a file."""
    file = call.world.part(Files).get(call)
    return {
        "file_id": file.id,
        "file_name": file.name,
        "OS_file_type": file.extension,
        "length": file.size,
        "digest": file.digest,
        "created_time": file.when,
        "modified_time": file.when,
        "download_url": download_url(call, file),
    }


@plays("DELETE", _ONE)
def delete_file(call: Call) -> None:
    """Delete a file; the messages that had it stay without it."""
    files = call.world.part(Files)
    file = files.get(call)
    del files.by_id[file.id]
    file_told(call.world, "deleted", person(call), [file])


@serves("/file/download/")
def download(world: World, request: Request, key: str) -> Response:
    """A file's bytes."""
    file = world.part(Files).by_id.get(key)
    if file is None:
        raise faults.nothing_to_download()
    kind = mimetypes.types_map.get(f".{file.extension}", "application/octet-stream")
    return part(request, file.body, kind, file.id + (f".{file.extension}" if file.extension.isascii() else ""))
