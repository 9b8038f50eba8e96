"""Handle the operations that meetings and webinars have in common."""

from __future__ import annotations

from datetime import date
from typing import Any

from zoom_sandbox.operations import OperationCall
from zoom_sandbox.paging import build_page, by_number
from zoom_sandbox.resources.conferences import edit, events, serializers
from zoom_sandbox.resources.conferences.models import DELETED, Conference, Occurrence
from zoom_sandbox.resources.conferences.state import ConferenceStore
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.times import end_of_day, start_of_day


def create_conference(call: OperationCall, store: ConferenceStore, host: User) -> dict[str, Any]:
    """Create a conference and return it with all its occurrences."""
    conference = edit.build_conference(call, store, host)
    events.send_created(call, conference)
    return serializers.serialize_full(call, conference, conference.occurrences)


def get_conference(call: OperationCall, store: ConferenceStore) -> dict[str, Any]:
    """Return a conference with its upcoming occurrences, with all of them, or as it is at one."""
    conference = store.get(call)
    if call.query.get("occurrence_id"):
        return serializers.serialize_at_occurrence(call, conference, _get_occurrence(call, conference))
    show_all = call.query.get("show_previous_occurrences")
    occurrences = conference.occurrences if show_all else conference.upcoming_occurrences(call.account.now())
    return serializers.serialize_full(call, conference, occurrences)


def update_conference(call: OperationCall, store: ConferenceStore) -> None:
    """Change a conference or one occurrence of it."""
    conference = store.get(call)
    before = events.take_snapshot(call, conference)
    if call.query.get("occurrence_id"):
        occurrence = _get_occurrence(call, conference)
        edit.apply_occurrence_update(call, conference, occurrence)
    else:
        edit.apply_update(call, store, conference)
    events.send_updated(call, store.find(conference.uuid), before)


def delete_conference(call: OperationCall, store: ConferenceStore) -> None:
    """Delete a conference or one occurrence of it."""
    conference = store.get(call)
    if call.query.get("occurrence_id"):
        occurrence = _get_occurrence(call, conference)
        occurrence.status = DELETED
        events.send_deleted(call.account, conference, occurrence)
    else:
        store.remove(conference)
        events.send_deleted(call.account, conference)


def end_conference(call: OperationCall, conference: Conference) -> None:
    """End a conference that is in progress; do nothing to any other."""
    if conference.status == "started":
        conference.status, conference.has_ended = "waiting", True
        events.send_ended(call.account, conference)


def list_conferences(call: OperationCall, store: ConferenceStore) -> dict[str, Any]:
    """Return a page of a host's conferences of the type in the query."""
    host = call.account.store(Users).get(call)
    now, type_ = call.account.now(), call.query.get("type", "scheduled")
    start, end = _parse_window(call)
    conferences = [
        each for each in store.of_host(host) if _matches_type(each, type_, now) and _starts_within(each, start, end)
    ]
    return build_page(call, conferences, by_number, serializers.serialize_row)


def _parse_window(call: OperationCall) -> tuple[int | None, int | None]:
    """Return the epoch seconds of `from` and `to` in a query; None for one that is absent."""
    start, end = call.query.get("from"), call.query.get("to")
    return (
        start_of_day(date.fromisoformat(start)) if start else None,
        end_of_day(date.fromisoformat(end)) if end else None,
    )


def _get_occurrence(call: OperationCall, conference: Conference) -> Occurrence:
    key = call.query["occurrence_id"]
    occurrence = conference.find_occurrence(key)
    if occurrence is None or occurrence.status == DELETED:
        raise call.error("conferences.occurrenceNotFound", occurrence_id=key)
    return occurrence


def _matches_type(conference: Conference, type_: str, now: int) -> bool:
    """Return whether a conference belongs into a list of a type.

    https://developers.zoom.us/docs/api/meetings/#tag/meetings/get/users/{userId}/meetings (type)
    """
    if type_ == "live":
        return conference.status == "started"
    over = conference.has_ended or _is_over(conference, now)
    if type_ == "previous_meetings":
        return over
    if conference.type == conference.kind.instant or conference.has_ended:
        return conference.status == "started" and type_ != "scheduled"
    return type_ == "scheduled" or not over


def _is_over(conference: Conference, now: int) -> bool:
    if conference.recurrence is not None:
        return not conference.upcoming_occurrences(now)
    return conference.start is not None and conference.start + conference.duration * 60 <= now


def _starts_within(conference: Conference, earliest: int | None, latest: int | None) -> bool:
    if earliest is None and latest is None:
        return True
    starts: list[int | None] = [each.start for each in conference.occurrences]
    return any(
        start is not None and start >= (earliest or 0) and (latest is None or start <= latest)
        for start in starts or [conference.start]
    )
