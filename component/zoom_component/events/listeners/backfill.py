"""Gaps: what Zoom lists although no event told of it, as events that are put in afterwards.

Such an event has the name of the one that never came, and the listed item in place of its object: fewer fields than
Zoom would have sent, and `"backfilled": true` beside the payload. Its source is `backfill`, and its key goes by the
object, so that a second back-fill adds nothing. Zoom's own event, should it come all the same, has another key and is
handed out, too: so a span ends two hours ago, when Zoom has given up trying.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from zoom_component.events.inbox.protocols import EventQuery, Inbox, IncomingEvent
from zoom_component.events.webhook import InvalidJson, parse_event

__all__ = ["DELIVERY_WINDOW", "LISTED_EVENTS", "MissingEvent", "find_missing_events", "list_user_ids"]

DELIVERY_WINDOW = 2 * 3600.0  # Zoom tries for 85 minutes


class _Session(Protocol):
    def stream(self, key: str, inputs: Mapping[str, Any] | None = None) -> Iterator[Any]: ...


class ListedEvent(NamedTuple):
    """How an event shows in a list: the action, when it happened, what tells one from another."""

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
    """Something that Zoom lists and of which no event told."""

    name: str
    happened_at: float
    incoming_event: IncomingEvent


def find_missing_events(
    session: _Session, inbox: Inbox, name: str, user_ids: Iterable[str], since: float, until: float, now: float
) -> Iterator[MissingEvent]:
    """What happened from `since` to `until` and is not in the inbox. Raises what a list raises."""
    kind = LISTED_EVENTS[name]
    seen = set[str]()
    for user in user_ids if kind.is_per_user else ("",):
        inputs = {"userId": user} if kind.is_per_user else {}
        if kind.has_date_range:
            inputs |= {"from": _format_day(since), "to": _format_day(until)}
        for item in session.stream(kind.action, inputs):
            at, same = _read_time(item, kind.time_fields), str(item.get(kind.id_field) or "")
            if at is None or not since <= at < until or same in seen or not _is_complete(item):
                continue
            seen.add(same)  # a meeting that repeats is listed with each occurrence
            if not _is_stored(inbox, name, item, kind.id_field):
                yield MissingEvent(name, at, _build_event(name, item, same, at, now))


def list_user_ids(session: _Session) -> Iterator[str]:
    """Everybody of the account."""
    return (str(user["id"]) for user in session.stream("listUsers") if user.get("id"))


def _is_stored(store: Inbox, event: str, item: Mapping[str, Any], same: str) -> bool:
    """Whether an event about the very thing is there, by whatever way it came."""
    asked = EventQuery(patterns=(event,), object_id=str(item.get("id") or item.get(same) or ""), limit=1000)
    for kept in store.find_events(asked):
        try:
            found = parse_event(kept.event.body).object.get(same)
        except InvalidJson:
            continue
        if str(found) == str(item.get(same)):
            return True
    return False


def _build_event(event: str, item: Mapping[str, Any], same: str, at: float, now: float) -> IncomingEvent:
    payload = {"account_id": str(item.get("account_id") or ""), "object": item}
    body = {"event": event, "event_ts": int(at * 1000), "payload": payload, "backfilled": True}
    raw = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    key = hashlib.sha256(f"backfill\n{event}\n{same}".encode("utf-8", "replace")).hexdigest()[:40]
    found = parse_event(raw)
    return IncomingEvent(key, event, found.event_ts, found.account_id, found.object_id, raw, now, "backfill")


def _is_complete(item: Mapping[str, Any]) -> bool:
    """A recording counts once all of its files are there."""
    files: Sequence[Any] = item.get("recording_files") or ()
    return all(each.get("status", "completed") == "completed" for each in files if isinstance(each, Mapping))


def _read_time(item: Any, names: Sequence[str]) -> float | None:
    for name in names if isinstance(item, Mapping) else ():
        try:
            read = datetime.fromisoformat(str(item.get(name) or ""))
            return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError):
            continue
    return None


def _format_day(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).date().isoformat()
