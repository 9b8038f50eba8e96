"""How Zoom refuses what is asked about roles: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.errors import ApiError
from zoom_sandbox.operations import OperationCall

_UNKNOWN = (400, 1034)


def unknown(call: OperationCall) -> ApiError:
    """There is no role with the path's id."""
    return call.error(f"Role does not exist: {call.path_params['roleId']}.", _UNKNOWN)


def stranger(call: OperationCall) -> ApiError:
    """The path's person does not have the role."""
    return call.error(f"The user does not have this role: {call.path_params['memberId']}.", _UNKNOWN)


def taken_name(call: OperationCall, name: str) -> ApiError:
    """A role's name is empty or another's."""
    return call.error(f"A role needs a name that no other role has: {name}.", (400, 1224))


def stays(call: OperationCall) -> ApiError:
    """Some roles are there in every account."""
    return call.error("A role that every account has cannot be deleted.", (400, 200))


def owner_keeps(call: OperationCall) -> ApiError:
    """The account's owner has one role for good."""
    return call.error("The role of the account's owner cannot be changed.", (400, 200))
