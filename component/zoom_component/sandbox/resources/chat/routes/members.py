"""Who is in a channel. https://developers.zoom.us/docs/api/team-chat/#tag/chat-channels"""

from __future__ import annotations

from zoom_component.sandbox.pages import by_number, page
from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.resources.chat import faults
from zoom_component.sandbox.resources.chat.shown import member
from zoom_component.sandbox.resources.chat.state import (
    ADMIN,
    MEMBER,
    OWNER,
    PUBLIC,
    Channel,
    Chat,
    known,
    managed,
    person,
)
from zoom_component.sandbox.resources.users.state import User, Users
from zoom_component.sandbox.times import stamp

_OF, _OWN = "/chat/users/{userId}/channels/{channelId}", "/chat/channels/{channelId}"


@plays("GET", f"{_OF}/members")
@plays("GET", f"{_OWN}/members")
def list_members(call: Call) -> Payload:
    """The people in a channel, by pages."""
    return _people(call, (OWNER, ADMIN, MEMBER))


@plays("GET", f"{_OF}/admins")
def list_admins(call: Call) -> Payload:
    """A channel's owner and admins, by pages."""
    return _people(call, (OWNER, ADMIN))


@plays("POST", f"{_OF}/members")
@plays("POST", f"{_OWN}/members")
def add_members(call: Call) -> Payload:
    """Take people into a channel, all or none; who is in it stays as is."""
    user = person(call)
    channel = call.world.part(Chat).channel(call, user, call.ids["channelId"])
    people = [known(call, each["email"]) for each in call.body.get("members", [])]
    for each in people:
        channel.members.setdefault(each.id, MEMBER)
    return _added(call, people)


@plays("POST", f"{_OF}/admins")
def add_admins(call: Call) -> Payload:
    """Make people of a channel its admins, all or none."""
    channel = managed(call, person(call))
    rows = call.body.get("admins", [])
    people = [known(call, each.get("email") or each.get("member_id", "")) for each in rows]
    if any(each.id not in channel.members for each in people):
        raise faults.bad_admins()
    for each in people:
        channel.members[each.id] = OWNER if channel.members[each.id] == OWNER else ADMIN
    return _added(call, people)


@plays("POST", f"{_OWN}/members/me")
def join(call: Call) -> Payload:
    """Go into a channel that anybody may join."""
    user = person(call)
    channel = call.world.part(Chat).channel(call, user, call.ids["channelId"])
    if channel.type not in PUBLIC and user.id not in channel.members:
        raise faults.not_public(call)
    channel.members.setdefault(user.id, MEMBER)
    return {"added_at": stamp(call.world.now()), "id": user.id, "member_id": user.id}


@plays("DELETE", f"{_OWN}/members/me")
def leave(call: Call) -> None:
    """Go out of a channel."""
    user = person(call)
    _remove(call, call.world.part(Chat).channel(call, user, call.ids["channelId"]), user.id)


@plays("DELETE", f"{_OF}/members/{{identifier}}")
@plays("DELETE", f"{_OWN}/members/{{identifier}}")
def remove_member(call: Call) -> None:
    """Take somebody out of a channel."""
    _remove(call, managed(call, person(call)), known(call, call.ids["identifier"]).id)


def _remove(call: Call, channel: Channel, key: str) -> None:
    if channel.members.get(key, OWNER) == OWNER:
        raise faults.not_removable(call)
    del channel.members[key]


def _people(call: Call, roles: tuple[str, ...]) -> Payload:
    channel = call.world.part(Chat).channel(call, person(call), call.ids["channelId"])
    users = call.world.part(Users)
    found = [users.find(key) for key, role in channel.members.items() if role in roles]
    people = sorted((each for each in found if each is not None), key=by_number)
    return page(call, people, by_number, lambda each: member(channel, each))


def _added(call: Call, people: list[User]) -> Payload:
    ids = ",".join(each.id for each in people)
    return {"added_at": stamp(call.world.now()), "ids": ids, "member_ids": ids}
