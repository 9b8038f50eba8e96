"""Send the events of meetings and webinars. https://developers.zoom.us/docs/api/meetings/events/"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoom_sandbox.account import Account
from zoom_sandbox.events import EventPublisher
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.conferences.models import Conference, Occurrence
from zoom_sandbox.resources.conferences.serializers import serialize_full, serialize_occurrence
from zoom_sandbox.resources.users.events import serialize_operator
from zoom_sandbox.resources.users.state import Users
from zoom_sandbox.times import format_time

ConferenceView = dict[str, Any]
# Events have no type 10: they show such a meeting as a scheduled one.
_TYPES = {10: 2}
_NAMES = ("id", "uuid", "host_id")


def send_created(call: OperationCall, conference: Conference) -> None:
    """Send that a conference was created."""
    if _has_subscriber(call.account, conference, "created"):
        view = _serialize_full(call, conference)
        scope = {} if conference.recurrence is None else {"operation": "all"}
        _send(call.account, conference, "created", {**serialize_operator(call.account), **scope, "object": view})


def send_recovered(call: OperationCall, conference: Conference) -> None:
    """Send that a deleted conference was recovered."""
    if _has_subscriber(call.account, conference, "recovered"):
        _send(
            call.account,
            conference,
            "recovered",
            {**serialize_operator(call.account), **_serialize_deleted(conference, None)},
        )


def take_snapshot(call: OperationCall, conference: Conference) -> ConferenceView | None:
    """Return the conference before a change, for `send_updated`; None without a subscriber."""
    return _serialize_full(call, conference) if _has_subscriber(call.account, conference, "updated") else None


def send_updated(call: OperationCall, conference: Conference | None, before: ConferenceView | None) -> None:
    """Send the differences from a snapshot, if there are any."""
    if conference is None or before is None:
        return
    after = _serialize_full(call, conference)
    names = [name for name in after if after[name] != before.get(name)]
    if not names:
        return
    new, old = {name: after[name] for name in names}, {name: before[name] for name in names if name in before}
    if "settings" in new:
        settings = [name for name, value in after["settings"].items() if value != before["settings"].get(name)]
        new["settings"] = {name: after["settings"][name] for name in settings}
        old["settings"] = {name: value for name, value in before["settings"].items() if name in settings}
    payload: dict[str, Any] = {
        **serialize_operator(call.account),
        "object": {**{name: after[name] for name in _NAMES}, **new},
        "old_object": {"id": after["id"], **old},
        "time_stamp": int(call.account.clock() * 1000),
    }
    if conference.recurrence is not None:
        payload["scope"] = "single" if call.query.get("occurrence_id") else "all"
    _send(call.account, conference, "updated", payload)


def send_moved(account: Account, conference: Conference, former_host_id: str) -> None:
    """Send that a conference has another host: Zoom has no such event, so it is a change of `host_id`."""
    if _has_subscriber(account, conference, "updated"):
        payload = {
            **serialize_operator(account),
            "object": {name: getattr(conference, name) for name in _NAMES},
            "old_object": {"id": conference.id, "host_id": former_host_id},
            "time_stamp": int(account.clock() * 1000),
        }
        scope = {} if conference.recurrence is None else {"scope": "all"}
        _send(account, conference, "updated", {**payload, **scope})


def send_deleted(account: Account, conference: Conference, occurrence: Occurrence | None = None) -> None:
    """Send that a conference or one occurrence of it was deleted."""
    if _has_subscriber(account, conference, "deleted"):
        _send(
            account,
            conference,
            "deleted",
            {**serialize_operator(account), **_serialize_deleted(conference, occurrence)},
        )


def send_started(account: Account, conference: Conference, start: int | None = None) -> None:
    """Send that a conference started; `start` is epoch seconds, by default the planned start."""
    if _has_subscriber(account, conference, "started"):
        _send(
            account,
            conference,
            "started",
            {"object": {**serialize_brief(conference, start), **_serialize_host(account, conference)}},
        )


def send_ended(account: Account, conference: Conference, start: int | None = None, end: int | None = None) -> None:
    """Send that a conference ended; times are epoch seconds, by default the planned start and now."""
    if _has_subscriber(account, conference, "ended"):
        fields = {
            **serialize_brief(conference, start),
            **_serialize_host(account, conference),
            "end_time": format_time(account.now() if end is None else end),
        }
        _send(account, conference, "ended", {"object": fields})


def send_joined(account: Account, conference: Conference, person: Mapping[str, Any], start: int | None = None) -> None:
    """Send that a participant joined.

    `person` has `user_id` (in this instance), `user_name`, `email` and further fields of the schema.
    """
    if _has_subscriber(account, conference, "participant_joined"):
        participant = {"id": "", "email": "", "join_time": format_time(account.now()), **person}
        fields = {**serialize_brief(conference, start), "participant": participant}
        _send(account, conference, "participant_joined", {"object": fields})


def send_left(account: Account, conference: Conference, person: Mapping[str, Any], start: int | None = None) -> None:
    """Send that a participant left, with the fields of `send_joined` and an optional `leave_reason`."""
    if _has_subscriber(account, conference, "participant_left"):
        participant = {"id": "", "email": "", "leave_time": format_time(account.now()), **person}
        fields = {**serialize_brief(conference, start), "participant": participant}
        _send(account, conference, "participant_left", {"object": fields})


def _serialize_deleted(conference: Conference, occurrence: Occurrence | None) -> dict[str, Any]:
    """Return the payload for a deleted or recovered conference or occurrence."""
    fields = serialize_brief(conference)
    scope = {}
    if conference.recurrence is not None:
        fields["occurrences"] = [
            serialize_occurrence(each) for each in ([occurrence] if occurrence else conference.occurrences)
        ]
        scope = {"operation": "single" if occurrence else "all"}
    return {**scope, "object": fields}


def serialize_brief(conference: Conference, began: int | None = None) -> dict[str, Any]:
    """Return the fields that every event of a conference has. Without a fixed time, it starts when it was created."""
    start = conference.start if began is None else began
    return {
        "uuid": conference.uuid,
        "id": conference.id,
        "host_id": conference.host_id,
        "topic": conference.topic,
        "type": _TYPES.get(conference.type, conference.type),
        "start_time": conference.created_at if start is None else format_time(start),
        "duration": conference.duration,
        "timezone": conference.timezone,
    }


def _serialize_host(account: Account, conference: Conference) -> dict[str, Any]:
    host = account.store(Users).find(conference.host_id)
    return {"host_email": host.email if host else ""}


def _serialize_full(call: OperationCall, conference: Conference) -> ConferenceView:
    """Return the whole conference, with the settings that events always show."""
    view = serialize_full(call, conference, conference.occurrences)
    chosen = {"use_pmi": False, "alternative_hosts": ""}
    return {**view, "settings": {**chosen, **view["settings"]}}


def _has_subscriber(account: Account, conference: Conference, action: str) -> bool:
    return account.store(EventPublisher).has_subscriber(f"{conference.kind.name.lower()}.{action}")


def _send(account: Account, conference: Conference, action: str, payload: Mapping[str, Any]) -> None:
    account.store(EventPublisher).publish(f"{conference.kind.name.lower()}.{action}", payload)
