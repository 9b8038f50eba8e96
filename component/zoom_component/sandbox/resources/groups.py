"""Groups of people. Who belongs is kept with the person. https://developers.zoom.us/docs/api/users/#tag/groups"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from zoom_component.sandbox.pages import by_number, page
from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.refusal import Refusal, invalid
from zoom_component.sandbox.resources.users import User, Users
from zoom_component.sandbox.resources.users.state import HAND_OVERS
from zoom_component.sandbox.times import stamp
from zoom_component.sandbox.world import World

_UNKNOWN, _STRANGER, _TAKEN = (404, 4130), (404, 4131), (409, 4132)


@dataclass(slots=True)
class Group:
    """A group; `admins` are the ids of people."""

    number: int
    id: str
    name: str
    admins: dict[str, None] = field(default_factory=dict)


class Groups:
    """The account's groups, in the order in which they came."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._number = 0
        self.by_id: dict[str, Group] = {}

    def add(self, name: str) -> Group:
        """Make a group."""
        self._number += 1
        group = Group(self._number, self._world.ids.user(), name)
        self.by_id[group.id] = group
        return group

    def get(self, call: Call, key: str = "") -> Group:
        """The group with an id, else the one that the path names. Refuses 404/4130."""
        key = key or call.ids["groupId"]
        group = self.by_id.get(key)
        if group is None:
            raise call.refuse(f"Group does not exist: {key}.", _UNKNOWN)
        return group

    def free_name(self, call: Call, group: Group | None = None) -> str:
        """The body's name, which no other group has. Refuses 409/4132, and 400/300 where there is none."""
        name: str = call.body.get("name", "").strip()
        if not name:
            raise invalid(("name", "This field is required."))
        if any(each.name == name and each is not group for each in self.by_id.values()):
            raise call.refuse(f"A group with this name exists already: {name}.", _TAKEN)
        return name

    def members(self, group: Group) -> list[User]:
        """Everybody in a group, the oldest first."""
        users = self._world.part(Users)
        people = (user for status in ("active", "inactive", "pending") for user in users.listing(status, ""))
        return sorted((user for user in people if group.id in groups_of(user)), key=by_number)


def groups_of(user: User) -> list[str]:
    """The ids of a person's groups, the primary one first."""
    found: list[str] = (user.more or {}).get("group_ids", [])
    return found


def _set_groups(user: User, ids: list[str]) -> None:
    user.more = {**(user.more or {}), "group_ids": ids}


@plays("GET", "/groups")
def list_groups(call: Call) -> Payload:
    """The account's groups, by pages."""
    groups = call.world.part(Groups)
    return page(call, list(groups.by_id.values()), by_number, lambda group: _show(groups, group))


@plays("POST", "/groups")
def create_group(call: Call) -> Payload:
    """A new group, empty."""
    groups = call.world.part(Groups)
    return _show(groups, groups.add(groups.free_name(call)))


@plays("GET", "/groups/{groupId}")
def get_group(call: Call) -> Payload:
    """One group."""
    groups = call.world.part(Groups)
    return _show(groups, groups.get(call))


@plays("PATCH", "/groups/{groupId}")
def update_group(call: Call) -> None:
    """Give a group another name."""
    groups = call.world.part(Groups)
    group = groups.get(call)
    group.name = groups.free_name(call, group)


@plays("DELETE", "/groups/{groupId}")
def delete_group(call: Call) -> None:
    """Delete a group; its people stay."""
    groups = call.world.part(Groups)
    group = groups.get(call)
    for user in groups.members(group):
        _leave(user, group)
    del groups.by_id[group.id]


@plays("GET", "/groups/{groupId}/members")
def list_members(call: Call) -> Payload:
    """A group's people, by pages."""
    groups = call.world.part(Groups)
    return page(call, groups.members(groups.get(call)), by_number, User.brief)


@plays("POST", "/groups/{groupId}/members")
def add_members(call: Call) -> Payload:
    """Take people into a group, all or none; who is in it already stays."""
    group, people = call.world.part(Groups).get(call), _named(call, "members")
    for user in people:
        if group.id not in groups_of(user):
            _set_groups(user, [*groups_of(user), group.id])
    return _added(call, people)


@plays("DELETE", "/groups/{groupId}/members/{memberId}")
def remove_member(call: Call) -> None:
    """Take somebody out of a group."""
    group = call.world.part(Groups).get(call)
    _leave(_member_of(call, group), group)


@plays("PATCH", "/groups/{groupId}/members/{memberId}")
def change_member(call: Call) -> None:
    """Move somebody to another group, or make this one the primary group."""
    groups = call.world.part(Groups)
    group = groups.get(call)
    user = _member_of(call, group)
    if call.body["action"] == "set_primary":
        _set_groups(user, [group.id, *(each for each in groups_of(user) if each != group.id)])
        return
    if "target_group_id" not in call.body:
        raise invalid(("target_group_id", "This field is required."))
    target = groups.get(call, call.body["target_group_id"])
    moved = [target.id if each == group.id else each for each in groups_of(user)]
    _set_groups(user, list(dict.fromkeys(moved)))


@plays("GET", "/groups/{groupId}/admins")
def list_admins(call: Call) -> Payload:
    """A group's admins, by pages."""
    users = call.world.part(Users)
    found = [user for user in map(users.find, call.world.part(Groups).get(call).admins) if user is not None]
    return page(
        call, sorted(found, key=by_number), by_number, lambda user: {"email": user.email, "name": user.display_name}
    )


@plays("POST", "/groups/{groupId}/admins")
def add_admins(call: Call) -> Payload:
    """Make people admins of a group, all or none."""
    group, people = call.world.part(Groups).get(call), _named(call, "admins")
    group.admins.update(dict.fromkeys(user.id for user in people))
    return _added(call, people)


@plays("DELETE", "/groups/{groupId}/admins/{userId}")
def remove_admin(call: Call) -> None:
    """Make somebody an admin of a group no more."""
    group, user = call.world.part(Groups).get(call), call.world.part(Users).find(call.ids["userId"])
    if user is None or user.id not in group.admins:
        raise call.refuse(f"The user is no admin of this group: {call.ids['userId']}.", (400, 4138))
    del group.admins[user.id]


def _named(call: Call, field_name: str) -> list[User]:
    users = call.world.part(Users)
    rows = call.body.get(field_name, [])
    strangers = [
        (f"{field_name}[{index}]", "The id or email of a user of the account is expected.")
        for index, row in enumerate(rows)
        if users.find(row.get("id") or row.get("email", "")) is None
    ]
    if strangers:
        raise invalid(*strangers)
    return [users.named(call, row) for row in rows]


def _member_of(call: Call, group: Group) -> User:
    user = call.world.part(Users).find(call.ids["memberId"])
    if user is None or group.id not in groups_of(user):
        raise _stranger(call)
    return user


def _stranger(call: Call) -> Refusal:
    return call.refuse(f"The user is not in this group: {call.ids['memberId']}.", _STRANGER)


def _leave(user: User, group: Group) -> None:
    _set_groups(user, [each for each in groups_of(user) if each != group.id])


def _added(call: Call, people: list[User]) -> Payload:
    return {"added_at": stamp(call.world.now()), "ids": ",".join(user.id for user in people)}


def _show(groups: Groups, group: Group) -> Payload:
    return {"id": group.id, "name": group.name, "total_members": len(groups.members(group))}


def _forget(world: World, user: User, heirs: Mapping[str, User]) -> None:
    for group in world.part(Groups).by_id.values():
        group.admins.pop(user.id, None)


HAND_OVERS.append(_forget)
