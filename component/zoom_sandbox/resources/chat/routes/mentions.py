"""Groups to mention. https://developers.zoom.us/docs/api/team-chat/#tag/chat-channel-mention-group"""

from __future__ import annotations

from zoom_sandbox.pages import by_number, page
from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.resources.chat import faults
from zoom_sandbox.resources.chat.state.conversations import listed
from zoom_sandbox.resources.chat.state.mentions import (
    MOST_MEMBERS,
    MentionGroup,
    MentionGroups,
    grouped,
    insiders,
)
from zoom_sandbox.resources.users.state import User, Users

_OF = "/chat/channels/{channelId}/mention_group"
_ONE = f"{_OF}/{{mentionGroupId}}"


@plays("GET", _OF)
def list_groups(call: Call) -> Payload:
    """A channel's groups."""
    return {"mention_group_list": [_row(group) for group in call.world.part(MentionGroups).of(grouped(call))]}


@plays("POST", _OF)
def create_group(call: Call) -> Payload:
    """A new group of people who are in the channel."""
    channel = grouped(call)
    people = insiders(call, channel, call.body["identifiers"])
    return {"mention_group_id": call.world.part(MentionGroups).add(call, channel, people).id}


@plays("PATCH", _ONE)
def update_group(call: Call) -> None:
    """Change what is given, and nothing else."""
    channel, groups = grouped(call), call.world.part(MentionGroups)
    group = groups.get(call, channel)
    if "mention_group_name" in call.body:
        group.name = groups.free_name(call, channel, group)
    group.description = call.body.get("mention_group_description", group.description)


@plays("DELETE", _ONE)
def delete_group(call: Call) -> None:
    """Delete a group; its people stay in the channel."""
    groups = call.world.part(MentionGroups)
    del groups.by_id[groups.get(call, grouped(call)).id]


@plays("GET", f"{_ONE}/members")
def list_members(call: Call) -> Payload:
    """The people of a group, by pages."""
    group, users = call.world.part(MentionGroups).get(call, grouped(call)), call.world.part(Users)
    found = [user for key in group.members if (user := users.find(key)) is not None]
    answer = page(call, sorted(found, key=by_number), by_number, _member)
    return {"mention_group_id": group.id, "has_more": bool(answer["next_page_token"]), **answer}


@plays("POST", f"{_ONE}/members")
def add_members(call: Call) -> None:
    """Take people of the channel into a group, all or none."""
    channel = grouped(call)
    group = call.world.part(MentionGroups).get(call, channel)
    people = insiders(call, channel, call.body["identifiers"])
    if any(each.id in group.members for each in people):
        raise faults.in_group(call)
    if len(group.members) + len(people) > MOST_MEMBERS:
        raise faults.too_many_mentioned(call, MOST_MEMBERS)
    group.members |= {each.id: None for each in people}


@plays("DELETE", f"{_ONE}/members")
def remove_members(call: Call) -> None:
    """Take people out of a group, all or none."""
    group, users = call.world.part(MentionGroups).get(call, grouped(call)), call.world.part(Users)
    found = [users.find(key) for key in listed(call.query["identifiers"])]
    people = [each for each in found if each is not None and each.id in group.members]
    if len(people) != len(found):
        raise faults.not_in_group(call)
    for each in people:
        group.members.pop(each.id, None)


def _row(group: MentionGroup) -> Payload:
    return {
        "mention_group_id": group.id,
        "mention_group_name": group.name,
        "mention_group_description": group.description,
    }


def _member(user: User) -> Payload:
    return {
        "user_id": user.id,
        "member_id": user.id,
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "disaplay_name": user.display_name,  # as Zoom writes it
        "is_external": False,
    }
