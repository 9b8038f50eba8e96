"""How Zoom refuses what is asked about meetings alone: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.errors import ApiError
from zoom_sandbox.operations import OperationCall


def room_stays(call: OperationCall) -> ApiError:
    """A personal room is there as long as its person."""
    return call.error("A personal meeting room cannot be deleted.", (400, 3000))
