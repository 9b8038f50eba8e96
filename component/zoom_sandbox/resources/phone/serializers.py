"""Serialize phone users, calls and call recordings."""

from __future__ import annotations

from typing import Any

from zoom_sandbox.operations import OperationCall, Payload
from zoom_sandbox.resources.phone.state import PhoneCall, Phones
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.times import format_time

PHONE_STATUS = {"active": "activate", "inactive": "deactivate", "pending": "pending"}
_SHARED = ("id", "call_id", "call_log_id", "direction")
_PEOPLE = ("caller_name", "caller_number", "callee_name", "callee_number")
_EXTERNAL, _INTERNAL = 2, 1


def serialize_phone_user(user: User, phone: dict[str, Any]) -> Payload:
    """Return a user with the phone."""
    own = f"phone-{phone['extension']}"
    return {
        "id": user.id,
        "phone_user_id": own,
        "email": user.email,
        "name": user.display_name,
        "department": (user.extra_fields or {}).get("dept", ""),
        "cost_center": (user.extra_fields or {}).get("cost_center", ""),
        "extension_id": f"extension-{phone['extension']}",
        "extension_number": phone["extension"],
        "phone_numbers": [{"id": f"number-{phone['extension']}", "number": phone["number"]}],
        "status": PHONE_STATUS[user.status],
        "activation_status": "activated",
    }


def connection_type(row: dict[str, Any]) -> str:
    """Return `external` for a call that leaves the account, else `internal`."""
    return "external" if "+" in row["caller_number"] + row["callee_number"] else "internal"


def serialize_call(call: OperationCall, each: PhoneCall) -> Payload:
    """Return a call of the history."""
    row = each.row
    result = row.get("result", "answered")
    payload: Payload = {
        "id": row["id"],
        "call_history_uuid": row["id"],
        "call_path_id": row["id"],
        "call_element_id": row["id"],
        "call_id": row["call_id"],
        "direction": row["direction"],
        "international": False,
        "connect_type": connection_type(row),
        "call_type": "general",
        "call_result": result,
        "result": result,
        "event": "incoming" if row["direction"] == "inbound" else "outgoing",
        "hide_caller_id": False,
        "end_to_end": False,
        "start_time": format_time(each.start),
        "end_time": format_time(each.start + row["seconds"]),
        "duration": row["seconds"],
        "talk_time": row["seconds"],
        "recording_status": "recorded" if each.is_recorded else "non_recorded",
        **_serialize_party(call, "caller", row),
        **_serialize_party(call, "callee", row),
    }
    if result == "answered":
        payload["answer_time"] = payload["start_time"]
    if each.is_recorded:
        payload |= {"recording_id": row["id"], "recording_type": "automatic"}
    return payload


def _serialize_party(call: OperationCall, side: str, row: dict[str, Any]) -> Payload:
    """Return one party of a call: an extension of the account, or an external number."""
    number: str = row[f"{side}_number"]
    name = {f"{side}_name": row[f"{side}_name"]}
    phones = call.account.store(Phones).by_user.items()
    for key, phone in phones:
        if str(phone["extension"]) == number:
            user = call.account.store(Users).find(key)
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


def serialize_recording(call: OperationCall, each: PhoneCall) -> Payload:
    """Return a call recording as both lists show it."""
    row = each.row
    return {
        **{name: row[name] for name in (*_SHARED, *_PEOPLE)},
        "caller_number_type": _number_type(row["caller_number"]),
        "callee_number_type": _number_type(row["callee_number"]),
        "date_time": format_time(each.start),
        "duration": row["seconds"],
        "download_url": f"{call.base_url}/v2/phone/recording/download/{row['id']}",
    }


def serialize_recording_with_owner(call: OperationCall, each: PhoneCall) -> Payload:
    """Return a call recording with its owner, as the account's list shows it."""
    row, owner = each.row, call.account.store(Users).find(each.owner_id)
    return {
        **serialize_recording(call, each),
        "end_time": format_time(each.start + row["seconds"]),
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
