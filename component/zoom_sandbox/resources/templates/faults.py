"""How Zoom refuses what is asked about templates: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.errors import ApiError, validation_error
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.conferences.kinds import ConferenceKind


def taken_name() -> ApiError:
    """The person has a template of the name already."""
    return validation_error(("name", "A template has this name already. Send overwrite to replace it."))


def no_model(call: OperationCall, kind: ConferenceKind) -> ApiError:
    """What a template is to be made of is not there, or another's."""
    return call.error(f"The user has no such {kind.name.lower()}.", (400, 3001), (400, 3000))
