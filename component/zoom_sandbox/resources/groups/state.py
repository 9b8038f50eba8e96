"""Store groups. The users store their own memberships."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from zoom_sandbox.account import Account
from zoom_sandbox.errors import api_error, field_error, validation_error
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.paging import by_number
from zoom_sandbox.resources.users.state import User, Users


@dataclass(slots=True)
class Group:
    """Hold a group; `admins` are the ids of users."""

    number: int
    id: str
    name: str
    admins: dict[str, None] = field(default_factory=dict)


class Groups:
    """Store the account's groups, in the order of creation."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._number = 0
        self.by_id: dict[str, Group] = {}

    def add(self, name: str) -> Group:
        """Add a group and return it."""
        self._number += 1
        group = Group(self._number, self._account.ids.next_user_id(), name)
        self.by_id[group.id] = group
        return group

    def get(self, call: OperationCall, key: str = "") -> Group:
        """Return the group with an id, or the path's. Raises ApiError (404/4130)."""
        key = key or call.path_params["groupId"]
        group = self.by_id.get(key)
        if group is None:
            raise call.error("groups.groupNotFound", group_id=key)
        return group

    def remove_user(self, user: User, heirs: Mapping[str, User]) -> None:
        """Remove a user from the admins of all groups."""
        for group in self.by_id.values():
            group.admins.pop(user.id, None)

    def get_unused_name(self, call: OperationCall, group: Group | None = None) -> str:
        """Return the name of the body. Raises ApiError: 409/4132 if it is taken, 400/300 if it is empty."""
        name: str = call.body.get("name", "").strip()
        if not name:
            raise api_error("groups.nameMissing")
        if any(each.name == name and each is not group for each in self.by_id.values()):
            raise call.error("groups.nameTaken", name=name)
        return name

    def members(self, group: Group) -> list[User]:
        """Return the members of a group, the oldest user first."""
        users = self._account.store(Users)
        people = users.list_all()
        return sorted((user for user in people if group.id in get_group_ids(user)), key=by_number)


def get_group_ids(user: User) -> list[str]:
    """Return the ids of a user's groups, the primary one first."""
    ids: list[str] = (user.extra_fields or {}).get("group_ids", [])
    return ids


def set_group_ids(user: User, ids: list[str]) -> None:
    """Set a user's groups, the primary one first."""
    user.extra_fields = {**(user.extra_fields or {}), "group_ids": ids}


def leave_group(user: User, group: Group) -> None:
    """Remove a user from a group."""
    set_group_ids(user, [each for each in get_group_ids(user) if each != group.id])


def get_member(call: OperationCall, group: Group) -> User:
    """Return the member of the path. Raises ApiError (404/4131)."""
    user = call.account.store(Users).find(call.path_params["memberId"])
    if user is None or group.id not in get_group_ids(user):
        raise call.error("groups.memberNotFound", member_id=call.path_params["memberId"])
    return user


def get_listed_users(call: OperationCall, field_name: str) -> list[User]:
    """Return the users that a list of the body names by id or email.

    Raises ApiError (400/300) with all unknown ones.
    """
    users = call.account.store(Users)
    rows = call.body.get(field_name, [])
    problems = [
        field_error("groups.userUnknown", field=f"{field_name}[{index}]")
        for index, row in enumerate(rows)
        if users.find(row.get("id") or row.get("email", "")) is None
    ]
    if problems:
        raise validation_error(*problems)
    return [users.get_listed(call, row) for row in rows]
