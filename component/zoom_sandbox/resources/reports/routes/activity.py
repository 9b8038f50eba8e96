"""Report on days, users, hosted meetings, and participants.

https://developers.zoom.us/docs/api/meetings/#tag/reports
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from zoom_sandbox.operations import OperationCall, Operations, Payload
from zoom_sandbox.paging import build_page, by_number
from zoom_sandbox.resources.conferences.kinds import MEETING, WEBINAR, ConferenceKind
from zoom_sandbox.resources.groups.state import get_group_ids
from zoom_sandbox.resources.past.state import PastInstance, PastInstances, newest_first
from zoom_sandbox.resources.reports.periods import find_instances, involves_user, parse_days, parse_month
from zoom_sandbox.resources.reports.serializers import (
    serialize_day,
    serialize_instance,
    serialize_participant,
    serialize_user,
    serialize_user_meeting,
    sum_minutes,
)
from zoom_sandbox.resources.users.state import Users

operations = Operations()


@operations.handles("GET", "/report/daily")
def get_daily_report(call: OperationCall) -> Payload:
    """Return the counts of each day of a month, by default the current one."""
    year, month = parse_month(call)
    instances, creation_times = call.account.store(PastInstances).instances, call.account.store(Users).creation_times()
    last = monthrange(year, month)[1]
    dates = [serialize_day(date(year, month, number), instances, creation_times) for number in range(1, last + 1)]
    return {"year": year, "month": month, "dates": dates}


@operations.handles("GET", "/report/users")
def list_user_reports(call: OperationCall) -> Payload:
    """Return a page of the active users (who hosted in the period) or the inactive ones, with their counts."""
    start, end = parse_days(call)
    instances = find_instances(call, start, end)
    hosts: dict[str, list[PastInstance]] = {}
    for instance in instances:
        hosts.setdefault(instance.host.id, []).append(instance)
    active = call.query.get("type", "active") == "active"
    group = call.query.get("group_id")
    matches = [
        user
        for user in call.account.store(Users).list_users("active", "")
        if (user.id in hosts) == active and (group is None or group in get_group_ids(user))
    ]
    hosted = [instance for user in matches for instance in hosts.get(user.id, ())]
    page = build_page(
        call, sorted(matches, key=by_number), by_number, lambda user: serialize_user(user, hosts.get(user.id, []))
    )
    totals = {
        "total_meetings": len(hosted),
        "total_participants": sum(len(instance.participants) for instance in hosted),
        "total_meeting_minutes": sum_minutes(hosted),
    }
    return {"from": start.isoformat(), "to": end.isoformat(), **totals, **page}


@operations.handles("GET", "/report/users/{userId}/meetings")
def list_user_meetings(call: OperationCall) -> Payload:
    """Return a page of the meetings that a user hosted (with others: `pastOne`) or joined (`pastJoined`)."""
    user = call.account.store(Users).get(call)
    start, end = parse_days(call)
    type_ = call.query["type"]
    instances = [each for each in find_instances(call, start, end) if involves_user(each, type_, user)]
    page = build_page(call, instances, newest_first, lambda instance: serialize_user_meeting(instance, user, type_))
    return {"from": start.isoformat(), "to": end.isoformat(), **page}


@operations.handles("GET", "/report/meetings/{meetingId}")
def get_meeting_report(call: OperationCall) -> Payload:
    """Return a past meeting."""
    return serialize_instance(call.account.store(PastInstances).get(call, MEETING))


@operations.handles("GET", "/report/meetings/{meetingId}/participants")
def list_meeting_participants(call: OperationCall) -> Payload:
    """Return a page of the participants of a meeting."""
    return _list_participants(call, MEETING)


@operations.handles("GET", "/report/webinars/{webinarId}")
def get_webinar_report(call: OperationCall) -> Payload:
    """Return a past webinar."""
    return serialize_instance(call.account.store(PastInstances).get(call, WEBINAR))


@operations.handles("GET", "/report/webinars/{webinarId}/participants")
def list_webinar_participants(call: OperationCall) -> Payload:
    """Return a page of the participants of a webinar."""
    return _list_participants(call, WEBINAR)


def _list_participants(call: OperationCall, kind: ConferenceKind) -> Payload:
    people = call.account.store(PastInstances).get(call, kind).participants
    return build_page(call, people, by_number, lambda person: serialize_participant(person, call))
