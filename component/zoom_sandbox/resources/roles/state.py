"""Store roles. The users store which role they have."""

from __future__ import annotations

from dataclasses import dataclass, field

from zoom_sandbox.account import Account
from zoom_sandbox.operations import OperationCall, Payload
from zoom_sandbox.paging import by_number
from zoom_sandbox.resources.users.state import MEMBER, User, Users
from zoom_sandbox.seed import read_seed


@dataclass(slots=True)
class Role:
    """Hold a role. A custom role (`is_custom`) was created by the account and can be deleted."""

    id: str
    name: str
    description: str = ""
    type: str = "common"
    privileges: tuple[str, ...] = ()
    second_level: int = 0
    is_custom: bool = field(default=True)

    def update(self, body: Payload) -> None:
        """Update the fields, except the name, that the body has."""
        self.description = body.get("description", self.description)
        self.privileges = tuple(body.get("privileges", self.privileges))
        self.second_level = body.get("sub_account_privileges", {}).get("second_level", self.second_level)


class Roles:
    """Store the account's roles, those of every account first."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self.by_id: dict[str, Role] = {}
        for row in read_seed("roles"):
            role = Role(
                row["id"], row["name"], row["description"], privileges=tuple(row["privileges"]), is_custom=False
            )
            self.by_id[role.id] = role

    def role_of(self, user: User) -> Role:
        """Return the role of a user."""
        return self.by_id.get(user.role_id) or self.by_id[MEMBER]

    def get(self, call: OperationCall) -> Role:
        """Return the role of the path. Raises ApiError (400/1034)."""
        role = self.by_id.get(call.path_params["roleId"])
        if role is None:
            raise call.error("roles.roleNotFound", role_id=call.path_params["roleId"])
        return role

    def get_unused_name(self, call: OperationCall, name: str, role: Role | None = None) -> str:
        """Return the name. Raises ApiError (400/1224) if it is empty or taken."""
        if not name or any(each.name == name and each is not role for each in self.by_id.values()):
            raise call.error("roles.nameTaken", name=name)
        return name

    def members(self, role: Role) -> list[User]:
        """Return the users with a role, the oldest first."""
        users = self._account.store(Users)
        members = users.list_all(role.id)
        return sorted(members, key=by_number)
