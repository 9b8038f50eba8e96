"""Who called whom. https://developers.zoom.us/docs/api/phone/#tag/call-logs"""

from __future__ import annotations

from typing import Any

from zoom_component.sandbox.pages import page
from zoom_component.sandbox.plays import Call, Payload, plays
from zoom_component.sandbox.refusal import invalid
from zoom_component.sandbox.resources.phone.state import Calls, PhoneCall, Phones
from zoom_component.sandbox.resources.recordings import days
from zoom_component.sandbox.resources.users import Users
from zoom_component.sandbox.shapes import answer_schema, fitting
from zoom_component.sandbox.times import stamp

_ONE = "/phone/call_history/{callHistoryUuid}"


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
            shown: Payload = fitting(_show(call, each), answer_schema("GET", _ONE))
            return shown
    raise invalid(("callHistoryUuid", f"There is no such call: {key}."))


def _listing(call: Call, calls: list[PhoneCall]) -> Payload:
    """A page of calls under both names that the answer has for them."""
    found = [each for each in calls if _fits(call, each)]
    rows: list[Payload] = []

    def show(each: PhoneCall) -> Payload:
        rows.append(_show(call, each))
        return rows[-1]

    begin, close = days(call)
    answer = page(call, found, lambda each: each.order, show)
    pagination = call.operation.pagination or {}
    lists = dict.fromkeys(pagination["array_fields"], rows)
    whole = {"from": begin.isoformat(), "to": close.isoformat(), **answer, **lists}
    shown: Payload = fitting(whole, answer_schema("GET", call.operation.path))
    return shown


def _fits(call: Call, each: PhoneCall) -> bool:
    given, row = call.given, each.row
    word = given.get("keyword", "").lower()
    names = " ".join(row[name] for name in ("caller_name", "caller_number", "callee_name", "callee_number"))
    recorded = "recorded" if each.recorded else "non_recorded"
    return (
        given.get("recording_status") in (None, "", recorded)
        and given.get("directions") in (None, "", row["direction"])
        and given.get("connect_types") in (None, "", _connection(row))
        and word in names.lower()
    )


def _connection(row: dict[str, Any]) -> str:
    return "external" if "+" in row["caller_number"] + row["callee_number"] else "internal"


def _show(call: Call, each: PhoneCall) -> Payload:
    row = each.row
    result = row.get("result", "answered")
    shown: Payload = {
        "id": row["id"],
        "call_history_uuid": row["id"],
        "call_path_id": row["id"],
        "call_element_id": row["id"],
        "call_id": row["call_id"],
        "direction": row["direction"],
        "international": False,
        "connect_type": _connection(row),
        "call_type": "general",
        "call_result": result,
        "result": result,
        "event": "incoming" if row["direction"] == "inbound" else "outgoing",
        "hide_caller_id": False,
        "end_to_end": False,
        "start_time": stamp(each.start),
        "end_time": stamp(each.start + row["seconds"]),
        "duration": row["seconds"],
        "talk_time": row["seconds"],
        "recording_status": "recorded" if each.recorded else "non_recorded",
        **_side(call, "caller", row),
        **_side(call, "callee", row),
    }
    if result == "answered":
        shown["answer_time"] = shown["start_time"]
    if each.recorded:
        shown |= {"recording_id": row["id"], "recording_type": "automatic"}
    return shown


def _side(call: Call, side: str, row: dict[str, Any]) -> Payload:
    """One end of a call: an extension of the account, or a number elsewhere."""
    number: str = row[f"{side}_number"]
    name = {f"{side}_name": row[f"{side}_name"]}
    phones = call.world.part(Phones).by_user.items()
    for key, phone in phones:
        if str(phone["extension"]) == number:
            user = call.world.part(Users).find(key)
            return {
                **name,
                f"{side}_ext_id": f"extension-{number}",
                f"{side}_ext_number": number,
                f"{side}_ext_type": "user",
                f"{side}_email": user.email if user else "",
                f"{side}_did_number": phone["number"],
                f"{side}_number_type": "zoom_pstn",
            }
    return {
        **name,
        f"{side}_did_number": number,
        f"{side}_ext_type": "external_contact",
        f"{side}_number_type": "external_pstn",
    }
