"""The events of meetings and webinars. https://developers.zoom.us/docs/api/meetings/events/"""

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
# An event has no type 10: such a meeting is announced as the scheduled meeting that it is.
_TYPES = {10: 2}
_NAMES = ("id", "uuid", "host_id")


def send_created(call: OperationCall, conference: Conference) -> None:
    """A meeting or webinar was made."""
    if _has_subscriber(call.account, conference, "created"):
        view = _serialize_full(call, conference)
        extent = {} if conference.recurrence is None else {"operation": "all"}
        _send(call.account, conference, "created", {**serialize_operator(call.account), **extent, "object": view})


def send_recovered(call: OperationCall, conference: Conference) -> None:
    """A deleted one was brought back."""
    if _has_subscriber(call.account, conference, "recovered"):
        _send(
            call.account,
            conference,
            "recovered",
            {**serialize_operator(call.account), **_serialize_deleted(conference, None)},
        )


def take_snapshot(call: OperationCall, conference: Conference) -> ConferenceView | None:
    """How it looks before a change, for `updated`; None where nobody would hear of it."""
    return _serialize_full(call, conference) if _has_subscriber(call.account, conference, "updated") else None


def send_updated(call: OperationCall, conference: Conference | None, before: ConferenceView | None) -> None:
    """It was changed: what differs from the snapshot, as it is and as it was. Without a difference, nothing."""
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
    """It was given to another host. No event is about that alone, so it is a change of `host_id`."""
    if _has_subscriber(account, conference, "updated"):
        payload = {
            **serialize_operator(account),
            "object": {name: getattr(conference, name) for name in _NAMES},
            "old_object": {"id": conference.id, "host_id": former_host_id},
            "time_stamp": int(account.clock() * 1000),
        }
        extent = {} if conference.recurrence is None else {"scope": "all"}
        _send(account, conference, "updated", {**payload, **extent})


def send_deleted(account: Account, conference: Conference, occurrence: Occurrence | None = None) -> None:
    """It was deleted, or one occurrence of it was."""
    if _has_subscriber(account, conference, "deleted"):
        _send(
            account,
            conference,
            "deleted",
            {**serialize_operator(account), **_serialize_deleted(conference, occurrence)},
        )


def send_started(account: Account, conference: Conference, start: int | None = None) -> None:
    """It began, then in epoch seconds; without, as planned."""
    if _has_subscriber(account, conference, "started"):
        _send(
            account,
            conference,
            "started",
            {"object": {**serialize_brief(conference, start), **_serialize_host(account, conference)}},
        )


def send_ended(account: Account, conference: Conference, start: int | None = None, end: int | None = None) -> None:
    """It is over: began and over then, in epoch seconds; without, it began as planned and is over now."""
    if _has_subscriber(account, conference, "ended"):
        about = {
            **serialize_brief(conference, start),
            **_serialize_host(account, conference),
            "end_time": format_time(account.now() if end is None else end),
        }
        _send(account, conference, "ended", {"object": about})


def send_joined(account: Account, conference: Conference, person: Mapping[str, Any], start: int | None = None) -> None:
    """A person came in: `user_id` (in this instance), `user_name`, `email`, and what else the schema has."""
    if _has_subscriber(account, conference, "participant_joined"):
        participant = {"id": "", "email": "", "join_time": format_time(account.now()), **person}
        about = {**serialize_brief(conference, start), "participant": participant}
        _send(account, conference, "participant_joined", {"object": about})


def send_left(account: Account, conference: Conference, person: Mapping[str, Any], start: int | None = None) -> None:
    """A person went out; as in `joined`, with an optional `leave_reason`."""
    if _has_subscriber(account, conference, "participant_left"):
        participant = {"id": "", "email": "", "leave_time": format_time(account.now()), **person}
        about = {**serialize_brief(conference, start), "participant": participant}
        _send(account, conference, "participant_left", {"object": about})


def _serialize_deleted(conference: Conference, occurrence: Occurrence | None) -> dict[str, Any]:
    """What is told of one that was deleted or brought back."""
    about = serialize_brief(conference)
    extent = {}
    if conference.recurrence is not None:
        about["occurrences"] = [
            serialize_occurrence(each) for each in ([occurrence] if occurrence else conference.occurrences)
        ]
        extent = {"operation": "single" if occurrence else "all"}
    return {**extent, "object": about}


def serialize_brief(conference: Conference, began: int | None = None) -> dict[str, Any]:
    """What every event of a meeting or webinar tells of it; one without a fixed time starts when it was made."""
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
    """The whole of it. Settings that an event tells come even where nobody chose them."""
    view = serialize_full(call, conference, conference.occurrences)
    chosen = {"use_pmi": False, "alternative_hosts": ""}
    return {**view, "settings": {**chosen, **view["settings"]}}


def _has_subscriber(account: Account, conference: Conference, what: str) -> bool:
    return account.store(EventPublisher).has_subscriber(f"{conference.kind.name.lower()}.{what}")


def _send(account: Account, conference: Conference, what: str, payload: Mapping[str, Any]) -> None:
    account.store(EventPublisher).publish(f"{conference.kind.name.lower()}.{what}", payload)
