"""Serialize roles and their members."""

from __future__ import annotations

from zoom_sandbox.operations import Payload
from zoom_sandbox.resources.roles.state import Role, Roles
from zoom_sandbox.resources.users.state import User


def serialize_role(roles: Roles, role: Role) -> Payload:
    """Return a role with the number of its members."""
    return {
        "id": role.id,
        "name": role.name,
        "description": role.description,
        "type": role.type,
        "total_members": len(roles.members(role)),
    }


def serialize_member(user: User) -> Payload:
    """Return a user with a role."""
    return {**user.serialize_brief(), "department": (user.extra_fields or {}).get("dept", "")}
