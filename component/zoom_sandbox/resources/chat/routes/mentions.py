"""Handle mention groups. https://developers.zoom.us/docs/api/team-chat/#tag/chat-channel-mention-group"""

from __future__ import annotations

from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.paging import build_page, by_number
from zoom_sandbox.resources.chat.state.conversations import split_ids
from zoom_sandbox.resources.chat.state.mentions import (
    MAX_MEMBERS,
    MentionGroup,
    MentionGroups,
    get_channel_users,
    get_group_channel,
)
from zoom_sandbox.resources.users.state import User, Users

operations = Operations()

_OF = "/chat/channels/{channelId}/mention_group"
_ONE = f"{_OF}/{{mentionGroupId}}"


@operations.handles("GET", _OF)
def list_groups(call: OperationCall) -> Payload:
    """Return the mention groups of a channel."""
    return {
        "mention_group_list": [
            _serialize_group(group) for group in call.account.store(MentionGroups).groups_of(get_group_channel(call))
        ]
    }


@operations.handles("POST", _OF)
def create_group(call: OperationCall) -> Payload:
    """Create a mention group of members of the channel."""
    channel = get_group_channel(call)
    people = get_channel_users(call, channel, call.body["identifiers"])
    return {"mention_group_id": call.account.store(MentionGroups).add(call, channel, people).id}


@operations.handles("PATCH", _ONE)
def update_group(call: OperationCall) -> None:
    """Update the fields that the body has."""
    channel, groups = get_group_channel(call), call.account.store(MentionGroups)
    group = groups.get(call, channel)
    if "mention_group_name" in call.body:
        group.name = groups.get_unused_name(call, channel, group)
    group.description = call.body.get("mention_group_description", group.description)


@operations.handles("DELETE", _ONE)
def delete_group(call: OperationCall) -> None:
    """Delete a mention group; its members stay in the channel."""
    groups = call.account.store(MentionGroups)
    del groups.by_id[groups.get(call, get_group_channel(call)).id]


@operations.handles("GET", f"{_ONE}/members")
def list_members(call: OperationCall) -> Payload:
    """Return a page of a mention group's members."""
    group, users = call.account.store(MentionGroups).get(call, get_group_channel(call)), call.account.store(Users)
    members = [user for key in group.members if (user := users.find(key)) is not None]
    page = build_page(call, sorted(members, key=by_number), by_number, _serialize_member)
    return {"mention_group_id": group.id, "has_more": bool(page["next_page_token"]), **page}


@operations.handles("POST", f"{_ONE}/members")
def add_members(call: OperationCall) -> None:
    """Add members of the channel to a mention group, all or none."""
    channel = get_group_channel(call)
    group = call.account.store(MentionGroups).get(call, channel)
    people = get_channel_users(call, channel, call.body["identifiers"])
    if any(each.id in group.members for each in people):
        raise call.error("chat.alreadyInMentionGroup")
    if len(group.members) + len(people) > MAX_MEMBERS:
        raise call.error("chat.tooManyMentionMembers", limit=MAX_MEMBERS)
    group.members |= {each.id: None for each in people}


@operations.handles("DELETE", f"{_ONE}/members")
def remove_members(call: OperationCall) -> None:
    """Remove members from a mention group, all or none."""
    group, users = call.account.store(MentionGroups).get(call, get_group_channel(call)), call.account.store(Users)
    selected = [users.find(key) for key in split_ids(call.query["identifiers"])]
    people = [each for each in selected if each is not None and each.id in group.members]
    if len(people) != len(selected):
        raise call.error("chat.notInMentionGroup")
    for each in people:
        group.members.pop(each.id, None)


def _serialize_group(group: MentionGroup) -> Payload:
    return {
        "mention_group_id": group.id,
        "mention_group_name": group.name,
        "mention_group_description": group.description,
    }


def _serialize_member(user: User) -> Payload:
    return {
        "user_id": user.id,
        "member_id": user.id,
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "disaplay_name": user.display_name,  # as Zoom writes it
        "is_external": False,
    }
