"""Find objects that Zoom lists but for which no event arrived, and build the missing events.

A backfilled event has the name of the missing event and the listed item as its object: it has fewer fields than Zoom
would have sent, and `"backfilled": true` beside the payload. Its source is `backfill`. Its key depends on the object
only, so a second backfill adds nothing. If Zoom's own event arrives later, it has another key and is delivered too;
therefore a backfill should end two hours ago, when Zoom has stopped retrying.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from zoom_component.events.inbox.protocols import EventLog, EventQuery, IncomingEvent
from zoom_component.events.webhook import InvalidJson, parse_event
from zoom_component.json_output import to_json

__all__ = ["DELIVERY_WINDOW", "LISTED_EVENTS", "MissingEvent", "find_missing_events", "list_user_ids"]

DELIVERY_WINDOW = 2 * 3600.0  # seconds; Zoom retries a delivery for 85 minutes


class _Session(Protocol):
    def stream(self, key: str, inputs: Mapping[str, Any] | None = None) -> Iterator[Any]: ...


class ListedEvent(NamedTuple):
    """Describe how the object of an event is listed: the action, its time fields and its id field."""

    action: str
    time_fields: tuple[str, ...]
    id_field: str = "id"
    is_per_user: bool = True
    has_date_range: bool = False


LISTED_EVENTS: Mapping[str, ListedEvent] = {
    "meeting.created": ListedEvent("listMeetings", ("created_at",)),
    "webinar.created": ListedEvent("listWebinars", ("created_at",)),
    "recording.completed": ListedEvent("listUsersRecordings", ("start_time",), "uuid", has_date_range=True),
    "user.created": ListedEvent("listUsers", ("user_created_at", "created_at"), is_per_user=False),
}


class MissingEvent(NamedTuple):
    """Represent an object that Zoom lists and for which no event is stored."""

    name: str
    happened_at: float
    incoming_event: IncomingEvent


def find_missing_events(
    session: _Session, inbox: EventLog, name: str, user_ids: Iterable[str], since: float, until: float, now: float
) -> Iterator[MissingEvent]:
    """Yield an event for each listed object of which the inbox has none.

    The objects are those from `since` to `until` (epoch seconds). Raise what the list action raises.
    """
    listed = LISTED_EVENTS[name]
    seen = set[str]()
    for user in user_ids if listed.is_per_user else ("",):
        inputs = {"userId": user} if listed.is_per_user else {}
        if listed.has_date_range:
            inputs |= {"from": _format_day(since), "to": _format_day(until)}
        for item in session.stream(listed.action, inputs):
            at, object_key = _read_time(item, listed.time_fields), str(item.get(listed.id_field) or "")
            if at is None or not since <= at < until or object_key in seen or not _is_complete(item):
                continue
            seen.add(object_key)  # a recurring meeting is listed once for each occurrence
            if not _is_stored(inbox, name, item, listed.id_field):
                yield MissingEvent(name, at, _build_event(name, item, object_key, at, now))


def list_user_ids(session: _Session) -> Iterator[str]:
    """Yield the ids of all users of the account."""
    return (str(user["id"]) for user in session.stream("listUsers") if user.get("id"))


def _is_stored(inbox: EventLog, name: str, item: Mapping[str, Any], id_field: str) -> bool:
    """Return whether the inbox has an event about this object, from any source."""
    query = EventQuery(patterns=(name,), object_id=str(item.get("id") or item.get(id_field) or ""), limit=1000)
    for stored in inbox.find_events(query):
        try:
            value = parse_event(stored.event.body).object.get(id_field)
        except InvalidJson:
            continue
        if str(value) == str(item.get(id_field)):
            return True
    return False


def _build_event(name: str, item: Mapping[str, Any], object_key: str, at: float, now: float) -> IncomingEvent:
    payload = {"account_id": str(item.get("account_id") or ""), "object": item}
    body = {"event": name, "event_ts": int(at * 1000), "payload": payload, "backfilled": True}
    raw = to_json(body, ensure_ascii=False).encode("utf-8", "replace")
    key = hashlib.sha256(f"backfill\n{name}\n{object_key}".encode("utf-8", "replace")).hexdigest()[:40]
    event = parse_event(raw)
    return IncomingEvent(key, name, event.event_ts, event.account_id, event.object_id, raw, now, "backfill")


def _is_complete(item: Mapping[str, Any]) -> bool:
    """Return whether an item is complete: all files of a recording are processed."""
    files: Sequence[Any] = item.get("recording_files") or ()
    return all(each.get("status", "completed") == "completed" for each in files if isinstance(each, Mapping))


def _read_time(item: Any, names: Sequence[str]) -> float | None:
    for name in names if isinstance(item, Mapping) else ():
        try:
            time = datetime.fromisoformat(str(item.get(name) or ""))
            return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError):
            continue
    return None


def _format_day(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).date().isoformat()
