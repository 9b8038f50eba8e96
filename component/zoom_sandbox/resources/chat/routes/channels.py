"""Channels: listed, made, read, changed, deleted. https://developers.zoom.us/docs/api/team-chat/#tag/chat-channels"""

from __future__ import annotations

import json
from dataclasses import replace

from zoom_sandbox.pages import by_number, page
from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.resources.chat import faults
from zoom_sandbox.resources.chat.announced import archive_told, channel_told
from zoom_sandbox.resources.chat.shown import channel_row
from zoom_sandbox.resources.chat.state.conversations import (
    GROUP_CHAT,
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
from zoom_sandbox.resources.users.state import User
from zoom_sandbox.shapes import answer_schema, fitting

_ONE, _OWN = "/chat/users/{userId}/channels/{channelId}", "/chat/channels/{channelId}"
_PAGE = 10  # channels on a page of a search
_MOST_DELETED = 50  # https://developers.zoom.us/docs/api/team-chat/#tag/chat-channels-account-level (4301)


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
    if not body.get("name") and type_ != GROUP_CHAT:
        raise faults.no_name()
    people = [known(call, each["email"]) for each in body.get("members", [])]
    members = {user.id: OWNER, **{each.id: MEMBER for each in people if each is not user}}
    name = body.get("name") or ", ".join(each.display_name for each in (user, *people))
    channel = call.world.part(Chat).open(call.world.ids.user(), name, type_, members)
    channel.settings |= _settings(body)
    channel_told(call.world, "created", user, channel, (user, *(each for each in people if each is not user)))
    return {name: value for name, value in channel_row(channel).items() if name != "channel_settings"}


@plays("POST", "/chat/channels/search")
def search_channels(call: Call) -> Payload:
    """The channels whose name is, or has one of, the words that are searched for, by pages."""
    body = call.body
    user = known(call, body.get("user_id", "me"))
    words = [body["needle"].get("channel_name", "")] if _exact(body) else body["needle"].get("keywords", [])
    words = [word.strip().lower() for word in words if word.strip()]
    if not words:
        raise faults.no_keyword()
    found = [
        channel
        for channel in call.world.part(Chat).channels.values()
        if _in_haystack(body["haystack"], channel, user)
        and (body.get("include_archived") or not channel.archived)
        and any(word == channel.name.lower() if _exact(body) else word in channel.name.lower() for word in words)
    ]
    # The page that is wanted stands in the body here.
    given = {name: json.dumps(value) for name, value in body.items() if name != "page_size"}
    given["next_page_token"] = body.get("next_page_token", "")
    asked = replace(call, given=given, query={"page_size": body.get("page_size", _PAGE)})
    return page(asked, found, by_number, _found, under="channels")


@plays("GET", _ONE)
@plays("GET", _OWN)
def get_channel(call: Call) -> Payload:
    """One channel."""
    return channel_row(call.world.part(Chat).channel(call, person(call), call.ids["channelId"]))


@plays("PATCH", _ONE)
@plays("PATCH", _OWN)
def update_channel(call: Call) -> None:
    """Change what is given, and nothing else."""
    user = person(call)
    channel = managed(call, user)
    channel.name = call.body.get("name") or channel.name
    channel.type = call.body.get("type", channel.type)
    channel.settings |= _settings(call.body)
    channel_told(call.world, "updated", user, channel)


@plays("DELETE", _ONE)
@plays("DELETE", _OWN)
def delete_channel(call: Call) -> None:
    """Delete a channel with what was written there."""
    _close(call, person(call), managed(call, person(call)))


@plays("DELETE", "/chat/users/{userId}/channels")
def delete_channels(call: Call) -> None:
    """Delete several channels of a person, all or none."""
    keys = listed(call.query["channel_ids"])
    if not keys:
        raise faults.no_channels(call)
    if len(keys) > _MOST_DELETED:
        raise faults.too_many_channels(call, _MOST_DELETED)
    user = person(call)
    for channel in [managed(call, user, key) for key in keys]:
        _close(call, user, channel)


@plays("PATCH", "/chat/channels/events")
def archive_channels(call: Call) -> Payload:
    """Archive channels, or take them out of the archive; those where it cannot be are told."""
    user, archives = person(call), call.body["method"] == "archive"
    failed = []
    for key in call.body["channel_ids"]:
        channel = call.world.part(Chat).channels.get(key)
        if channel is None or user.id not in channel.members:
            failed.append(_failure(key, "4130", "Channel does not exist."))
        elif channel.members[user.id] == MEMBER:
            failed.append(_failure(key, "200", "No Permission"))
        elif channel.archived == archives:
            told = ("3205", "This channel has already been archived.")
            failed.append(_failure(key, *(told if archives else ("3213", "This channel has not been archived."))))
        else:
            channel.archived = archives
            archive_told(call.world, "archived" if archives else "unarchived", user, channel)
    return {"failed_channels": failed}


def _exact(body: Payload) -> bool:
    return bool(body["needle"]["search_type"] == "by_channel_name_exact_match")


def _in_haystack(where: str, channel: Channel, user: User) -> bool:
    """Whether a channel is among those that are searched: those of a person, public ones, or both."""
    joined, public = user.id in channel.members, channel.type in PUBLIC
    return {"user_joined": joined, "public": public}.get(where, joined or public)


def _found(channel: Channel) -> Payload:
    shown = channel_row(channel)
    return {
        **{name: shown[name] for name in ("id", "name", "type", "channel_url")},
        "member_count": len(channel.members),
    }


def _failure(key: str, code: str, reason: str) -> Payload:
    return {"channel_id": key, "error_code": code, "reason": reason}


def _close(call: Call, user: User, channel: Channel) -> None:
    call.world.part(Chat).close(channel)
    channel_told(call.world, "deleted", user, channel)


def _settings(body: Payload) -> Payload:
    known_ones = answer_schema("GET", _ONE)["properties"]["channel_settings"]
    found: Payload = fitting(body.get("channel_settings", {}), known_ones)
    return {name: value for name, value in found.items() if name != "designated_posting_members"}
