"""Handle roles, and assign them to users.

https://developers.zoom.us/docs/api/accounts/#tag/roles
"""

from __future__ import annotations

from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.paging import build_page, by_number
from zoom_sandbox.resources.roles.serializers import serialize_member, serialize_role
from zoom_sandbox.resources.roles.state import Role, Roles
from zoom_sandbox.resources.users.state import MEMBER, User, Users
from zoom_sandbox.times import format_time

operations = Operations()


@operations.handles("GET", "/roles")
def list_roles(call: OperationCall) -> Payload:
    """Return the roles of a type with the number of their members."""
    roles = call.account.store(Roles)
    rows = [serialize_role(roles, role) for role in roles.by_id.values() if role.type == call.query["type"]]
    return {"roles": rows, "total_records": len(rows)}


@operations.handles("POST", "/roles")
def create_role(call: OperationCall) -> Payload:
    """Create a role. The response is empty: the list shows the id."""
    roles, body = call.account.store(Roles), call.body
    role = Role(call.account.ids.next_user_id(), roles.get_unused_name(call, body.get("name", "")))
    role.type = body.get("type", role.type)
    role.update(body)
    roles.by_id[role.id] = role
    return {}


@operations.handles("GET", "/roles/{roleId}")
def get_role(call: OperationCall) -> Payload:
    """Return a role with its privileges."""
    roles = call.account.store(Roles)
    role = roles.get(call)
    return {
        **serialize_role(roles, role),
        "privileges": list(role.privileges),
        "sub_account_privileges": {"second_level": role.second_level},
    }


@operations.handles("PATCH", "/roles/{roleId}")
def update_role(call: OperationCall) -> Payload:
    """Update the fields that the body has."""
    roles = call.account.store(Roles)
    role = roles.get(call)
    if "name" in call.body:
        role.name = roles.get_unused_name(call, call.body["name"], role)
    role.update(call.body)
    return {}


@operations.handles("DELETE", "/roles/{roleId}")
def delete_role(call: OperationCall) -> None:
    """Delete a custom role; its users get the role of a member."""
    roles = call.account.store(Roles)
    role = roles.get(call)
    if not role.is_custom:
        raise call.error("roles.roleNotDeletable")
    for user in roles.members(role):
        user.role_id = MEMBER
    call.account.store(Users).clear_lists()
    del roles.by_id[role.id]


@operations.handles("GET", "/roles/{roleId}/members")
def list_role_members(call: OperationCall) -> Payload:
    """Return a page of the users with a role."""
    roles = call.account.store(Roles)
    return build_page(call, roles.members(roles.get(call)), by_number, serialize_member)


@operations.handles("POST", "/roles/{roleId}/members")
def assign_role(call: OperationCall) -> Payload:
    """Assign a role to users, all or none."""
    role, users = call.account.store(Roles).get(call), call.account.store(Users)
    people = [users.get_listed(call, each) for each in call.body.get("members", [])]
    _refuse_owner(call, users, people)
    for user in people:
        user.role_id = role.id
    users.clear_lists()
    return {"add_at": format_time(call.account.now()), "ids": ",".join(user.id for user in people)}


@operations.handles("DELETE", "/roles/{roleId}/members/{memberId}")
def unassign_role(call: OperationCall) -> None:
    """Remove a role from a user, who gets the role of a member."""
    role, users = call.account.store(Roles).get(call), call.account.store(Users)
    user = users.find(call.path_params["memberId"])
    if user is None or user.role_id != role.id:
        raise call.error("roles.memberNotFound", member_id=call.path_params["memberId"])
    _refuse_owner(call, users, [user])
    user.role_id = MEMBER
    users.clear_lists()


def _refuse_owner(call: OperationCall, users: Users, people: list[User]) -> None:
    if users.owner in people:
        raise call.error("roles.ownerRoleFixed")
