"""Upload, read, delete and download files. https://developers.zoom.us/docs/api/team-chat/#tag/chat-files"""

from __future__ import annotations

import mimetypes

from zoom_sandbox.account import Account
from zoom_sandbox.errors import api_error
from zoom_sandbox.messages import Request, Response
from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.resources.chat.delivery import deliver_message
from zoom_sandbox.resources.chat.events import send_file_event
from zoom_sandbox.resources.chat.serializers import build_download_url
from zoom_sandbox.resources.chat.state.conversations import get_acting_user
from zoom_sandbox.resources.chat.state.files import ChatFiles
from zoom_sandbox.resources.recordings.ranges import build_range_response

operations = Operations()

_ONE = "/chat/files/{fileId}"


@operations.handles("POST", "/chat/users/{userId}/files")
def upload(call: OperationCall) -> Payload:
    """Upload a file for later messages; it also goes into the user's notes, unless the query forbids that."""
    user = get_acting_user(call)
    part = next((part for part in call.files if part.name == "file"), None)
    if part is None:
        raise api_error("chat.fileMissing", name="file")
    file = call.account.store(ChatFiles).add(user, part)
    send_file_event(call.account, "uploaded", user, [file])
    if call.query["postToPersonalChat"].lower() != "false":
        deliver_message(call, user, frozenset({user.id}), "", "", [file.id])
    return {"id": file.id}


@operations.handles("GET", _ONE)
def get_file(call: OperationCall) -> Payload:
    """Return the properties of a file."""
    file = call.account.store(ChatFiles).get(call)
    return {
        "file_id": file.id,
        "file_name": file.name,
        "OS_file_type": file.extension,
        "length": file.size,
        "digest": file.digest,
        "created_time": file.created_at,
        "modified_time": file.created_at,
        "download_url": build_download_url(call, file),
    }


@operations.handles("DELETE", _ONE)
def delete_file(call: OperationCall) -> None:
    """Delete a file; its messages stay without it."""
    files = call.account.store(ChatFiles)
    file = files.get(call)
    del files.by_id[file.id]
    send_file_event(call.account, "deleted", get_acting_user(call), [file])


@operations.handles_downloads("/file/download/")
def download(account: Account, request: Request, key: str) -> Response:
    """Return the bytes of a file."""
    file = account.store(ChatFiles).by_id.get(key)
    if file is None:
        raise api_error("chat.downloadNotFound")
    kind = mimetypes.types_map.get(f".{file.extension}", "application/octet-stream")
    return build_range_response(
        request, file.body, kind, file.id + (f".{file.extension}" if file.extension.isascii() else "")
    )
