"""Channels: listed, made, read, changed, deleted. https://developers.zoom.us/docs/api/team-chat/#tag/chat-channels"""

from __future__ import annotations

from zoom_component.sandbox.pages import by_number, page
from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.resources.chat import faults
from zoom_component.sandbox.resources.chat.shown import channel_row
from zoom_component.sandbox.resources.chat.state import MEMBER, OWNER, Chat, known, managed, person
from zoom_component.sandbox.shapes import answer_schema, fitting

_ONE, _OWN = "/chat/users/{userId}/channels/{channelId}", "/chat/channels/{channelId}"
_GROUP_CHAT = 4


@plays("GET", "/chat/users/{userId}/channels")
@plays("GET", "/chat/channels")
def list_channels(call: Call) -> Payload:
    """The channels in which a person is, or all of the account's, by pages."""
    chat = call.world.part(Chat)
    found = chat.of(person(call)) if "userId" in call.ids else list(chat.channels.values())
    return page(call, found, by_number, channel_row)


@plays("POST", "/chat/users/{userId}/channels")
def create_channel(call: Call) -> Payload:
    """A new channel of a person with those who are asked in."""
    user, body = person(call), call.body
    type_ = body.get("type", 1)
    if not body.get("name") and type_ != _GROUP_CHAT:
        raise faults.no_name()
    people = [known(call, each["email"]) for each in body.get("members", [])]
    members = {user.id: OWNER, **{each.id: MEMBER for each in people if each is not user}}
    name = body.get("name") or ", ".join(each.display_name for each in (user, *people))
    channel = call.world.part(Chat).open(call.world.ids.user(), name, type_, members)
    channel.settings |= _settings(body)
    return {name: value for name, value in channel_row(channel).items() if name != "channel_settings"}


@plays("GET", _ONE)
@plays("GET", _OWN)
def get_channel(call: Call) -> Payload:
    """One channel."""
    return channel_row(call.world.part(Chat).channel(call, person(call), call.ids["channelId"]))


@plays("PATCH", _ONE)
@plays("PATCH", _OWN)
def update_channel(call: Call) -> None:
    """Change what is given, and nothing else."""
    channel = managed(call, person(call))
    channel.name = call.body.get("name") or channel.name
    channel.type = call.body.get("type", channel.type)
    channel.settings |= _settings(call.body)


@plays("DELETE", _ONE)
@plays("DELETE", _OWN)
def delete_channel(call: Call) -> None:
    """Delete a channel with what was written there."""
    call.world.part(Chat).close(managed(call, person(call)))


def _settings(body: Payload) -> Payload:
    known_ones = answer_schema("GET", _ONE)["properties"]["channel_settings"]
    found: Payload = fitting(body.get("channel_settings", {}), known_ones)
    return {name: value for name, value in found.items() if name != "designated_posting_members"}
