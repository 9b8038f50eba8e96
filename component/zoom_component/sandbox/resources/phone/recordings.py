"""Recorded phone calls. https://developers.zoom.us/docs/api/phone/#tag/recordings"""

from __future__ import annotations

from zoom_component.sandbox.pages import page
from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.resources.phone.state import Calls, PhoneCall
from zoom_component.sandbox.resources.recordings import days
from zoom_component.sandbox.resources.users import Users
from zoom_component.sandbox.times import stamp

_SHARED = ("id", "call_id", "call_log_id", "direction")
_PEOPLE = ("caller_name", "caller_number", "callee_name", "callee_number")
_EXTERNAL, _INTERNAL = 2, 1


@plays("GET", "/phone/users/{userId}/recordings")
def user_recordings(call: Call) -> Payload:
    """One person's recorded calls of some days."""
    user = call.world.part(Users).get(call)
    begin, close = days(call)
    found = [each for each in _within(call) if each.owner == user.id]
    answer = page(call, found, _newest, lambda each: _shared(call, each))
    return {"from": begin.isoformat(), "to": close.isoformat(), **answer}


@plays("GET", "/phone/recordings")
def account_recordings(call: Call) -> Payload:
    """The account's recorded calls of some days."""
    owner, kind = call.query["owner_type"], call.query.get("recording_type", "Automatic")
    found = _within(call) if owner in ("all", "user") and kind in ("All", "Automatic") else []
    return page(call, found, _newest, lambda each: _full(call, each))


def _within(call: Call) -> list[PhoneCall]:
    return [each for each in call.world.part(Calls).within(call) if each.recorded]


def _newest(each: PhoneCall) -> tuple[int, str]:
    return each.order


def _shared(call: Call, each: PhoneCall) -> Payload:
    """A call as both lists show it."""
    row = each.row
    return {
        **{name: row[name] for name in (*_SHARED, *_PEOPLE)},
        "caller_number_type": _number_type(row["caller_number"]),
        "callee_number_type": _number_type(row["callee_number"]),
        "date_time": stamp(each.start),
        "duration": row["seconds"],
        "download_url": f"{call.base}/v2/phone/recording/download/{row['id']}",
    }


def _full(call: Call, each: PhoneCall) -> Payload:
    row, owner = each.row, call.world.part(Users).find(each.owner)
    return {
        **_shared(call, each),
        "end_time": stamp(each.start + row["seconds"]),
        "recording_type": "Automatic",
        "owner": {
            "id": owner.id if owner else "",
            "name": owner.display_name if owner else row["owner"],
            "type": "user",
            "extension_number": row["extension"],
        },
    }


def _number_type(number: str) -> int:
    return _EXTERNAL if number.startswith("+") else _INTERNAL
