"""The events of users. https://developers.zoom.us/docs/api/users/events/

A payload is made only when someone wants the event; `announce` brings it into the shape of its schema, and carries it.
"""

from __future__ import annotations

from typing import Any

from zoom_sandbox.announce import Announcer
from zoom_sandbox.plays import Call
from zoom_sandbox.resources.users.state import BASIC, LICENSED, User, Users
from zoom_sandbox.world import World

View = dict[str, Any]


def operator(world: World) -> dict[str, str]:
    """The person in whose name a change was made, as events tell it: with an app's token, the account's owner."""
    owner = world.part(Users).owner
    return {"operator": owner.email, "operator_id": owner.id}


def user_created(call: Call, user: User, action: str) -> None:
    """A user was made, by an action such as `create` or `ssoCreate`."""
    announcer = call.world.part(Announcer)
    if announcer.hears("user.created"):
        announcer.tell("user.created", {**operator(call.world), "creation_type": action, "object": _view(user)})


def user_snapshot(call: Call, user: User) -> View | None:
    """How a user looks before a change, for `user_updated`; None where nobody would hear of it."""
    return _view(user) if call.world.part(Announcer).hears("user.updated") else None


def user_updated(call: Call, user: User, before: View | None) -> None:
    """A user was changed: what differs from the snapshot, as it is and as it was. Without a difference, nothing."""
    if before is None:
        return
    after = _view(user)
    names = [name for name in after if after[name] != before.get(name)]
    if not names:
        return
    payload = {
        **operator(call.world),
        "object": {"id": user.id, **{name: after[name] for name in names}},
        "old_object": {"id": user.id, **{name: before[name] for name in names if name in before}},
        "time_stamp": int(call.world.clock() * 1000),
    }
    call.world.part(Announcer).tell("user.updated", payload)


def user_told(call: Call, user: User, what: str) -> None:
    """A user was `deleted`, `disassociated`, `activated` or `deactivated`."""
    announcer = call.world.part(Announcer)
    if announcer.hears(f"user.{what}"):
        announcer.tell(f"user.{what}", {**operator(call.world), "object": _view(user)})


def _view(user: User) -> View:
    """A user as events tell of one, who know two licences only."""
    more = dict(user.more or {})
    if "vanity_url" in more:
        more["vanity_name"] = more["vanity_url"].rpartition("/")[2]
    return {
        **more,
        "id": user.id,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "display_name": user.display_name,
        "email": user.email,
        "type": user.type if user.type in (BASIC, LICENSED) else BASIC,
        "pmi": user.pmi,
        "timezone": user.timezone,
        "role": user.role_id,
    }
