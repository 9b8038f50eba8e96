"""Store the files of team chat with their bytes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from zoom_sandbox.account import Account
from zoom_sandbox.errors import api_error
from zoom_sandbox.multipart import FormPart
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.chat.state.conversations import ChatMessage
from zoom_sandbox.resources.users.state import User

_MEGABYTE = 1 << 20
# https://developers.zoom.us/docs/api/team-chat/#tag/chat-files/post/chat/users/{userId}/messages/files (files)
PICTURE_EXTENSIONS = ("png", "jpg", "jpeg", "gif")
MAX_PICTURE_SIZE, MAX_FILE_SIZE = 16 * _MEGABYTE, 20 * _MEGABYTE
# The size of all files together, as they are in memory. Zoom accepts a gigabyte for each file.
MAX_TOTAL_SIZE = 128 * _MEGABYTE


@dataclass(slots=True)
class ChatFile:
    """Hold one file.

    `owner` is a user's id, `created_at` epoch milliseconds, `extension` is in lower case without a dot.
    """

    id: str
    owner: str
    name: str
    extension: str
    body: bytes
    created_at: int

    @property
    def size(self) -> int:
        """Return the number of bytes."""
        return len(self.body)

    @property
    def digest(self) -> str:
        """Return the SHA-256 digest of the bytes."""
        return hashlib.sha256(self.body).hexdigest()


class ChatFiles:
    """Store the account's files by id, the oldest first."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self.by_id: dict[str, ChatFile] = {}

    def add(self, owner: User, part: FormPart) -> ChatFile:
        """Store a file of a form. Raises ApiError (400/300) if there is not enough space."""
        free = MAX_TOTAL_SIZE - sum(file.size for file in self.by_id.values())
        if len(part.body) > free:
            raise api_error("chat.fileTooLarge", name=part.name, limit=free)
        name = (part.filename or "").replace("\\", "/").rpartition("/")[2] or "file"
        extension = name.rpartition(".")[2].lower() if "." in name else ""
        created_at = int(self._account.clock() * 1000)
        file = ChatFile(self._account.ids.next_user_id(), owner.id, name, extension, part.body, created_at)
        self.by_id[file.id] = file
        return file

    def get(self, call: OperationCall) -> ChatFile:
        """Return the file of the path. Raises ApiError (404/404)."""
        key = call.path_params["fileId"]
        if key not in self.by_id:
            raise call.error("chat.fileNotFound", file_id=key)
        return self.by_id[key]

    def files_of(self, message: ChatMessage) -> list[ChatFile]:
        """Return the files of a message that still exist."""
        return [self.by_id[key] for key in message.files if key in self.by_id]

    def get_own_ids(self, call: OperationCall, user: User) -> list[str]:
        """Return the `file_ids` of a body. Raises ApiError for files that the user did not upload."""
        keys: list[str] = call.body.get("file_ids", [])
        for key in keys:
            if key not in self.by_id or self.by_id[key].owner != user.id:
                raise call.error("chat.attachmentNotFound", file_id=key)
        return list(dict.fromkeys(keys))


def check_file_size(part: FormPart) -> None:
    """Raise ApiError (400/300) for a file that is too large for a message."""
    is_picture = (part.filename or "").lower().rpartition(".")[2] in PICTURE_EXTENSIONS
    limit = MAX_PICTURE_SIZE if is_picture else MAX_FILE_SIZE
    if len(part.body) > limit:
        raise api_error("chat.fileTooLarge", name=part.name, limit=limit)
