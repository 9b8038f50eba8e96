"""Roles: listed, made, read, changed, deleted, given and taken.

https://developers.zoom.us/docs/api/accounts/#tag/roles
"""

from __future__ import annotations

from zoom_sandbox.pages import by_number, page
from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.resources.roles import faults
from zoom_sandbox.resources.roles.shown import member, row
from zoom_sandbox.resources.roles.state import Role, Roles
from zoom_sandbox.resources.users.state import MEMBER, User, Users
from zoom_sandbox.times import stamp


@plays("GET", "/roles")
def list_roles(call: Call) -> Payload:
    """The roles of a type with the number of people who have them."""
    roles = call.world.part(Roles)
    shown = [row(roles, role) for role in roles.by_id.values() if role.type == call.query["type"]]
    return {"roles": shown, "total_records": len(shown)}


@plays("POST", "/roles")
def create_role(call: Call) -> Payload:
    """A new role. Its answer is empty: the list tells the id."""
    roles, body = call.world.part(Roles), call.body
    role = Role(call.world.ids.user(), roles.free_name(call, body.get("name", "")))
    role.type = body.get("type", role.type)
    role.change(body)
    roles.by_id[role.id] = role
    return {}


@plays("GET", "/roles/{roleId}")
def get_role(call: Call) -> Payload:
    """One role with its privileges."""
    roles = call.world.part(Roles)
    role = roles.get(call)
    return {
        **row(roles, role),
        "privileges": list(role.privileges),
        "sub_account_privileges": {"second_level": role.second_level},
    }


@plays("PATCH", "/roles/{roleId}")
def update_role(call: Call) -> Payload:
    """Change what is given, and nothing else."""
    roles = call.world.part(Roles)
    role = roles.get(call)
    if "name" in call.body:
        role.name = roles.free_name(call, call.body["name"], role)
    role.change(call.body)
    return {}


@plays("DELETE", "/roles/{roleId}")
def delete_role(call: Call) -> None:
    """Delete a role that the account made; who had it is a member again."""
    roles = call.world.part(Roles)
    role = roles.get(call)
    if not role.own:
        raise faults.stays(call)
    for user in roles.members(role):
        user.role_id = MEMBER
    call.world.part(Users).changed()
    del roles.by_id[role.id]


@plays("GET", "/roles/{roleId}/members")
def list_role_members(call: Call) -> Payload:
    """The people with a role, by pages."""
    roles = call.world.part(Roles)
    return page(call, roles.members(roles.get(call)), by_number, member)


@plays("POST", "/roles/{roleId}/members")
def assign_role(call: Call) -> Payload:
    """Give a role to people, all or none."""
    role, users = call.world.part(Roles).get(call), call.world.part(Users)
    people = [users.named(call, each) for each in call.body.get("members", [])]
    _spare_owner(call, users, people)
    for user in people:
        user.role_id = role.id
    users.changed()
    return {"add_at": stamp(call.world.now()), "ids": ",".join(user.id for user in people)}


@plays("DELETE", "/roles/{roleId}/members/{memberId}")
def unassign_role(call: Call) -> None:
    """Take a role from a person, who is a member then."""
    role, users = call.world.part(Roles).get(call), call.world.part(Users)
    user = users.find(call.ids["memberId"])
    if user is None or user.role_id != role.id:
        raise faults.stranger(call)
    _spare_owner(call, users, [user])
    user.role_id = MEMBER
    users.changed()


def _spare_owner(call: Call, users: Users, people: list[User]) -> None:
    if users.owner in people:
        raise faults.owner_keeps(call)
