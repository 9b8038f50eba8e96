"""Handle the operations of team chat, a module for each kind of object."""

from __future__ import annotations

from zoom_sandbox.operations import Operations
from zoom_sandbox.resources.chat.routes import (
    channels,
    contacts,
    edits,
    files,
    marks,
    members,
    mentions,
    messages,
    sessions,
)

operations = Operations(
    channels.operations,
    contacts.operations,
    edits.operations,
    files.operations,
    marks.operations,
    members.operations,
    mentions.operations,
    messages.operations,
    sessions.operations,
)
