"""Groups: listed, made, read, changed, deleted; their people and their admins.

https://developers.zoom.us/docs/api/users/#tag/groups
"""

from __future__ import annotations

from zoom_sandbox.pages import by_number, page
from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.resources.groups import faults
from zoom_sandbox.resources.groups.state import Group, Groups, groups_of, leave, member_of, named, set_groups
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.times import stamp


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
        leave(user, group)
    del groups.by_id[group.id]


@plays("GET", "/groups/{groupId}/members")
def list_members(call: Call) -> Payload:
    """A group's people, by pages."""
    groups = call.world.part(Groups)
    return page(call, groups.members(groups.get(call)), by_number, User.brief)


@plays("POST", "/groups/{groupId}/members")
def add_members(call: Call) -> Payload:
    """Take people into a group, all or none; who is in it already stays."""
    group, people = call.world.part(Groups).get(call), named(call, "members")
    for user in people:
        if group.id not in groups_of(user):
            set_groups(user, [*groups_of(user), group.id])
    return _added(call, people)


@plays("DELETE", "/groups/{groupId}/members/{memberId}")
def remove_member(call: Call) -> None:
    """Take somebody out of a group."""
    group = call.world.part(Groups).get(call)
    leave(member_of(call, group), group)


@plays("PATCH", "/groups/{groupId}/members/{memberId}")
def change_member(call: Call) -> None:
    """Move somebody to another group, or make this one the primary group."""
    groups = call.world.part(Groups)
    group = groups.get(call)
    user = member_of(call, group)
    if call.body["action"] == "set_primary":
        set_groups(user, [group.id, *(each for each in groups_of(user) if each != group.id)])
        return
    if "target_group_id" not in call.body:
        raise faults.no_target()
    target = groups.get(call, call.body["target_group_id"])
    moved = [target.id if each == group.id else each for each in groups_of(user)]
    set_groups(user, list(dict.fromkeys(moved)))


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
    group, people = call.world.part(Groups).get(call), named(call, "admins")
    group.admins.update(dict.fromkeys(user.id for user in people))
    return _added(call, people)


@plays("DELETE", "/groups/{groupId}/admins/{userId}")
def remove_admin(call: Call) -> None:
    """Make somebody an admin of a group no more."""
    group, user = call.world.part(Groups).get(call), call.world.part(Users).find(call.ids["userId"])
    if user is None or user.id not in group.admins:
        raise faults.no_admin(call)
    del group.admins[user.id]


def _added(call: Call, people: list[User]) -> Payload:
    return {"added_at": stamp(call.world.now()), "ids": ",".join(user.id for user in people)}


def _show(groups: Groups, group: Group) -> Payload:
    return {"id": group.id, "name": group.name, "total_members": len(groups.members(group))}
