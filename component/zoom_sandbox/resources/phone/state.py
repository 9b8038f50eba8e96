"""Phone calls and phone users as the account keeps them; people are kept by their ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zoom_sandbox.plays import Call, seeded
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.seed import moment, read
from zoom_sandbox.spans import days
from zoom_sandbox.times import day_ends, midnight
from zoom_sandbox.world import World


@dataclass(frozen=True, slots=True)
class PhoneCall:
    """One call of somebody's extension. `start` is epoch seconds, `row` its row in the seed."""

    start: int
    owner: str
    row: dict[str, Any]

    @property
    def recorded(self) -> bool:
        """Whether there is a recording of it."""
        return bool(self.row.get("recorded", True))

    @property
    def order(self) -> tuple[int, str]:
        """Its place in a list, the newest first."""
        return (-self.start, self.row["id"])


@seeded
class Calls:
    """The calls, the newest first."""

    def __init__(self, world: World) -> None:
        users = world.part(Users)
        calls = [
            PhoneCall(moment(world.began, row["days_ago"], row["at"]), _id(users, row["owner"]), row)
            for row in read("phone")
        ]
        self.all = sorted(calls, key=lambda call: call.order)

    def within(self, call: Call) -> list[PhoneCall]:
        """The calls of the days that a list asks for."""
        begin, close = days(call)
        return [each for each in self.all if midnight(begin) <= each.start <= day_ends(close)]


@seeded
class Phones:
    """Who has a phone: extension and number by the person's id."""

    def __init__(self, world: World) -> None:
        users = world.part(Users)
        self.by_user = {_id(users, row["user"]): row for row in read("phone_users")}

    def of(self, user: User) -> dict[str, Any] | None:
        """A person's phone, None where there is none."""
        return self.by_user.get(user.id)


def _id(users: Users, email: str) -> str:
    found = users.find(email)
    return found.id if found else email
