"""Phone calls and phone users as the account keeps them; people are kept by their ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zoom_sandbox.account import Account
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.seed import read_seed, resolve_moment
from zoom_sandbox.time_ranges import parse_day_range
from zoom_sandbox.times import end_of_day, start_of_day


@dataclass(frozen=True, slots=True)
class PhoneCall:
    """One call of somebody's extension. `start` is epoch seconds, `row` its row in the seed."""

    start: int
    owner_id: str
    row: dict[str, Any]

    @property
    def is_recorded(self) -> bool:
        """Whether there is a recording of it."""
        return bool(self.row.get("recorded", True))

    @property
    def sort_key(self) -> tuple[int, str]:
        """Its place in a list, the newest first."""
        return (-self.start, self.row["id"])


class PhoneCalls:
    """The calls, the newest first."""

    def __init__(self, account: Account) -> None:
        users = account.store(Users)
        calls = [
            PhoneCall(
                resolve_moment(account.started_at, row["days_ago"], row["at"]), _user_id(users, row["owner"]), row
            )
            for row in read_seed("phone")
        ]
        self.all = sorted(calls, key=lambda call: call.sort_key)

    def calls_within(self, call: OperationCall) -> list[PhoneCall]:
        """The calls of the days that a list asks for."""
        begin, close = parse_day_range(call)
        return [each for each in self.all if start_of_day(begin) <= each.start <= end_of_day(close)]


class Phones:
    """Who has a phone: extension and number by the person's id."""

    def __init__(self, account: Account) -> None:
        users = account.store(Users)
        self.by_user = {_user_id(users, row["user"]): row for row in read_seed("phone_users")}

    def phone_of(self, user: User) -> dict[str, Any] | None:
        """A person's phone, None where there is none."""
        return self.by_user.get(user.id)


def _user_id(users: Users, email: str) -> str:
    found = users.find(email)
    return found.id if found else email
