"""Who is in a channel. https://developers.zoom.us/docs/api/team-chat/#tag/chat-channels"""

from __future__ import annotations

from zoom_sandbox.pages import by_number, page
from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.resources.chat import faults
from zoom_sandbox.resources.chat.announced import channel_told
from zoom_sandbox.resources.chat.shown import member
from zoom_sandbox.resources.chat.state.conversations import (
    ADMIN,
    MEMBER,
    OWNER,
    PUBLIC,
    Channel,
    Chat,
    known,
    listed,
    managed,
    person,
)
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.times import stamp

# https://developers.zoom.us/docs/api/team-chat/#tag/chat-channels (300)
_MOST_MEMBERS, _MOST_ADMINS = 20, 10
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
    new = [each for each in people if each.id not in channel.members]
    channel.members |= {each.id: MEMBER for each in new}
    if new:
        channel_told(call.world, "member_invited", user, channel, new)
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
    if user.id not in channel.members:
        channel.members[user.id] = MEMBER
        channel_told(call.world, "member_joined", user, channel)
    return {"added_at": stamp(call.world.now()), "id": user.id, "member_id": user.id}


@plays("DELETE", f"{_OWN}/members/me")
def leave(call: Call) -> None:
    """Go out of a channel."""
    user = person(call)
    channel = call.world.part(Chat).channel(call, user, call.ids["channelId"])
    _remove(call, channel, [user])
    channel_told(call.world, "member_left", user, channel)


@plays("DELETE", f"{_OF}/members/{{identifier}}")
@plays("DELETE", f"{_OWN}/members/{{identifier}}")
def remove_member(call: Call) -> None:
    """Take somebody out of a channel."""
    _take_out(call, [call.ids["identifier"]])


@plays("DELETE", f"{_OF}/members")
def remove_members(call: Call) -> None:
    """Take several people out of a channel, all or none."""
    _take_out(call, _several(call, _MOST_MEMBERS, "identifiers"))


@plays("DELETE", f"{_OWN}/members")
def remove_own_members(call: Call) -> None:
    """The same, by two lists of ids."""
    _take_out(call, _several(call, _MOST_MEMBERS, "member_ids", "user_ids"))


@plays("DELETE", f"{_OF}/admins")
def remove_admins(call: Call) -> None:
    """Make admins of a channel its members, all or none."""
    channel = managed(call, person(call))
    people = [known(call, key) for key in _several(call, _MOST_ADMINS, "admin_ids", "user_ids")]
    if any(channel.members.get(each.id) != ADMIN for each in people):
        raise faults.not_admin(call)
    channel.members |= {each.id: MEMBER for each in people}


def _several(call: Call, most: int, *names: str) -> list[str]:
    keys = listed(",".join(call.query[name] for name in names))
    if not 1 <= len(keys) <= most:
        raise faults.too_many(names[0], most)
    return keys


def _take_out(call: Call, keys: list[str]) -> None:
    user = person(call)
    channel = managed(call, user)
    people = [known(call, key) for key in keys]
    _remove(call, channel, people)
    channel_told(call.world, "member_removed", user, channel, people)


def _remove(call: Call, channel: Channel, people: list[User]) -> None:
    if any(channel.members.get(each.id, OWNER) == OWNER for each in people):
        raise faults.not_removable(call)
    for each in people:
        channel.members.pop(each.id, None)


def _people(call: Call, roles: tuple[str, ...]) -> Payload:
    channel = call.world.part(Chat).channel(call, person(call), call.ids["channelId"])
    users = call.world.part(Users)
    found = [users.find(key) for key, role in channel.members.items() if role in roles]
    people = sorted((each for each in found if each is not None), key=by_number)
    return page(call, people, by_number, lambda each: member(channel, each))


def _added(call: Call, people: list[User]) -> Payload:
    ids = ",".join(each.id for each in people)
    return {"added_at": stamp(call.world.now()), "ids": ids, "member_ids": ids}
