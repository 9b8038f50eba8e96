"""Phone users, the history of calls, and recorded calls: listed, read, handed out.

https://developers.zoom.us/docs/api/phone/#tag/users, https://developers.zoom.us/docs/api/phone/#tag/call-logs,
https://developers.zoom.us/docs/api/phone/#tag/recordings
"""

from __future__ import annotations

from typing import Any

from zoom_sandbox.messages import Request, Response
from zoom_sandbox.pages import by_number, page
from zoom_sandbox.plays import Call, Payload, plays, serves
from zoom_sandbox.resources.phone import faults
from zoom_sandbox.resources.phone.search import call_fits, user_fits
from zoom_sandbox.resources.phone.shown import phone_call, phone_user, recorded, recorded_full
from zoom_sandbox.resources.phone.sound import silence
from zoom_sandbox.resources.phone.state import Calls, PhoneCall, Phones
from zoom_sandbox.resources.recordings.ranges import part
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.shapes import answer_schema, fitting
from zoom_sandbox.spans import days
from zoom_sandbox.world import World

_ONE = "/phone/call_history/{callHistoryUuid}"


@plays("GET", "/phone/users")
def list_phone_users(call: Call) -> Payload:
    """The people who have a phone and fit, by pages."""
    users, phones, query = call.world.part(Users), call.world.part(Phones), call.query
    found = [(user, phones.by_user[key]) for key in phones.by_user if (user := users.find(key)) is not None]
    wanted = sorted((each for each in found if user_fits(query, *each)), key=_number)
    return page(call, wanted, _number, lambda each: phone_user(*each))


@plays("GET", "/phone/users/{userId}")
def get_phone_user(call: Call) -> Payload:
    """One person's phone."""
    user = call.world.part(Users).get(call)
    phone = call.world.part(Phones).of(user)
    if phone is None:
        raise faults.no_phone(call, user)
    shown = phone_user(user, phone)
    del shown["name"], shown["activation_status"]
    return shown


@plays("GET", "/phone/call_history")
def account_history(call: Call) -> Payload:
    """The account's calls of some days that fit, the newest first."""
    return _listing(call, call.world.part(Calls).within(call))


@plays("GET", "/phone/users/{userId}/call_history")
def user_history(call: Call) -> Payload:
    """One person's calls of some days that fit, the newest first."""
    user = call.world.part(Users).get(call)
    return _listing(call, [each for each in call.world.part(Calls).within(call) if each.owner == user.id])


@plays("GET", _ONE)
def one_call(call: Call) -> Payload:
    """One call."""
    key = call.ids["callHistoryUuid"]
    for each in call.world.part(Calls).all:
        if key in (each.row["id"], each.row["call_log_id"]):
            shown: Payload = fitting(phone_call(call, each), answer_schema("GET", _ONE))
            return shown
    raise faults.unknown_call(key)


@plays("GET", "/phone/users/{userId}/recordings")
def user_recordings(call: Call) -> Payload:
    """One person's recorded calls of some days."""
    user = call.world.part(Users).get(call)
    begin, close = days(call)
    found = [each for each in _within(call) if each.owner == user.id]
    answer = page(call, found, _newest, lambda each: recorded(call, each))
    return {"from": begin.isoformat(), "to": close.isoformat(), **answer}


@plays("GET", "/phone/recordings")
def account_recordings(call: Call) -> Payload:
    """The account's recorded calls of some days."""
    owner, kind = call.query["owner_type"], call.query.get("recording_type", "Automatic")
    found = _within(call) if owner in ("all", "user") and kind in ("All", "Automatic") else []
    return page(call, found, _newest, lambda each: recorded_full(call, each))


@serves("/v2/phone/recording/download/")
def download(world: World, request: Request, key: str) -> Response:
    """A recorded call's sound."""
    for call in world.part(Calls).all:
        if call.recorded and call.row["id"] == key:
            return part(request, silence(call.row["seconds"]), "audio/mpeg", f"{key}.mp3")
    raise faults.no_recording()


def _listing(call: Call, calls: list[PhoneCall]) -> Payload:
    """A page of calls under both names that the answer has for them."""
    found = [each for each in calls if call_fits(call, each)]
    rows: list[Payload] = []

    def show(each: PhoneCall) -> Payload:
        rows.append(phone_call(call, each))
        return rows[-1]

    begin, close = days(call)
    answer = page(call, found, lambda each: each.order, show)
    pagination = call.operation.pagination or {}
    lists = dict.fromkeys(pagination["array_fields"], rows)
    whole = {"from": begin.isoformat(), "to": close.isoformat(), **answer, **lists}
    shown: Payload = fitting(whole, answer_schema("GET", call.operation.path))
    return shown


def _number(each: tuple[User, dict[str, Any]]) -> int:
    return int(by_number(each[0]))


def _within(call: Call) -> list[PhoneCall]:
    return [each for each in call.world.part(Calls).within(call) if each.recorded]


def _newest(each: PhoneCall) -> tuple[int, str]:
    return each.order
