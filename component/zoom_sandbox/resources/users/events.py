"""Send the events of users. https://developers.zoom.us/docs/api/users/events/

Payloads are built only for subscribers. The publisher fits them to the schemas of the events.
"""

from __future__ import annotations

from typing import Any

from zoom_sandbox.account import Account
from zoom_sandbox.events import EventPublisher
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.users.state import BASIC, LICENSED, User, Users

UserView = dict[str, Any]


def serialize_operator(account: Account) -> dict[str, str]:
    """Return the user who made a change, as events show it: the owner of the account."""
    owner = account.store(Users).owner
    return {"operator": owner.email, "operator_id": owner.id}


def send_user_created(call: OperationCall, user: User, action: str) -> None:
    """Send that a user was created, by an action such as `create` or `ssoCreate`."""
    publisher = call.account.store(EventPublisher)
    if publisher.has_subscriber("user.created"):
        publisher.publish(
            "user.created",
            {**serialize_operator(call.account), "creation_type": action, "object": _serialize_user(user)},
        )


def take_user_snapshot(call: OperationCall, user: User) -> UserView | None:
    """Return the user before a change, for `send_user_updated`; None without a subscriber."""
    return _serialize_user(user) if call.account.store(EventPublisher).has_subscriber("user.updated") else None


def send_user_updated(call: OperationCall, user: User, before: UserView | None) -> None:
    """Send the differences from a snapshot, if there are any."""
    if before is None:
        return
    after = _serialize_user(user)
    names = [name for name in after if after[name] != before.get(name)]
    if not names:
        return
    payload = {
        **serialize_operator(call.account),
        "object": {"id": user.id, **{name: after[name] for name in names}},
        "old_object": {"id": user.id, **{name: before[name] for name in names if name in before}},
        "time_stamp": int(call.account.clock() * 1000),
    }
    call.account.store(EventPublisher).publish("user.updated", payload)


def send_user_event(call: OperationCall, user: User, action: str) -> None:
    """Send that a user was `deleted`, `disassociated`, `activated` or `deactivated`."""
    publisher = call.account.store(EventPublisher)
    if publisher.has_subscriber(f"user.{action}"):
        publisher.publish(f"user.{action}", {**serialize_operator(call.account), "object": _serialize_user(user)})


def _serialize_user(user: User) -> UserView:
    """Return a user as events show them; events know two license types only."""
    extra = dict(user.extra_fields or {})
    if "vanity_url" in extra:
        extra["vanity_name"] = extra["vanity_url"].rpartition("/")[2]
    return {
        **extra,
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
