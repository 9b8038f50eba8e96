"""The events of meetings and webinars. https://developers.zoom.us/docs/api/meetings/events/"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zoom_sandbox.announce import Announcer
from zoom_sandbox.plays import Call
from zoom_sandbox.resources.gatherings.record import Gathering, Occurrence
from zoom_sandbox.resources.gatherings.shown import full, occurrence_row
from zoom_sandbox.resources.users.announced import operator
from zoom_sandbox.resources.users.state import Users
from zoom_sandbox.times import stamp
from zoom_sandbox.world import World

View = dict[str, Any]
# An event has no type 10: such a meeting is announced as the scheduled meeting that it is.
_TYPES = {10: 2}
_NAMES = ("id", "uuid", "host_id")


def created(call: Call, gathering: Gathering) -> None:
    """A meeting or webinar was made."""
    if _hears(call.world, gathering, "created"):
        view = _view(call, gathering)
        extent = {} if gathering.recurrence is None else {"operation": "all"}
        _tell(call.world, gathering, "created", {**operator(call.world), **extent, "object": view})


def recovered(call: Call, gathering: Gathering) -> None:
    """A deleted one was brought back."""
    if _hears(call.world, gathering, "recovered"):
        _tell(call.world, gathering, "recovered", {**operator(call.world), **_gone(gathering, None)})


def snapshot(call: Call, gathering: Gathering) -> View | None:
    """How it looks before a change, for `updated`; None where nobody would hear of it."""
    return _view(call, gathering) if _hears(call.world, gathering, "updated") else None


def updated(call: Call, gathering: Gathering | None, before: View | None) -> None:
    """It was changed: what differs from the snapshot, as it is and as it was. Without a difference, nothing."""
    if gathering is None or before is None:
        return
    after = _view(call, gathering)
    names = [name for name in after if after[name] != before.get(name)]
    if not names:
        return
    new, old = {name: after[name] for name in names}, {name: before[name] for name in names if name in before}
    if "settings" in new:
        settings = [name for name, value in after["settings"].items() if value != before["settings"].get(name)]
        new["settings"] = {name: after["settings"][name] for name in settings}
        old["settings"] = {name: value for name, value in before["settings"].items() if name in settings}
    payload: dict[str, Any] = {
        **operator(call.world),
        "object": {**{name: after[name] for name in _NAMES}, **new},
        "old_object": {"id": after["id"], **old},
        "time_stamp": int(call.world.clock() * 1000),
    }
    if gathering.recurrence is not None:
        payload["scope"] = "single" if call.query.get("occurrence_id") else "all"
    _tell(call.world, gathering, "updated", payload)


def moved(world: World, gathering: Gathering, former: str) -> None:
    """It was given to another host. No event is about that alone, so it is a change of `host_id`."""
    if _hears(world, gathering, "updated"):
        payload = {
            **operator(world),
            "object": {name: getattr(gathering, name) for name in _NAMES},
            "old_object": {"id": gathering.id, "host_id": former},
            "time_stamp": int(world.clock() * 1000),
        }
        extent = {} if gathering.recurrence is None else {"scope": "all"}
        _tell(world, gathering, "updated", {**payload, **extent})


def deleted(world: World, gathering: Gathering, occurrence: Occurrence | None = None) -> None:
    """It was deleted, or one occurrence of it was."""
    if _hears(world, gathering, "deleted"):
        _tell(world, gathering, "deleted", {**operator(world), **_gone(gathering, occurrence)})


def started(world: World, gathering: Gathering, began: int | None = None) -> None:
    """It began, then in epoch seconds; without, as planned."""
    if _hears(world, gathering, "started"):
        _tell(world, gathering, "started", {"object": {**brief(gathering, began), **_host(world, gathering)}})


def ended(world: World, gathering: Gathering, began: int | None = None, over: int | None = None) -> None:
    """It is over: began and over then, in epoch seconds; without, it began as planned and is over now."""
    if _hears(world, gathering, "ended"):
        about = {
            **brief(gathering, began),
            **_host(world, gathering),
            "end_time": stamp(world.now() if over is None else over),
        }
        _tell(world, gathering, "ended", {"object": about})


def joined(world: World, gathering: Gathering, person: Mapping[str, Any], began: int | None = None) -> None:
    """A person came in: `user_id` (in this instance), `user_name`, `email`, and what else the schema has."""
    if _hears(world, gathering, "participant_joined"):
        participant = {"id": "", "email": "", "join_time": stamp(world.now()), **person}
        about = {**brief(gathering, began), "participant": participant}
        _tell(world, gathering, "participant_joined", {"object": about})


def left(world: World, gathering: Gathering, person: Mapping[str, Any], began: int | None = None) -> None:
    """A person went out; as in `joined`, with an optional `leave_reason`."""
    if _hears(world, gathering, "participant_left"):
        participant = {"id": "", "email": "", "leave_time": stamp(world.now()), **person}
        about = {**brief(gathering, began), "participant": participant}
        _tell(world, gathering, "participant_left", {"object": about})


def _gone(gathering: Gathering, occurrence: Occurrence | None) -> dict[str, Any]:
    """What is told of one that was deleted or brought back."""
    about = brief(gathering)
    extent = {}
    if gathering.recurrence is not None:
        about["occurrences"] = [
            occurrence_row(each) for each in ([occurrence] if occurrence else gathering.occurrences)
        ]
        extent = {"operation": "single" if occurrence else "all"}
    return {**extent, "object": about}


def brief(gathering: Gathering, began: int | None = None) -> dict[str, Any]:
    """What every event of a meeting or webinar tells of it; one without a fixed time starts when it was made."""
    start = gathering.start if began is None else began
    return {
        "uuid": gathering.uuid,
        "id": gathering.id,
        "host_id": gathering.host_id,
        "topic": gathering.topic,
        "type": _TYPES.get(gathering.type, gathering.type),
        "start_time": gathering.created if start is None else stamp(start),
        "duration": gathering.duration,
        "timezone": gathering.timezone,
    }


def _host(world: World, gathering: Gathering) -> dict[str, Any]:
    host = world.part(Users).find(gathering.host_id)
    return {"host_email": host.email if host else ""}


def _view(call: Call, gathering: Gathering) -> View:
    """The whole of it. Settings that an event tells come even where nobody chose them."""
    view = full(call, gathering, gathering.occurrences)
    chosen = {"use_pmi": False, "alternative_hosts": ""}
    return {**view, "settings": {**chosen, **view["settings"]}}


def _hears(world: World, gathering: Gathering, what: str) -> bool:
    return world.part(Announcer).hears(f"{gathering.kind.word.lower()}.{what}")


def _tell(world: World, gathering: Gathering, what: str, payload: Mapping[str, Any]) -> None:
    world.part(Announcer).tell(f"{gathering.kind.word.lower()}.{what}", payload)
