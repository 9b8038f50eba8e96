"""Groups of people in a channel who are called together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zoom_sandbox.plays import Call
from zoom_sandbox.resources.chat import faults
from zoom_sandbox.resources.chat.state.conversations import (
    GROUP_CHAT,
    Channel,
    Chat,
    known,
    person,
)
from zoom_sandbox.resources.users.state import HAND_OVERS, User
from zoom_sandbox.world import World

# https://developers.zoom.us/docs/api/team-chat/#tag/chat-channel-mention-group (5506, 5507)
MOST_GROUPS, MOST_MEMBERS = 20, 100


@dataclass(slots=True)
class MentionGroup:
    """A group of a channel; `members` are ids of people, in the order in which they came."""

    id: str
    channel: str
    name: str
    description: str
    members: dict[str, None]


class MentionGroups:
    """The account's groups to mention, by id."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.by_id: dict[str, MentionGroup] = {}

    def of(self, channel: Channel) -> list[MentionGroup]:
        """A channel's groups."""
        return [group for group in self.by_id.values() if group.channel == channel.id]

    def add(self, call: Call, channel: Channel, members: list[User]) -> MentionGroup:
        """Make the group of a body. Refuses one too many."""
        if len(self.of(channel)) >= MOST_GROUPS:
            raise faults.too_many_groups(call, MOST_GROUPS)
        key = self._world.ids.guid().replace("-", "")
        name, description = self.free_name(call, channel), call.body.get("mention_group_description", "")
        self.by_id[key] = MentionGroup(key, channel.id, name, description, {each.id: None for each in members})
        return self.by_id[key]

    def get(self, call: Call, channel: Channel) -> MentionGroup:
        """The channel's group that the path names. Refuses 404/5508."""
        group = self.by_id.get(call.ids["mentionGroupId"])
        if group is None or group.channel != channel.id:
            raise faults.no_group(call)
        return group

    def free_name(self, call: Call, channel: Channel, group: MentionGroup | None = None) -> str:
        """The body's name, which no other group of the channel has. Refuses 400/200."""
        name: str = call.body["mention_group_name"]
        if any(each.name == name and each is not group for each in self.of(channel)):
            raise faults.taken_group_name(call)
        return name


def grouped(call: Call) -> Channel:
    """The path's channel, in which the person is and which may have groups. Refuses (403/200) any other."""
    user = person(call)
    channel = call.world.part(Chat).channel(call, user, call.ids["channelId"])
    if user.id not in channel.members or channel.type == GROUP_CHAT or channel.archived:
        raise faults.no_groups_here(call)
    return channel


def insiders(call: Call, channel: Channel, keys: list[str]) -> list[User]:
    """The people of a channel with ids or emails. Refuses strangers, and (403/200) who is not in the channel."""
    people = [known(call, key) for key in keys]
    if any(each.id not in channel.members for each in people):
        raise faults.not_in_channel(call)
    return people


def _forget(world: World, user: User, heirs: Mapping[str, User]) -> None:
    for group in world.part(MentionGroups).by_id.values():
        group.members.pop(user.id, None)


HAND_OVERS.append(_forget)
