"""Roles and who has them. https://developers.zoom.us/docs/api/accounts/#tag/roles"""

from __future__ import annotations

from dataclasses import dataclass, field

from zoom_component.sandbox.pages import by_number, page
from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.refusal import Refusal
from zoom_component.sandbox.resources.users.state import MEMBER, User, Users
from zoom_component.sandbox.seed import read
from zoom_component.sandbox.times import stamp
from zoom_component.sandbox.world import World

_UNKNOWN, _TAKEN = (400, 1034), (400, 1224)


@dataclass(slots=True)
class Role:
    """A role: its words and its privileges. `own` tells that the account made it, so that it may go."""

    id: str
    name: str
    description: str = ""
    type: str = "common"
    privileges: tuple[str, ...] = ()
    second_level: int = 0
    own: bool = field(default=True)


class Roles:
    """The account's roles, those that every account has first."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.by_id: dict[str, Role] = {}
        for row in read("roles"):
            role = Role(row["id"], row["name"], row["description"], privileges=tuple(row["privileges"]), own=False)
            self.by_id[role.id] = role

    def of(self, user: User) -> Role:
        """A person's role."""
        return self.by_id.get(user.role_id) or self.by_id[MEMBER]

    def get(self, call: Call) -> Role:
        """The role that the path names. Refuses 400/1034."""
        role = self.by_id.get(call.ids["roleId"])
        if role is None:
            raise call.refuse(f"Role does not exist: {call.ids['roleId']}.", _UNKNOWN)
        return role

    def free_name(self, call: Call, name: str, role: Role | None = None) -> str:
        """A name that no other role has. Refuses 400/1224."""
        if not name or any(each.name == name and each is not role for each in self.by_id.values()):
            raise call.refuse(f"A role needs a name that no other role has: {name}.", _TAKEN)
        return name

    def members(self, role: Role) -> list[User]:
        """Everybody with the role, the oldest first."""
        users = self._world.part(Users)
        found = [user for status in ("active", "inactive", "pending") for user in users.listing(status, role.id)]
        return sorted(found, key=by_number)


@plays("GET", "/roles")
def list_roles(call: Call) -> Payload:
    """The roles of a type with the number of people who have them."""
    roles = call.world.part(Roles)
    shown = [_row(roles, role) for role in roles.by_id.values() if role.type == call.query["type"]]
    return {"roles": shown, "total_records": len(shown)}


@plays("POST", "/roles")
def create_role(call: Call) -> Payload:
    """A new role. Its answer is empty: the list tells the id."""
    roles, body = call.world.part(Roles), call.body
    role = Role(call.world.ids.user(), roles.free_name(call, body.get("name", "")))
    role.type = body.get("type", role.type)
    _change(role, body)
    roles.by_id[role.id] = role
    return {}


@plays("GET", "/roles/{roleId}")
def get_role(call: Call) -> Payload:
    """One role with its privileges."""
    roles = call.world.part(Roles)
    role = roles.get(call)
    return {
        **_row(roles, role),
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
    _change(role, call.body)
    return {}


@plays("DELETE", "/roles/{roleId}")
def delete_role(call: Call) -> None:
    """Delete a role that the account made; who had it is a member again."""
    roles = call.world.part(Roles)
    role = roles.get(call)
    if not role.own:
        raise call.refuse("A role that every account has cannot be deleted.", (400, 200))
    for user in roles.members(role):
        user.role_id = MEMBER
    call.world.part(Users).changed()
    del roles.by_id[role.id]


@plays("GET", "/roles/{roleId}/members")
def list_role_members(call: Call) -> Payload:
    """The people with a role, by pages."""
    roles = call.world.part(Roles)
    return page(call, roles.members(roles.get(call)), by_number, _member)


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
        raise _stranger(call)
    _spare_owner(call, users, [user])
    user.role_id = MEMBER
    users.changed()


def _spare_owner(call: Call, users: Users, people: list[User]) -> None:
    if users.owner in people:
        raise call.refuse("The role of the account's owner cannot be changed.", (400, 200))


def _stranger(call: Call) -> Refusal:
    return call.refuse(f"The user does not have this role: {call.ids['memberId']}.", _UNKNOWN)


def _change(role: Role, body: Payload) -> None:
    role.description = body.get("description", role.description)
    role.privileges = tuple(body.get("privileges", role.privileges))
    role.second_level = body.get("sub_account_privileges", {}).get("second_level", role.second_level)


def _row(roles: Roles, role: Role) -> Payload:
    return {
        "id": role.id,
        "name": role.name,
        "description": role.description,
        "type": role.type,
        "total_members": len(roles.members(role)),
    }


def _member(user: User) -> Payload:
    return {**user.brief(), "department": (user.more or {}).get("dept", "")}
