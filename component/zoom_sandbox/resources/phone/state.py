"""Store phone calls and phone users."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zoom_sandbox.account import Account
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.seed import read_seed, resolve_moment
from zoom_sandbox.time_ranges import parse_day_or_time_range


@dataclass(frozen=True, slots=True)
class PhoneCall:
    """Hold one call of an extension. `start` is epoch seconds, `owner_id` a user's id, `row` its row in the seed."""

    start: int
    owner_id: str
    row: dict[str, Any]

    @property
    def is_recorded(self) -> bool:
        """Return whether the call has a recording."""
        return bool(self.row.get("recorded", True))

    def sort_key(self) -> tuple[int, str]:
        """Return the sort key of lists, the newest first."""
        return (-self.start, self.row["id"])


class PhoneCalls:
    """Store the account's calls, the newest first."""

    def __init__(self, account: Account) -> None:
        users = account.store(Users)
        calls = [
            PhoneCall(
                resolve_moment(account.started_at, row["days_ago"], row["at"]), _user_id(users, row["owner"]), row
            )
            for row in read_seed("phone")
        ]
        self.all = sorted(calls, key=PhoneCall.sort_key)

    def calls_within(self, call: OperationCall) -> list[PhoneCall]:
        """Return the calls of the range in a query."""
        start, end = parse_day_or_time_range(call)
        return [each for each in self.all if start <= each.start <= end]


class Phones:
    """Store the phones: extension and number by the user's id."""

    def __init__(self, account: Account) -> None:
        users = account.store(Users)
        self.by_user = {_user_id(users, row["user"]): row for row in read_seed("phone_users")}

    def phone_of(self, user: User) -> dict[str, Any] | None:
        """Return a user's phone; None without one."""
        return self.by_user.get(user.id)


def _user_id(users: Users, email: str) -> str:
    user = users.find(email)
    return user.id if user else email
