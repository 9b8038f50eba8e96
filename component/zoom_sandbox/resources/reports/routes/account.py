"""Report on the whole account: storage, upcoming events and history.

https://developers.zoom.us/docs/api/meetings/#tag/reports
"""

from __future__ import annotations

from datetime import date, timedelta

from zoom_sandbox.errors import api_error
from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.paging import build_page
from zoom_sandbox.resources.groups.state import Groups, get_group_ids
from zoom_sandbox.resources.past.state import PastInstance, newest_first
from zoom_sandbox.resources.recordings.state import CloudRecordings
from zoom_sandbox.resources.reports.periods import find_instances, parse_days
from zoom_sandbox.resources.reports.schedule import UpcomingEvent, find_upcoming_events
from zoom_sandbox.resources.reports.serializers import format_size, serialize_history
from zoom_sandbox.resources.users.state import User
from zoom_sandbox.times import end_of_day, format_time, is_day, start_of_day

operations = Operations()


@operations.handles("GET", "/report/cloud_recording")
def get_storage_report(call: OperationCall) -> Payload:
    """Return the size of the recordings on each day. Recordings that were deleted since are not counted."""
    start, end = parse_days(call)
    now, group = call.account.now(), call.query.get("group_id")
    recordings = [
        each for each in call.account.store(CloudRecordings).by_uuid.values() if _is_in_group(each.host, group)
    ]
    rows = []
    for number in range((end - start).days + 1):
        day = start + timedelta(days=number)
        there = [each for each in recordings if each.instance.end <= end_of_day(day)]
        size = sum(file.size for each in there for file in (*each.available_files, *each.trashed_files(now)))
        rows.append({"date": day.isoformat(), "free_usage": "Unlimited", "plan_usage": "0", "usage": format_size(size)})
    return {"from": start.isoformat(), "to": end.isoformat(), "cloud_recording_storage": rows}


@operations.handles("GET", "/report/upcoming_events")
def list_upcoming_events(call: OperationCall) -> Payload:
    """Return a page of the upcoming meetings and webinars, each occurrence as a row, in order of time."""
    start, end = parse_days(call)
    now, group, type_ = call.account.now(), call.query.get("group_id"), call.query["type"]
    events = [
        each
        for each in find_upcoming_events(call.account, max(start_of_day(start), now), end_of_day(end))
        if type_ in ("all", each.conference.kind.name.lower()) and _is_in_group(each.host, group)
    ]
    page = build_page(call, events, _event_order, _serialize_event)
    return {"from": start.isoformat(), "to": end.isoformat(), **page}


@operations.handles("GET", "/report/history_meetings")
def list_history(call: OperationCall) -> Payload:
    """Return a page of the past meetings and webinars of some days, the newest first."""
    query = call.query
    start, end = _parse_day("from", query["from"]), _parse_day("to", query["to"])
    type_, group, search_term = (
        query.get("meeting_type", "all"),
        query.get("group_id"),
        query.get("search_key", "").lower(),
    )
    instances = [
        each
        for each in find_instances(call, start, end, by_end=query.get("date_type") == "end_time")
        if type_ in ("all", each.kind.name.lower())
        and _is_in_group(each.host, group)
        and search_term in f"{each.topic} {each.id} {each.host.display_name} {each.host.email}".lower()
    ]
    return build_page(call, instances, newest_first, lambda each: serialize_history(each, _group_names(call, each)))


def _group_names(call: OperationCall, instance: PastInstance) -> list[str]:
    groups = call.account.store(Groups).by_id
    return [groups[key].name for key in get_group_ids(instance.host) if key in groups]


def _is_in_group(user: User, group: str | None) -> bool:
    return group is None or group in get_group_ids(user)


def _serialize_event(each: UpcomingEvent) -> Payload:
    return {
        "id": each.conference.uuid,
        "topic": each.conference.topic,
        "host_id": each.host.id,
        "host_name": each.host.display_name,
        "dept": (each.host.extra_fields or {}).get("dept", ""),
        "start_time": format_time(each.start),
    }


def _event_order(each: UpcomingEvent) -> tuple[int, str, int]:
    return (each.start, each.conference.kind.name, each.conference.number)


def _parse_day(name: str, text: str) -> date:
    if not is_day(text):
        raise api_error("reports.dayInvalid", name=name)
    return date.fromisoformat(text)
