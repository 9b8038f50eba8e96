"""Groups as the account keeps them. Who belongs is kept with the person."""

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
    """A group; `admins` are the ids of people."""

    number: int
    id: str
    name: str
    admins: dict[str, None] = field(default_factory=dict)


class Groups:
    """The account's groups, in the order in which they came."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._number = 0
        self.by_id: dict[str, Group] = {}

    def add(self, name: str) -> Group:
        """Make a group."""
        self._number += 1
        group = Group(self._number, self._account.ids.next_user_id(), name)
        self.by_id[group.id] = group
        return group

    def get(self, call: OperationCall, key: str = "") -> Group:
        """The group with an id, else the one that the path names. Refuses 404/4130."""
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
        """The body's name, which no other group has. Refuses 409/4132, and 400/300 where there is none."""
        name: str = call.body.get("name", "").strip()
        if not name:
            raise api_error("groups.nameMissing")
        if any(each.name == name and each is not group for each in self.by_id.values()):
            raise call.error("groups.nameTaken", name=name)
        return name

    def members(self, group: Group) -> list[User]:
        """Everybody in a group, the oldest first."""
        users = self._account.store(Users)
        people = (user for status in ("active", "inactive", "pending") for user in users.list_users(status, ""))
        return sorted((user for user in people if group.id in get_group_ids(user)), key=by_number)


def get_group_ids(user: User) -> list[str]:
    """The ids of a person's groups, the primary one first."""
    found: list[str] = (user.extra_fields or {}).get("group_ids", [])
    return found


def set_group_ids(user: User, ids: list[str]) -> None:
    """Put a person into these groups and no others, the primary one first."""
    user.extra_fields = {**(user.extra_fields or {}), "group_ids": ids}


def leave_group(user: User, group: Group) -> None:
    """Take a person out of a group."""
    set_group_ids(user, [each for each in get_group_ids(user) if each != group.id])


def get_member(call: OperationCall, group: Group) -> User:
    """The member whom the path names. Refuses 404/4131."""
    user = call.account.store(Users).find(call.path_params["memberId"])
    if user is None or group.id not in get_group_ids(user):
        raise call.error("groups.memberNotFound", member_id=call.path_params["memberId"])
    return user


def get_listed_users(call: OperationCall, field_name: str) -> list[User]:
    """The people whom a list of the body names by id or email. Refuses (400/300) every stranger at once."""
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
