"""Store users, their assistants and their settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from zoom_sandbox.account import Account
from zoom_sandbox.errors import api_error
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.seed import read_seed
from zoom_sandbox.times import format_time

BASIC, LICENSED = 1, 2
MEMBER = "2"


@dataclass(slots=True)
class User:
    """Hold one user. `extra_fields` are those that the account only stores and returns."""

    number: int
    id: str
    email: str
    created_at: str
    first_name: str = ""
    last_name: str = ""
    type: int = BASIC
    status: str = "active"
    role_id: str = MEMBER
    timezone: str = "UTC"
    pmi: int = 0
    extra_fields: dict[str, Any] | None = None

    def serialize_brief(self) -> dict[str, Any]:
        """Return the user as the lists of groups and roles and the response to a new user show them."""
        return {
            "id": self.id,
            "email": self.email,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "type": self.type,
        }

    @property
    def display_name(self) -> str:
        """Return the name that others see."""
        chosen: str = (self.extra_fields or {}).get("display_name", "")
        return chosen or f"{self.first_name} {self.last_name}".strip() or self.email


@runtime_checkable
class UserDataStore(Protocol):
    """Describe a store that holds data of users, and deletes or transfers it when a user is deleted."""

    def remove_user(self, user: User, heirs: Mapping[str, User]) -> None:
        """Delete a user's data, or give it to the heir of its kind (`meeting`, `webinar`, `recording`)."""


class Users:
    """Store the account's users, in the order of creation."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._by_id: dict[str, User] = {}
        self._by_email: dict[str, User] = {}
        self._lists: dict[tuple[str, str], list[User]] = {}
        self._number = 0
        created = format_time(account.started_at - 90 * 86_400)
        for row in read_seed("users"):
            self._add_seed(dict(row), created)
        self.owner = next(iter(self._by_id.values()))
        for index in range(1, account.options.users + 1):
            self._add_numbered(index, created)

    def add(self, email: str, *, status: str, extra_fields: dict[str, Any] | None = None, **fields: Any) -> User:
        """Add a user and return it. The caller has checked that the email is free."""
        ids = self._account.ids
        fields.setdefault("pmi", ids.next_personal_meeting_id())
        created = format_time(self._account.now())
        return self._add(
            User(
                self._next(),
                ids.next_user_id(),
                email,
                created,
                status=status,
                extra_fields=extra_fields or None,
                **fields,
            )
        )

    def find(self, key: str) -> User | None:
        """Return the user with an id or email; `me` is the owner."""
        if key == "me":
            return self.owner
        return self._by_id.get(key) or self._by_email.get(key.lower())

    def get(self, call: OperationCall) -> User:
        """Return the user of the call's path. Raises ApiError (404/1001)."""
        key = call.path_params["userId"]
        user = self.find(key)
        if user is None:
            raise call.error("users.userNotFound", user=key)
        return user

    def list_users(self, status: str, role_id: str) -> list[User]:
        """Return the users with a status and, unless it is "", a role, the oldest first. Not to be changed in place."""
        key = (status, role_id)
        if key not in self._lists:
            self._lists[key] = [
                user for user in self._by_id.values() if user.status == status and role_id in ("", user.role_id)
            ]
        return self._lists[key]

    def list_all(self, role_id: str = "") -> list[User]:
        """Return the users of every status, on request only those with a role."""
        return [user for status in ("active", "inactive", "pending") for user in self.list_users(status, role_id)]

    def creation_times(self) -> list[str]:
        """Return when each user was created, as Zoom writes times."""
        return [user.created_at for user in self._by_id.values()]

    def summary(self) -> dict[str, int]:
        """Return the number of users."""
        return {"users": len(self._by_id)}

    def clear_lists(self) -> None:
        """Clear the cached lists, after a user's status or role has changed."""
        self._lists.clear()

    def remove(self, user: User) -> None:
        """Delete a user."""
        del self._by_id[user.id], self._by_email[user.email.lower()]
        self.clear_lists()

    def get_listed(self, call: OperationCall, row: Mapping[str, Any]) -> User:
        """Return the user whom a row of a body names by id or email. Raises ApiError for an unknown one."""
        key = row.get("id") or row.get("email", "")
        user = self.find(key)
        if user is None:
            raise call.error("users.otherUserNotFound", user=key)
        return user

    def change_email(self, user: User, email: str) -> None:
        """Change a user's email. The caller has checked that it is free."""
        del self._by_email[user.email.lower()]
        user.email = email
        self._by_email[email.lower()] = user

    def find_by_pmi(self, pmi: int) -> User | None:
        """Return the user with a personal meeting id."""
        return next((user for user in self._by_id.values() if user.pmi == pmi), None)

    def claim_pmi(self, user: User, pmi: int) -> None:
        """Change a user's personal meeting id. Raises ApiError (400/300) for an invalid or taken one."""
        taken = any(other.pmi == pmi and other is not user for other in self._by_id.values())
        if not 10 <= len(str(pmi)) <= 11 or str(pmi)[0] in "01" or taken:
            raise api_error("users.personalMeetingIdInvalid")
        user.pmi = pmi

    def _add(self, user: User) -> User:
        self._by_id[user.id] = user
        self._by_email[user.email.lower()] = user
        self.clear_lists()
        return user

    def _add_seed(self, row: dict[str, Any], created: str) -> None:
        own = ("id", "email", "first_name", "last_name", "type", "status", "role_id", "timezone", "pmi")
        fields = {name: row.pop(name) for name in own if name in row}
        self._add(User(number=self._next(), created_at=created, extra_fields=row, **fields))

    def _add_numbered(self, index: int, created: str) -> None:
        """Add one of the many users of a large account, without anything that takes time."""
        user = User(self._next(), self._account.ids.next_user_id(), f"user{index:06d}@example.com", created, "User")
        user.last_name = f"{index:06d}"
        user.pmi = 7_000_000_000 + index
        self._by_id[user.id] = self._by_email[user.email] = user

    def _next(self) -> int:
        self._number += 1
        return self._number


class Delegates:
    """Store the ids of each user's assistants, with whether an assistant may see private events."""

    def __init__(self, account: Account) -> None:
        self.assistants: dict[str, dict[str, bool]] = {}

    def assistants_of(self, user: User) -> dict[str, bool]:
        """Return a user's assistants, to be changed in place."""
        return self.assistants.setdefault(user.id, {})

    def remove_user(self, user: User, heirs: Mapping[str, User]) -> None:
        """Remove a user from both sides."""
        self.assistants.pop(user.id, None)
        for assistants in self.assistants.values():
            assistants.pop(user.id, None)

    def schedules_for(self, user: User) -> list[str]:
        """Return the ids of the users whose assistant a user is."""
        return [host for host, assistants in self.assistants.items() if user.id in assistants]


class UserSettings:
    """Store the settings that users changed; all others have those of a new account."""

    def __init__(self, account: Account) -> None:
        self.values: dict[tuple[str, str], dict[str, Any]] = {}

    def get(self, user: User, part: str) -> dict[str, Any]:
        """Return a user's settings of one group. Not to be changed in place."""
        return self.values.get((user.id, part)) or dict(read_seed("user_settings")[part])

    def remove_user(self, user: User, heirs: Mapping[str, User]) -> None:
        """Delete a user's settings."""
        self.values = {key: value for key, value in self.values.items() if key[0] != user.id}
