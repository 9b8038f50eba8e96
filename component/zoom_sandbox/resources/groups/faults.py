"""How Zoom refuses what is asked about groups: every reason once, with its status and code."""

from __future__ import annotations

from zoom_sandbox.plays import Call
from zoom_sandbox.refusal import Field, Refusal, invalid


def unknown(call: Call, key: str) -> Refusal:
    """There is no group with the id."""
    return call.refuse(f"Group does not exist: {key}.", (404, 4130))


def no_member(call: Call) -> Refusal:
    """The path's person is not in the group."""
    return call.refuse(f"The user is not in this group: {call.ids['memberId']}.", (404, 4131))


def no_admin(call: Call) -> Refusal:
    """The path's person does not look after the group."""
    return call.refuse(f"The user is no admin of this group: {call.ids['userId']}.", (400, 4138))


def no_name() -> Refusal:
    """A group is to have no name."""
    return invalid(("name", "This field is required."))


def taken_name(call: Call, name: str) -> Refusal:
    """A group's name is another's."""
    return call.refuse(f"A group with this name exists already: {name}.", (409, 4132))


def no_target() -> Refusal:
    """Somebody is to be moved to no group."""
    return invalid(("target_group_id", "This field is required."))


def strangers(places: list[str]) -> Refusal:
    """Rows of the body, named by their places, tell of nobody in the account."""
    wrong: list[Field] = [(place, "The id or email of a user of the account is expected.") for place in places]
    return invalid(*wrong)
