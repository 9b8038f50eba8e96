"""Store mention groups: members of a channel who are mentioned together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zoom_sandbox.account import Account
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.chat.state.conversations import (
    GROUP_CHAT,
    Channel,
    Chat,
    get_acting_user,
    get_user,
)
from zoom_sandbox.resources.users.state import User

# https://developers.zoom.us/docs/api/team-chat/#tag/chat-channel-mention-group (5506, 5507)
MAX_GROUPS, MAX_MEMBERS = 20, 100


@dataclass(slots=True)
class MentionGroup:
    """Hold a mention group; `members` are the ids of users, in the order in which they were added."""

    id: str
    channel_id: str
    name: str
    description: str
    members: dict[str, None]


class MentionGroups:
    """Store the account's mention groups by id."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self.by_id: dict[str, MentionGroup] = {}

    def groups_of(self, channel: Channel) -> list[MentionGroup]:
        """Return the mention groups of a channel."""
        return [group for group in self.by_id.values() if group.channel_id == channel.id]

    def add(self, call: OperationCall, channel: Channel, members: list[User]) -> MentionGroup:
        """Add the mention group of a body and return it. Raises ApiError for one too many."""
        if len(self.groups_of(channel)) >= MAX_GROUPS:
            raise call.error("chat.tooManyMentionGroups", limit=MAX_GROUPS)
        key = self._account.ids.next_guid().replace("-", "")
        name, description = self.get_unused_name(call, channel), call.body.get("mention_group_description", "")
        self.by_id[key] = MentionGroup(key, channel.id, name, description, {each.id: None for each in members})
        return self.by_id[key]

    def remove_user(self, user: User, heirs: Mapping[str, User]) -> None:
        """Remove a user from all groups."""
        for group in self.by_id.values():
            group.members.pop(user.id, None)

    def get(self, call: OperationCall, channel: Channel) -> MentionGroup:
        """Return the channel's group that the path names. Raises ApiError (404/5508)."""
        group = self.by_id.get(call.path_params["mentionGroupId"])
        if group is None or group.channel_id != channel.id:
            raise call.error("chat.mentionGroupNotFound")
        return group

    def get_unused_name(self, call: OperationCall, channel: Channel, group: MentionGroup | None = None) -> str:
        """Return the name of the body. Raises ApiError (400/200) if another group of the channel has it."""
        name: str = call.body["mention_group_name"]
        if any(each.name == name and each is not group for each in self.groups_of(channel)):
            raise call.error("chat.mentionGroupNameTaken")
        return name


def get_group_channel(call: OperationCall) -> Channel:
    """Return the path's channel. Raises ApiError (403/200) if it has no mention groups, or not for the user."""
    user = get_acting_user(call)
    channel = call.account.store(Chat).get_visible_channel(call, user, call.path_params["channelId"])
    if user.id not in channel.members or channel.type == GROUP_CHAT or channel.is_archived:
        raise call.error("chat.mentionGroupsNotAllowed")
    return channel


def get_channel_users(call: OperationCall, channel: Channel, keys: list[str]) -> list[User]:
    """Return the users with ids or emails. Raises ApiError for unknown users and (403/200) for non-members."""
    people = [get_user(call, key) for key in keys]
    if any(each.id not in channel.members for each in people):
        raise call.error("chat.usersNotInChannel")
    return people
