"""Handle the members and admins of channels. https://developers.zoom.us/docs/api/team-chat/#tag/chat-channels"""

from __future__ import annotations

from zoom_sandbox.errors import api_error
from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.paging import build_page, by_number
from zoom_sandbox.resources.chat.events import send_channel_event
from zoom_sandbox.resources.chat.serializers import serialize_member
from zoom_sandbox.resources.chat.state.conversations import (
    ADMIN,
    MEMBER,
    OWNER,
    PUBLIC,
    Channel,
    Chat,
    get_acting_user,
    get_managed_channel,
    get_user,
    split_ids,
)
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.times import format_time

operations = Operations()

# https://developers.zoom.us/docs/api/team-chat/#tag/chat-channels (300)
_MAX_MEMBERS, _MAX_ADMINS = 20, 10
_OF, _OWN = "/chat/users/{userId}/channels/{channelId}", "/chat/channels/{channelId}"


@operations.handles("GET", f"{_OF}/members")
@operations.handles("GET", f"{_OWN}/members")
def list_members(call: OperationCall) -> Payload:
    """Return a page of a channel's members."""
    return _list_people(call, (OWNER, ADMIN, MEMBER))


@operations.handles("GET", f"{_OF}/admins")
def list_admins(call: OperationCall) -> Payload:
    """Return a page of a channel's owner and admins."""
    return _list_people(call, (OWNER, ADMIN))


@operations.handles("POST", f"{_OF}/members")
@operations.handles("POST", f"{_OWN}/members")
def add_members(call: OperationCall) -> Payload:
    """Add members to a channel, all or none; those who are members already stay as they are."""
    user = get_acting_user(call)
    channel = call.account.store(Chat).get_visible_channel(call, user, call.path_params["channelId"])
    people = [get_user(call, each["email"]) for each in call.body.get("members", [])]
    new = [each for each in people if each.id not in channel.members]
    channel.members |= {each.id: MEMBER for each in new}
    if new:
        send_channel_event(call.account, "member_invited", user, channel, new)
    return _serialize_members(call, people)


@operations.handles("POST", f"{_OF}/admins")
def add_admins(call: OperationCall) -> Payload:
    """Make members of a channel its admins, all or none."""
    channel = get_managed_channel(call, get_acting_user(call))
    rows = call.body.get("admins", [])
    people = [get_user(call, each.get("email") or each.get("member_id", "")) for each in rows]
    if any(each.id not in channel.members for each in people):
        raise api_error("chat.adminsNotInChannel")
    for each in people:
        channel.members[each.id] = OWNER if channel.members[each.id] == OWNER else ADMIN
    return _serialize_members(call, people)


@operations.handles("POST", f"{_OWN}/members/me")
def join(call: OperationCall) -> Payload:
    """Add the acting user to a public channel."""
    user = get_acting_user(call)
    channel = call.account.store(Chat).get_visible_channel(call, user, call.path_params["channelId"])
    if channel.type not in PUBLIC and user.id not in channel.members:
        raise call.error("chat.channelNotPublic")
    if user.id not in channel.members:
        channel.members[user.id] = MEMBER
        send_channel_event(call.account, "member_joined", user, channel)
    return {"added_at": format_time(call.account.now()), "id": user.id, "member_id": user.id}


@operations.handles("DELETE", f"{_OWN}/members/me")
def leave(call: OperationCall) -> None:
    """Remove the acting user from a channel."""
    user = get_acting_user(call)
    channel = call.account.store(Chat).get_visible_channel(call, user, call.path_params["channelId"])
    _delete_members(call, channel, [user])
    send_channel_event(call.account, "member_left", user, channel)


@operations.handles("DELETE", f"{_OF}/members/{{identifier}}")
@operations.handles("DELETE", f"{_OWN}/members/{{identifier}}")
def remove_member(call: OperationCall) -> None:
    """Remove a member from a channel."""
    _remove_users(call, [call.path_params["identifier"]])


@operations.handles("DELETE", f"{_OF}/members")
def remove_members(call: OperationCall) -> None:
    """Remove several members from a channel, all or none."""
    _remove_users(call, _parse_ids(call, _MAX_MEMBERS, "identifiers"))


@operations.handles("DELETE", f"{_OWN}/members")
def remove_own_members(call: OperationCall) -> None:
    """Remove several members from a channel, named by two lists of ids."""
    _remove_users(call, _parse_ids(call, _MAX_MEMBERS, "member_ids", "user_ids"))


@operations.handles("DELETE", f"{_OF}/admins")
def remove_admins(call: OperationCall) -> None:
    """Make admins of a channel plain members, all or none."""
    channel = get_managed_channel(call, get_acting_user(call))
    people = [get_user(call, key) for key in _parse_ids(call, _MAX_ADMINS, "admin_ids", "user_ids")]
    if any(channel.members.get(each.id) != ADMIN for each in people):
        raise call.error("chat.adminNotDemotable")
    channel.members |= {each.id: MEMBER for each in people}


def _parse_ids(call: OperationCall, limit: int, *names: str) -> list[str]:
    keys = split_ids(",".join(call.query[name] for name in names))
    if not 1 <= len(keys) <= limit:
        raise api_error("chat.tooManyIds", name=names[0], limit=limit)
    return keys


def _remove_users(call: OperationCall, keys: list[str]) -> None:
    user = get_acting_user(call)
    channel = get_managed_channel(call, user)
    people = [get_user(call, key) for key in keys]
    _delete_members(call, channel, people)
    send_channel_event(call.account, "member_removed", user, channel, people)


def _delete_members(call: OperationCall, channel: Channel, people: list[User]) -> None:
    if any(channel.members.get(each.id, OWNER) == OWNER for each in people):
        raise call.error("chat.memberNotRemovable")
    for each in people:
        channel.members.pop(each.id, None)


def _list_people(call: OperationCall, roles: tuple[str, ...]) -> Payload:
    channel = call.account.store(Chat).get_visible_channel(call, get_acting_user(call), call.path_params["channelId"])
    users = call.account.store(Users)
    members = [users.find(key) for key, role in channel.members.items() if role in roles]
    people = sorted((each for each in members if each is not None), key=by_number)
    return build_page(call, people, by_number, lambda each: serialize_member(channel, each))


def _serialize_members(call: OperationCall, people: list[User]) -> Payload:
    ids = ",".join(each.id for each in people)
    return {"added_at": format_time(call.account.now()), "ids": ids, "member_ids": ids}
