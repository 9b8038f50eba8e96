"""How Zoom refuses what is asked about roles: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.plays import Call
from zoom_sandbox.refusal import Refusal

_UNKNOWN = (400, 1034)


def unknown(call: Call) -> Refusal:
    """There is no role with the path's id."""
    return call.refuse(f"Role does not exist: {call.ids['roleId']}.", _UNKNOWN)


def stranger(call: Call) -> Refusal:
    """The path's person does not have the role."""
    return call.refuse(f"The user does not have this role: {call.ids['memberId']}.", _UNKNOWN)


def taken_name(call: Call, name: str) -> Refusal:
    """A role's name is empty or another's."""
    return call.refuse(f"A role needs a name that no other role has: {name}.", (400, 1224))


def stays(call: Call) -> Refusal:
    """Some roles are there in every account."""
    return call.refuse("A role that every account has cannot be deleted.", (400, 200))


def owner_keeps(call: Call) -> Refusal:
    """The account's owner has one role for good."""
    return call.refuse("The role of the account's owner cannot be changed.", (400, 200))
