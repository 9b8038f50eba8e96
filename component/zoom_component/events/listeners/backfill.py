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

from zoom_component.events.inbox.store import Arrival, Question, Store
from zoom_component.events.webhook import NotJson, read_event

__all__ = ["KINDS", "SETTLED", "Gap", "gaps", "user_ids"]

SETTLED = 2 * 3600.0  # Zoom tries for 85 minutes


class _Session(Protocol):
    def stream(self, key: str, inputs: Mapping[str, Any] | None = None) -> Iterator[Any]: ...


class Kind(NamedTuple):
    """How an event shows in a list: the action, when it happened, what tells one from another."""

    action: str
    at: tuple[str, ...]
    same: str = "id"
    each_user: bool = True
    dated: bool = False


KINDS: Mapping[str, Kind] = {
    "meeting.created": Kind("listMeetings", ("created_at",)),
    "webinar.created": Kind("listWebinars", ("created_at",)),
    "recording.completed": Kind("listUsersRecordings", ("start_time",), "uuid", dated=True),
    "user.created": Kind("listUsers", ("user_created_at", "created_at"), each_user=False),
}


class Gap(NamedTuple):
    """Something that Zoom lists and of which no event told."""

    event: str
    at: float
    arrival: Arrival


def gaps(
    session: _Session, store: Store, event: str, users: Iterable[str], since: float, until: float, now: float
) -> Iterator[Gap]:
    """What happened from `since` to `until` and is not in the inbox. Raises what a list raises."""
    kind = KINDS[event]
    seen = set[str]()
    for user in users if kind.each_user else ("",):
        inputs = {"userId": user} if kind.each_user else {}
        if kind.dated:
            inputs |= {"from": _day(since), "to": _day(until)}
        for item in session.stream(kind.action, inputs):
            at, same = _moment(item, kind.at), str(item.get(kind.same) or "")
            if at is None or not since <= at < until or same in seen or not _complete(item):
                continue
            seen.add(same)  # a meeting that repeats is listed with each occurrence
            if not _told(store, event, item, kind.same):
                yield Gap(event, at, _arrival(event, item, same, at, now))


def user_ids(session: _Session) -> Iterator[str]:
    """Everybody of the account."""
    return (str(user["id"]) for user in session.stream("listUsers") if user.get("id"))


def _told(store: Store, event: str, item: Mapping[str, Any], same: str) -> bool:
    """Whether an event about the very thing is there, by whatever way it came."""
    asked = Question(events=(event,), object_id=str(item.get("id") or item.get(same) or ""), most=1000)
    for kept in store.find(asked):
        try:
            found = read_event(kept.arrival.body).object.get(same)
        except NotJson:
            continue
        if str(found) == str(item.get(same)):
            return True
    return False


def _arrival(event: str, item: Mapping[str, Any], same: str, at: float, now: float) -> Arrival:
    payload = {"account_id": str(item.get("account_id") or ""), "object": item}
    body = {"event": event, "event_ts": int(at * 1000), "payload": payload, "backfilled": True}
    raw = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    key = hashlib.sha256(f"backfill\n{event}\n{same}".encode("utf-8", "replace")).hexdigest()[:40]
    found = read_event(raw)
    return Arrival(key, event, found.event_ts, found.account_id, found.object_id, raw, now, "backfill")


def _complete(item: Mapping[str, Any]) -> bool:
    """A recording counts once all of its files are there."""
    files: Sequence[Any] = item.get("recording_files") or ()
    return all(each.get("status", "completed") == "completed" for each in files if isinstance(each, Mapping))


def _moment(item: Any, names: Sequence[str]) -> float | None:
    for name in names if isinstance(item, Mapping) else ():
        try:
            read = datetime.fromisoformat(str(item.get(name) or ""))
            return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
        except (ValueError, OverflowError):
            continue
    return None


def _day(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).date().isoformat()
