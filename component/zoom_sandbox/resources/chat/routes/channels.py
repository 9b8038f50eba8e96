"""Handle channels. https://developers.zoom.us/docs/api/team-chat/#tag/chat-channels"""

from __future__ import annotations

import json
from dataclasses import replace

from zoom_sandbox.errors import api_error
from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.paging import build_page, by_number
from zoom_sandbox.resources.chat.events import send_archive_event, send_channel_event
from zoom_sandbox.resources.chat.serializers import serialize_channel
from zoom_sandbox.resources.chat.state.conversations import (
    GROUP_CHAT,
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
from zoom_sandbox.resources.users.state import User
from zoom_sandbox.response_schemas import drop_unknown_fields, response_schema

operations = Operations()

_ONE, _OWN = "/chat/users/{userId}/channels/{channelId}", "/chat/channels/{channelId}"
_PAGE = 10  # channels on a page of a search
_MAX_DELETED = 50  # https://developers.zoom.us/docs/api/team-chat/#tag/chat-channels-account-level (4301)


@operations.handles("GET", "/chat/users/{userId}/channels")
@operations.handles("GET", "/chat/channels")
def list_channels(call: OperationCall) -> Payload:
    """Return a page of a user's channels, or of all channels of the account."""
    chat = call.account.store(Chat)
    channels = chat.channels_of(get_acting_user(call)) if "userId" in call.path_params else list(chat.channels.values())
    return build_page(call, channels, by_number, serialize_channel)


@operations.handles("POST", "/chat/users/{userId}/channels")
def create_channel(call: OperationCall) -> Payload:
    """Create a channel of a user with the invited members."""
    user, body = get_acting_user(call), call.body
    type_ = body.get("type", 1)
    if not body.get("name") and type_ != GROUP_CHAT:
        raise api_error("chat.nameMissing")
    people = [get_user(call, each["email"]) for each in body.get("members", [])]
    members = {user.id: OWNER, **{each.id: MEMBER for each in people if each is not user}}
    name = body.get("name") or ", ".join(each.display_name for each in (user, *people))
    channel = call.account.store(Chat).create_channel(call.account.ids.next_user_id(), name, type_, members)
    channel.settings |= _parse_settings(body)
    send_channel_event(call.account, "created", user, channel, (user, *(each for each in people if each is not user)))
    return {name: value for name, value in serialize_channel(channel).items() if name != "channel_settings"}


@operations.handles("POST", "/chat/channels/search")
def search_channels(call: OperationCall) -> Payload:
    """Return a page of the channels whose name equals or contains a search term."""
    body = call.body
    user = get_user(call, body.get("user_id", "me"))
    terms = [body["needle"].get("channel_name", "")] if _is_exact_search(body) else body["needle"].get("keywords", [])
    terms = [term.strip().lower() for term in terms if term.strip()]
    if not terms:
        raise api_error("chat.searchTermMissing")
    channels = [
        channel
        for channel in call.account.store(Chat).channels.values()
        if _is_in_haystack(body["haystack"], channel, user)
        and (body.get("include_archived") or not channel.is_archived)
        and any(
            term == channel.name.lower() if _is_exact_search(body) else term in channel.name.lower() for term in terms
        )
    ]
    # This operation has the page parameters in its body.
    raw_query = {name: json.dumps(value, allow_nan=False) for name, value in body.items() if name != "page_size"}
    raw_query["next_page_token"] = body.get("next_page_token", "")
    page_call = replace(call, raw_query=raw_query, query={"page_size": body.get("page_size", _PAGE)})
    return build_page(page_call, channels, by_number, _serialize_search_result, items_field="channels")


@operations.handles("GET", _ONE)
@operations.handles("GET", _OWN)
def get_channel(call: OperationCall) -> Payload:
    """Return a channel."""
    return serialize_channel(
        call.account.store(Chat).get_visible_channel(call, get_acting_user(call), call.path_params["channelId"])
    )


@operations.handles("PATCH", _ONE)
@operations.handles("PATCH", _OWN)
def update_channel(call: OperationCall) -> None:
    """Update the fields that the body has."""
    user = get_acting_user(call)
    channel = get_managed_channel(call, user)
    channel.name = call.body.get("name") or channel.name
    channel.type = call.body.get("type", channel.type)
    channel.settings |= _parse_settings(call.body)
    send_channel_event(call.account, "updated", user, channel)


@operations.handles("DELETE", _ONE)
@operations.handles("DELETE", _OWN)
def delete_channel(call: OperationCall) -> None:
    """Delete a channel with its messages."""
    _delete_channel(call, get_acting_user(call), get_managed_channel(call, get_acting_user(call)))


@operations.handles("DELETE", "/chat/users/{userId}/channels")
def delete_channels(call: OperationCall) -> None:
    """Delete several channels of a user, all or none."""
    keys = split_ids(call.query["channel_ids"])
    if not keys:
        raise call.error("chat.channelIdsMissing")
    if len(keys) > _MAX_DELETED:
        raise call.error("chat.tooManyChannels", limit=_MAX_DELETED)
    user = get_acting_user(call)
    for channel in [get_managed_channel(call, user, key) for key in keys]:
        _delete_channel(call, user, channel)


@operations.handles("PATCH", "/chat/channels/events")
def archive_channels(call: OperationCall) -> Payload:
    """Archive or unarchive channels; the response lists those where it failed."""
    user, archives = get_acting_user(call), call.body["method"] == "archive"
    failures = []
    for key in call.body["channel_ids"]:
        channel = call.account.store(Chat).channels.get(key)
        if channel is None or user.id not in channel.members:
            failures.append(_serialize_failure(key, "chat.archiveChannelNotFound"))
        elif channel.members[user.id] == MEMBER:
            failures.append(_serialize_failure(key, "chat.archiveNotAllowed"))
        elif channel.is_archived == archives:
            failures.append(_serialize_failure(key, "chat.archiveAlreadyDone" if archives else "chat.archiveNotDone"))
        else:
            channel.is_archived = archives
            send_archive_event(call.account, "archived" if archives else "unarchived", user, channel)
    return {"failed_channels": failures}


def _is_exact_search(body: Payload) -> bool:
    return bool(body["needle"]["search_type"] == "by_channel_name_exact_match")


def _is_in_haystack(haystack: str, channel: Channel, user: User) -> bool:
    """Return whether a search covers a channel: the user's channels, public ones, or both."""
    joined, public = user.id in channel.members, channel.type in PUBLIC
    return {"user_joined": joined, "public": public}.get(haystack, joined or public)


def _serialize_search_result(channel: Channel) -> Payload:
    fields = serialize_channel(channel)
    return {
        **{name: fields[name] for name in ("id", "name", "type", "channel_url")},
        "member_count": len(channel.members),
    }


def _serialize_failure(channel_id: str, error_name: str) -> Payload:
    error = api_error(error_name)
    return {"channel_id": channel_id, "error_code": str(error.code), "reason": error.message}


def _delete_channel(call: OperationCall, user: User, channel: Channel) -> None:
    call.account.store(Chat).delete_channel(channel)
    send_channel_event(call.account, "deleted", user, channel)


def _parse_settings(body: Payload) -> Payload:
    schema = response_schema("GET", _ONE)["properties"]["channel_settings"]
    settings: Payload = drop_unknown_fields(body.get("channel_settings", {}), schema)
    return {name: value for name, value in settings.items() if name != "designated_posting_members"}
