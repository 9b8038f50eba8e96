"""Read phone users, the call history and call recordings.

https://developers.zoom.us/docs/api/phone/#tag/users, https://developers.zoom.us/docs/api/phone/#tag/call-logs,
https://developers.zoom.us/docs/api/phone/#tag/recordings
"""

from __future__ import annotations

from typing import Any

from zoom_sandbox.account import Account
from zoom_sandbox.errors import api_error
from zoom_sandbox.messages import Request, Response
from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.paging import build_page, by_number
from zoom_sandbox.resources.phone.search import call_matches, user_matches
from zoom_sandbox.resources.phone.serializers import (
    serialize_call,
    serialize_phone_user,
    serialize_recording,
    serialize_recording_with_owner,
)
from zoom_sandbox.resources.phone.sound import build_silence
from zoom_sandbox.resources.phone.state import PhoneCall, PhoneCalls, Phones
from zoom_sandbox.resources.recordings.ranges import build_range_response
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.response_schemas import drop_unknown_fields, response_schema
from zoom_sandbox.time_ranges import parse_day_or_time_range
from zoom_sandbox.times import to_utc_day

operations = Operations()

_ONE = "/phone/call_history/{callHistoryUuid}"


@operations.handles("GET", "/phone/users")
def list_phone_users(call: OperationCall) -> Payload:
    """Return a page of the phone users that match the query."""
    users, phones, query = call.account.store(Users), call.account.store(Phones), call.query
    phone_users = [(user, phones.by_user[key]) for key in phones.by_user if (user := users.find(key)) is not None]
    matches = sorted((each for each in phone_users if user_matches(query, *each)), key=_user_number)
    return build_page(call, matches, _user_number, lambda each: serialize_phone_user(*each))


@operations.handles("GET", "/phone/users/{userId}")
def get_phone_user(call: OperationCall) -> Payload:
    """Return a phone user."""
    user = call.account.store(Users).get(call)
    phone = call.account.store(Phones).phone_of(user)
    if phone is None:
        raise call.error("phone.phoneNotFound", email=user.email)
    payload = serialize_phone_user(user, phone)
    del payload["name"], payload["activation_status"]
    return payload


@operations.handles("GET", "/phone/call_history")
def list_account_calls(call: OperationCall) -> Payload:
    """Return a page of the account's calls of some days that match the query, the newest first."""
    return _list_calls(call, call.account.store(PhoneCalls).calls_within(call))


@operations.handles("GET", "/phone/users/{userId}/call_history")
def list_user_calls(call: OperationCall) -> Payload:
    """Return a page of a user's calls of some days that match the query, the newest first."""
    user = call.account.store(Users).get(call)
    return _list_calls(
        call, [each for each in call.account.store(PhoneCalls).calls_within(call) if each.owner_id == user.id]
    )


@operations.handles("GET", _ONE)
def get_call(call: OperationCall) -> Payload:
    """Return a call."""
    key = call.path_params["callHistoryUuid"]
    for each in call.account.store(PhoneCalls).all:
        if key in (each.row["id"], each.row["call_log_id"]):
            payload: Payload = drop_unknown_fields(serialize_call(call, each), response_schema("GET", _ONE))
            return payload
    raise api_error("phone.callNotFound", call_id=key)


@operations.handles("GET", "/phone/users/{userId}/recordings")
def list_user_recordings(call: OperationCall) -> Payload:
    """Return a page of a user's call recordings of some days."""
    user = call.account.store(Users).get(call)
    start, end = map(to_utc_day, parse_day_or_time_range(call))
    calls = [each for each in _find_recorded_calls(call) if each.owner_id == user.id]
    page = build_page(call, calls, PhoneCall.sort_key, lambda each: serialize_recording(call, each))
    return {"from": start.isoformat(), "to": end.isoformat(), **page}


@operations.handles("GET", "/phone/recordings")
def list_account_recordings(call: OperationCall) -> Payload:
    """Return a page of the account's call recordings of some days."""
    owner, kind = call.query["owner_type"], call.query.get("recording_type", "Automatic")
    calls = _find_recorded_calls(call) if owner in ("all", "user") and kind in ("All", "Automatic") else []
    return build_page(call, calls, PhoneCall.sort_key, lambda each: serialize_recording_with_owner(call, each))


@operations.handles_downloads("/v2/phone/recording/download/")
def download_recording(account: Account, request: Request, key: str) -> Response:
    """Return the sound of a recorded call."""
    for call in account.store(PhoneCalls).all:
        if call.is_recorded and call.row["id"] == key:
            return build_range_response(request, build_silence(call.row["seconds"]), "audio/mpeg", f"{key}.mp3")
    raise api_error("phone.recordingNotFound")


def _list_calls(call: OperationCall, calls: list[PhoneCall]) -> Payload:
    """Return a page of calls under both names that the response has for them."""
    matches = [each for each in calls if call_matches(call, each)]
    rows: list[Payload] = []

    def serialize(each: PhoneCall) -> Payload:
        rows.append(serialize_call(call, each))
        return rows[-1]

    start, end = map(to_utc_day, parse_day_or_time_range(call))
    page = build_page(call, matches, PhoneCall.sort_key, serialize)
    pagination = call.operation.pagination or {}
    lists = dict.fromkeys(pagination["array_fields"], rows)
    fields = {"from": start.isoformat(), "to": end.isoformat(), **page, **lists}
    payload: Payload = drop_unknown_fields(fields, response_schema("GET", call.operation.path))
    return payload


def _user_number(each: tuple[User, dict[str, Any]]) -> int:
    return int(by_number(each[0]))


def _find_recorded_calls(call: OperationCall) -> list[PhoneCall]:
    return [each for each in call.account.store(PhoneCalls).calls_within(call) if each.is_recorded]
