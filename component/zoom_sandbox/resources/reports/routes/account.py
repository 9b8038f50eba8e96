"""Reports of the whole account: what is stored, what is to come, what took place.

https://developers.zoom.us/docs/api/meetings/#tag/reports
"""

from __future__ import annotations

from datetime import date, timedelta

from zoom_sandbox.pages import page
from zoom_sandbox.plays import Call, Payload, plays
from zoom_sandbox.resources.groups.state import Groups, groups_of
from zoom_sandbox.resources.past.state import Instance, newest
from zoom_sandbox.resources.recordings.state import Recordings
from zoom_sandbox.resources.reports import faults
from zoom_sandbox.resources.reports.coming import Coming, coming
from zoom_sandbox.resources.reports.held import held, span
from zoom_sandbox.resources.reports.shown import of_history, storage
from zoom_sandbox.resources.users.state import User
from zoom_sandbox.times import day_ends, is_day, midnight, stamp


@plays("GET", "/report/cloud_recording")
def cloud_recording(call: Call) -> Payload:
    """How much room the recordings took on each of some days; those deleted since are not counted."""
    begin, close = span(call)
    now, group = call.world.now(), call.query.get("group_id")
    recordings = [each for each in call.world.part(Recordings).by_uuid.values() if _in_group(each.host, group)]
    rows = []
    for number in range((close - begin).days + 1):
        day = begin + timedelta(days=number)
        there = [each for each in recordings if each.instance.end <= day_ends(day)]
        size = sum(file.size for each in there for file in (*each.kept, *each.trashed(now)))
        rows.append({"date": day.isoformat(), "free_usage": "Unlimited", "plan_usage": "0", "usage": storage(size)})
    return {"from": begin.isoformat(), "to": close.isoformat(), "cloud_recording_storage": rows}


@plays("GET", "/report/upcoming_events")
def upcoming_events(call: Call) -> Payload:
    """The meetings and webinars to come on some days, each occurrence for itself, in their order."""
    begin, close = span(call)
    now, group, wanted = call.world.now(), call.query.get("group_id"), call.query["type"]
    found = [
        each
        for each in coming(call.world, max(midnight(begin), now), day_ends(close))
        if wanted in ("all", each.gathering.kind.word.lower()) and _in_group(each.host, group)
    ]
    answer = page(call, found, _place, _event)
    return {"from": begin.isoformat(), "to": close.isoformat(), **answer}


@plays("GET", "/report/history_meetings")
def history(call: Call) -> Payload:
    """The meetings and webinars that took place on some days, the newest first."""
    query = call.query
    begin, close = _day("from", query["from"]), _day("to", query["to"])
    wanted, group, needle = query.get("meeting_type", "all"), query.get("group_id"), query.get("search_key", "").lower()
    found = [
        each
        for each in held(call, begin, close, by_end=query.get("date_type") == "end_time")
        if wanted in ("all", each.kind.word.lower())
        and _in_group(each.host, group)
        and needle in f"{each.topic} {each.id} {each.host.display_name} {each.host.email}".lower()
    ]
    return page(call, found, newest, lambda each: of_history(each, _groups(call, each)))


def _groups(call: Call, instance: Instance) -> list[str]:
    groups = call.world.part(Groups).by_id
    return [groups[key].name for key in groups_of(instance.host) if key in groups]


def _in_group(user: User, group: str | None) -> bool:
    return group is None or group in groups_of(user)


def _event(each: Coming) -> Payload:
    return {
        "id": each.gathering.uuid,
        "topic": each.gathering.topic,
        "host_id": each.host.id,
        "host_name": each.host.display_name,
        "dept": (each.host.more or {}).get("dept", ""),
        "start_time": stamp(each.start),
    }


def _place(each: Coming) -> tuple[int, str, int]:
    return (each.start, each.gathering.kind.word, each.gathering.number)


def _day(name: str, text: str) -> date:
    if not is_day(text):
        raise faults.no_day(name)
    return date.fromisoformat(text)
