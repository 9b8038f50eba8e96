"""What can be done with a meeting and a webinar alike: the bodies of their operations."""

from __future__ import annotations

from datetime import date
from typing import Any

from zoom_sandbox.pages import by_number, page
from zoom_sandbox.plays import Call
from zoom_sandbox.resources.gatherings import announced, edit, faults, shown
from zoom_sandbox.resources.gatherings.record import DELETED, Gathering, Occurrence
from zoom_sandbox.resources.gatherings.state import Gatherings
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.times import day_ends, midnight


def create(call: Call, store: Gatherings, host: User) -> dict[str, Any]:
    """Make a gathering; the answer has all its occurrences."""
    gathering = edit.create(call, store, host)
    announced.created(call, gathering)
    return shown.full(call, gathering, gathering.occurrences)


def get(call: Call, store: Gatherings) -> dict[str, Any]:
    """A gathering with its coming occurrences, with all of them, or as it is at one."""
    gathering = store.get(call)
    if call.query.get("occurrence_id"):
        return shown.one_occurrence(call, gathering, _occurrence(call, gathering))
    every = call.query.get("show_previous_occurrences")
    wanted = gathering.occurrences if every else gathering.coming(call.world.now())
    return shown.full(call, gathering, wanted)


def update(call: Call, store: Gatherings) -> None:
    """Change a gathering or one occurrence of it."""
    gathering = store.get(call)
    before = announced.snapshot(call, gathering)
    if call.query.get("occurrence_id"):
        occurrence = _occurrence(call, gathering)
        edit.update_occurrence(store.kind, call.body, occurrence, gathering.timezone)
    else:
        edit.update(call, store, gathering)
    announced.updated(call, store.find(gathering.uuid), before)


def delete(call: Call, store: Gatherings) -> None:
    """Delete a gathering or one occurrence of it."""
    gathering = store.get(call)
    if call.query.get("occurrence_id"):
        occurrence = _occurrence(call, gathering)
        occurrence.status = DELETED
        announced.deleted(call.world, gathering, occurrence)
    else:
        store.remove(gathering)
        announced.deleted(call.world, gathering)


def end(call: Call, gathering: Gathering) -> None:
    """End a gathering that is under way; one that is not stays as it is."""
    if gathering.status == "started":
        gathering.status, gathering.ended = "waiting", True
        announced.ended(call.world, gathering)


def listing(call: Call, store: Gatherings) -> dict[str, Any]:
    """A host's gatherings of a sort, by pages."""
    host = call.world.part(Users).get(call)
    now, wanted = call.world.now(), call.query.get("type", "scheduled")
    begin, close = window(call)
    found = [each for each in store.of_host(host) if _is(each, wanted, now) and _within(each, begin, close)]
    return page(call, found, by_number, shown.row)


def window(call: Call) -> tuple[int | None, int | None]:
    """The instants that the days `from` and `to` of a query mean; None where one is not given."""
    begin, close = call.query.get("from"), call.query.get("to")
    return (
        midnight(date.fromisoformat(begin)) if begin else None,
        day_ends(date.fromisoformat(close)) if close else None,
    )


def _occurrence(call: Call, gathering: Gathering) -> Occurrence:
    key = call.query["occurrence_id"]
    found = gathering.occurrence(key)
    if found is None or found.status == DELETED:
        raise faults.no_occurrence(call, key)
    return found


def _is(gathering: Gathering, wanted: str, now: int) -> bool:
    """Whether a gathering is of the sort that a list asks for.

    https://developers.zoom.us/docs/api/meetings/#tag/meetings/get/users/{userId}/meetings (type)
    """
    if wanted == "live":
        return gathering.status == "started"
    over = gathering.ended or _over(gathering, now)
    if wanted == "previous_meetings":
        return over
    if gathering.type == gathering.kind.instant or gathering.ended:
        return gathering.status == "started" and wanted != "scheduled"
    return wanted == "scheduled" or not over


def _over(gathering: Gathering, now: int) -> bool:
    if gathering.recurrence is not None:
        return not gathering.coming(now)
    return gathering.start is not None and gathering.start + gathering.duration * 60 <= now


def _within(gathering: Gathering, begin: int | None, close: int | None) -> bool:
    if begin is None and close is None:
        return True
    starts: list[int | None] = [each.start for each in gathering.occurrences]
    return any(
        start is not None and start >= (begin or 0) and (close is None or start <= close)
        for start in starts or [gathering.start]
    )
