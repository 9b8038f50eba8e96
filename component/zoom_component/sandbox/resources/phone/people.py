"""Who has a phone. https://developers.zoom.us/docs/api/phone/#tag/users"""

from __future__ import annotations

from typing import Any

from zoom_component.sandbox.pages import by_number, page
from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.resources.phone.state import Phones
from zoom_component.sandbox.resources.users import User, Users

_STATUS = {"active": "activate", "inactive": "deactivate", "pending": "pending"}


@plays("GET", "/phone/users")
def list_phone_users(call: Call) -> Payload:
    """The people who have a phone and fit, by pages."""
    users, phones, query = call.world.part(Users), call.world.part(Phones), call.query
    found = [(user, phones.by_user[key]) for key in phones.by_user if (user := users.find(key)) is not None]
    word = query.get("keyword", "").lower()
    fitting = [
        (user, phone)
        for user, phone in found
        if query.get("status") in (None, _STATUS[user.status])
        and query.get("department") in (None, (user.more or {}).get("dept", ""))
        and word in f"{user.display_name} {user.email} {phone['extension']} {phone['number']}".lower()
    ]
    fitting.sort(key=_number)
    return page(call, fitting, _number, lambda each: _show(*each))


@plays("GET", "/phone/users/{userId}")
def get_phone_user(call: Call) -> Payload:
    """One person's phone."""
    user = call.world.part(Users).get(call)
    phone = call.world.part(Phones).of(user)
    if phone is None:
        raise call.refuse(f"The user has no phone: {user.email}.", (404, 404))
    shown = _show(user, phone)
    del shown["name"], shown["activation_status"]
    return shown


def _number(each: tuple[User, dict[str, Any]]) -> int:
    return int(by_number(each[0]))


def _show(user: User, phone: dict[str, Any]) -> Payload:
    own = f"phone-{phone['extension']}"
    return {
        "id": user.id,
        "phone_user_id": own,
        "email": user.email,
        "name": user.display_name,
        "department": (user.more or {}).get("dept", ""),
        "cost_center": (user.more or {}).get("cost_center", ""),
        "extension_id": f"extension-{phone['extension']}",
        "extension_number": phone["extension"],
        "phone_numbers": [{"id": f"number-{phone['extension']}", "number": phone["number"]}],
        "status": _STATUS[user.status],
        "activation_status": "activated",
    }
