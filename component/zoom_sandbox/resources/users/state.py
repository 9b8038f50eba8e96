"""Users as the account keeps them, found by id and by email, with their assistants and their settings."""

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
    """One person. `more` holds the fields that the account only keeps and gives back."""

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
        """Who somebody is, as the lists of groups and roles and the answer to a new user show it."""
        return {
            "id": self.id,
            "email": self.email,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "type": self.type,
        }

    @property
    def display_name(self) -> str:
        """The name that others see."""
        chosen: str = (self.extra_fields or {}).get("display_name", "")
        return chosen or f"{self.first_name} {self.last_name}".strip() or self.email


@runtime_checkable
class UserDataStore(Protocol):
    """Describe a store that holds data of users, and deletes or transfers it when a user is deleted."""

    def remove_user(self, user: User, heirs: Mapping[str, User]) -> None:
        """Delete a user's data, or give it to the heir of its kind (`meeting`, `webinar`, `recording`)."""


class Users:
    """The account's people, in the order in which they came."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._by_id: dict[str, User] = {}
        self._by_email: dict[str, User] = {}
        self._lists: dict[tuple[str, str], list[User]] = {}
        self._number = 0
        created = format_time(account.started_at - 90 * 86_400)
        for row in read_seed("users"):
            self._put_seed(dict(row), created)
        self.owner = next(iter(self._by_id.values()))
        for index in range(1, account.options.users + 1):
            self._put_numbered(index, created)

    def add(self, email: str, *, status: str, extra_fields: dict[str, Any] | None = None, **fields: Any) -> User:
        """Make a user. The caller has seen to it that the email is free."""
        ids = self._account.ids
        fields.setdefault("pmi", ids.next_personal_meeting_id())
        created = format_time(self._account.now())
        return self._put(
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
        """The user with this id or email; `me` is the owner."""
        if key == "me":
            return self.owner
        return self._by_id.get(key) or self._by_email.get(key.lower())

    def get(self, call: OperationCall) -> User:
        """The user whom the call's path names. Refuses 404/1001."""
        key = call.path_params["userId"]
        user = self.find(key)
        if user is None:
            raise call.error("users.userNotFound", user=key)
        return user

    def list_users(self, status: str, role_id: str) -> list[User]:
        """The users with a status and, unless it is "", a role, the oldest first. Not to be changed."""
        key = (status, role_id)
        if key not in self._lists:
            self._lists[key] = [
                user for user in self._by_id.values() if user.status == status and role_id in ("", user.role_id)
            ]
        return self._lists[key]

    def creation_times(self) -> list[str]:
        """When each of the account's people came, as Zoom writes times."""
        return [user.created_at for user in self._by_id.values()]

    def summary(self) -> dict[str, int]:
        """How many there are."""
        return {"users": len(self._by_id)}

    def clear_lists(self) -> None:
        """To be called after a user's status or role has changed."""
        self._lists.clear()

    def remove(self, user: User) -> None:
        """Take a user out of the account."""
        del self._by_id[user.id], self._by_email[user.email.lower()]
        self.clear_lists()

    def get_listed(self, call: OperationCall, row: Mapping[str, Any]) -> User:
        """The user whom a row of a body names by id or email. Refuses a stranger in the operation's own code."""
        key = row.get("id") or row.get("email", "")
        user = self.find(key)
        if user is None:
            raise call.error("users.otherUserNotFound", user=key)
        return user

    def change_email(self, user: User, email: str) -> None:
        """Give a user another email. The caller has seen to it that it is free."""
        del self._by_email[user.email.lower()]
        user.email = email
        self._by_email[email.lower()] = user

    def find_by_pmi(self, pmi: int) -> User | None:
        """The user with this personal meeting number."""
        return next((user for user in self._by_id.values() if user.pmi == pmi), None)

    def claim_pmi(self, user: User, pmi: int) -> None:
        """Give a user another personal meeting number. Refuses (400/300) a bad or taken one."""
        taken = any(other.pmi == pmi and other is not user for other in self._by_id.values())
        if not 10 <= len(str(pmi)) <= 11 or str(pmi)[0] in "01" or taken:
            raise api_error("users.personalMeetingIdInvalid")
        user.pmi = pmi

    def _put(self, user: User) -> User:
        self._by_id[user.id] = user
        self._by_email[user.email.lower()] = user
        self.clear_lists()
        return user

    def _put_seed(self, row: dict[str, Any], created: str) -> None:
        own = ("id", "email", "first_name", "last_name", "type", "status", "role_id", "timezone", "pmi")
        fields = {name: row.pop(name) for name in own if name in row}
        self._put(User(number=self._next(), created_at=created, extra_fields=row, **fields))

    def _put_numbered(self, index: int, created: str) -> None:
        """One of the many users of a large account; made without anything that costs time."""
        user = User(self._next(), self._account.ids.next_user_id(), f"user{index:06d}@example.com", created, "User")
        user.last_name = f"{index:06d}"
        user.pmi = 7_000_000_000 + index
        self._by_id[user.id] = self._by_email[user.email] = user

    def _next(self) -> int:
        self._number += 1
        return self._number


class Delegates:
    """The ids of each person's assistants, with whether one may see private events."""

    def __init__(self, account: Account) -> None:
        self.assistants: dict[str, dict[str, bool]] = {}

    def assistants_of(self, user: User) -> dict[str, bool]:
        """A person's assistants, to be changed in place."""
        return self.assistants.setdefault(user.id, {})

    def remove_user(self, user: User, heirs: Mapping[str, User]) -> None:
        """Remove a user from both sides."""
        self.assistants.pop(user.id, None)
        for assistants in self.assistants.values():
            assistants.pop(user.id, None)

    def schedules_for(self, user: User) -> list[str]:
        """The ids of those whose assistant a person is."""
        return [host for host, assistants in self.assistants.items() if user.id in assistants]


class UserSettings:
    """The settings of those who changed any; everybody else has those that a new account has."""

    def __init__(self, account: Account) -> None:
        self.values: dict[tuple[str, str], dict[str, Any]] = {}

    def get(self, user: User, part: str) -> dict[str, Any]:
        """A person's settings. Not to be changed."""
        return self.values.get((user.id, part)) or dict(read_seed("user_settings")[part])

    def remove_user(self, user: User, heirs: Mapping[str, User]) -> None:
        """Delete a user's settings."""
        self.values = {key: value for key, value in self.values.items() if key[0] != user.id}
