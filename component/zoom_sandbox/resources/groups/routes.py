"""Handle groups, their members and their admins.

https://developers.zoom.us/docs/api/users/#tag/groups
"""

from __future__ import annotations

from zoom_sandbox.errors import api_error
from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.paging import build_page, by_number
from zoom_sandbox.resources.groups.state import (
    Group,
    Groups,
    get_group_ids,
    get_listed_users,
    get_member,
    leave_group,
    set_group_ids,
)
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.times import format_time

operations = Operations()


@operations.handles("GET", "/groups")
def list_groups(call: OperationCall) -> Payload:
    """Return a page of the account's groups."""
    groups = call.account.store(Groups)
    return build_page(call, list(groups.by_id.values()), by_number, lambda group: _serialize_group(groups, group))


@operations.handles("POST", "/groups")
def create_group(call: OperationCall) -> Payload:
    """Create a group without members."""
    groups = call.account.store(Groups)
    return _serialize_group(groups, groups.add(groups.get_unused_name(call)))


@operations.handles("GET", "/groups/{groupId}")
def get_group(call: OperationCall) -> Payload:
    """Return a group."""
    groups = call.account.store(Groups)
    return _serialize_group(groups, groups.get(call))


@operations.handles("PATCH", "/groups/{groupId}")
def update_group(call: OperationCall) -> None:
    """Rename a group."""
    groups = call.account.store(Groups)
    group = groups.get(call)
    group.name = groups.get_unused_name(call, group)


@operations.handles("DELETE", "/groups/{groupId}")
def delete_group(call: OperationCall) -> None:
    """Delete a group; its members stay in the account."""
    groups = call.account.store(Groups)
    group = groups.get(call)
    for user in groups.members(group):
        leave_group(user, group)
    del groups.by_id[group.id]


@operations.handles("GET", "/groups/{groupId}/members")
def list_members(call: OperationCall) -> Payload:
    """Return a page of a group's members."""
    groups = call.account.store(Groups)
    return build_page(call, groups.members(groups.get(call)), by_number, User.serialize_brief)


@operations.handles("POST", "/groups/{groupId}/members")
def add_members(call: OperationCall) -> Payload:
    """Add members to a group, all or none; those who are members already stay."""
    group, people = call.account.store(Groups).get(call), get_listed_users(call, "members")
    for user in people:
        if group.id not in get_group_ids(user):
            set_group_ids(user, [*get_group_ids(user), group.id])
    return _serialize_users(call, people)


@operations.handles("DELETE", "/groups/{groupId}/members/{memberId}")
def remove_member(call: OperationCall) -> None:
    """Remove a member from a group."""
    group = call.account.store(Groups).get(call)
    leave_group(get_member(call, group), group)


@operations.handles("PATCH", "/groups/{groupId}/members/{memberId}")
def change_member(call: OperationCall) -> None:
    """Move a member to another group, or make this one the primary group."""
    groups = call.account.store(Groups)
    group = groups.get(call)
    user = get_member(call, group)
    if call.body["action"] == "set_primary":
        set_group_ids(user, [group.id, *(each for each in get_group_ids(user) if each != group.id)])
        return
    if "target_group_id" not in call.body:
        raise api_error("groups.targetMissing")
    target = groups.get(call, call.body["target_group_id"])
    moved = [target.id if each == group.id else each for each in get_group_ids(user)]
    set_group_ids(user, list(dict.fromkeys(moved)))


@operations.handles("GET", "/groups/{groupId}/admins")
def list_admins(call: OperationCall) -> Payload:
    """Return a page of a group's admins."""
    users = call.account.store(Users)
    admins = [user for user in map(users.find, call.account.store(Groups).get(call).admins) if user is not None]
    return build_page(
        call, sorted(admins, key=by_number), by_number, lambda user: {"email": user.email, "name": user.display_name}
    )


@operations.handles("POST", "/groups/{groupId}/admins")
def add_admins(call: OperationCall) -> Payload:
    """Make users admins of a group, all or none."""
    group, people = call.account.store(Groups).get(call), get_listed_users(call, "admins")
    group.admins.update(dict.fromkeys(user.id for user in people))
    return _serialize_users(call, people)


@operations.handles("DELETE", "/groups/{groupId}/admins/{userId}")
def remove_admin(call: OperationCall) -> None:
    """Remove an admin of a group."""
    group, user = call.account.store(Groups).get(call), call.account.store(Users).find(call.path_params["userId"])
    if user is None or user.id not in group.admins:
        raise call.error("groups.adminNotFound", user_id=call.path_params["userId"])
    del group.admins[user.id]


def _serialize_users(call: OperationCall, people: list[User]) -> Payload:
    return {"added_at": format_time(call.account.now()), "ids": ",".join(user.id for user in people)}


def _serialize_group(groups: Groups, group: Group) -> Payload:
    return {"id": group.id, "name": group.name, "total_members": len(groups.members(group))}
