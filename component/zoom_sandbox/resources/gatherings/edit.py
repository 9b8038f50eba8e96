"""Making and changing a gathering from a request's body. A change touches what is given and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from zoom_sandbox.plays import Call
from zoom_sandbox.resources.gatherings import faults, recurrence
from zoom_sandbox.resources.gatherings.kinds import PERSONAL, Kind
from zoom_sandbox.resources.gatherings.record import Gathering, Occurrence
from zoom_sandbox.resources.gatherings.state import Gatherings
from zoom_sandbox.resources.templates.state import Templates
from zoom_sandbox.resources.users import faults as user_faults
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.seed import read
from zoom_sandbox.shapes import answer_schema, fitting
from zoom_sandbox.times import instant, known_zone, stamp

_PASSCODE = re.compile(r"[A-Za-z0-9@_*!-]{0,10}")
_PLAIN = ("topic", "agenda", "password", "duration")
_MORE = (
    "template_id",
    "pre_schedule",
    "is_simulive",
    "record_file_id",
    "transition_to_live",
    "simulive_delay_start",
)
_TIMING = ("start_time", "timezone", "type", "recurrence")


def create(call: Call, store: Gatherings, host: User) -> Gathering:
    """A new gathering of a host, from the call's body."""
    kind, ids = store.kind, call.world.ids
    body = _from_template(call)
    _check(body)
    host = scheduled_for(call, host)
    zone = body.get("timezone") or host.timezone
    now = call.world.now()
    gathering = Gathering(
        kind=kind,
        number=store.next_number(),
        id=store.free_id(),
        uuid=ids.uuid(),
        host_id=host.id,
        topic=body.get("topic", f"Zoom {kind.word}"),
        type=body.get("type", kind.default_type),
        start=_start(kind, body, zone, now),
        duration=body.get("duration", 60),
        timezone=zone,
        created=stamp(now),
        password=_password(call),
        settings={**read(kind.settings), **_settings(kind, body)},
        agenda=body.get("agenda", ""),
        more=_more(kind, body),
    )
    if gathering.settings.get("use_pmi"):
        gathering.more["pmi"] = str(host.pmi)
    gathering.recurrence = _recurrence(kind, body)
    _time(gathering, now)
    return store.put(gathering)


def _from_template(call: Call) -> dict[str, Any]:
    """The body with what its template says where it is silent itself."""
    template = call.world.part(Templates).by_id.get(call.body.get("template_id", ""))
    if template is None:
        return call.body
    said: dict[str, Any] = {"topic": template.topic, "agenda": template.agenda, "duration": template.duration}
    if template.recurrence is not None:
        said |= {"recurrence": template.recurrence, "type": template.kind.recurring}
    settings = {**template.settings, **call.body.get("settings", {})}
    return {**said, **call.body, "settings": settings}


def update(call: Call, store: Gatherings, gathering: Gathering) -> None:
    """Change a gathering by the call's body. `settings` is merged, `recurrence` is replaced as a whole.

    Nothing is kept of a change that is refused.
    """
    body, kind = call.body, store.kind
    _check(body)
    host = scheduled_for(call, None)
    zone = body.get("timezone", gathering.timezone)
    changed = replace(
        gathering,
        **{name: body[name] for name in _PLAIN if name in body},
        settings={**gathering.settings, **_settings(kind, body)},
        more={**gathering.more, **_more(kind, body)},
        recurrence=_recurrence(kind, body) or gathering.recurrence,
        timezone=zone,
        type=gathering.type if gathering.type == PERSONAL else body.get("type", gathering.type),
        start=instant(body["start_time"], zone) if "start_time" in body else gathering.start,
    )
    if changed.type == PERSONAL:
        changed.start = changed.recurrence = None
    elif any(name in body for name in _TIMING):
        _time(changed, call.world.now())
    elif "duration" in body:
        changed.occurrences = [
            each if each.edited else replace(each, duration=changed.duration) for each in changed.occurrences
        ]
    store.put(changed)
    if host is not None and changed.type != PERSONAL:
        store.move(changed, host)


def update_occurrence(kind: Kind, body: dict[str, Any], occurrence: Occurrence, zone: str) -> None:
    """Change one occurrence: its start, duration, agenda and settings."""
    _check(body)
    if "start_time" in body:
        occurrence.start = instant(body["start_time"], body.get("timezone", zone))
    occurrence.duration = body.get("duration", occurrence.duration)
    occurrence.agenda = body.get("agenda", occurrence.agenda)
    occurrence.settings = {**occurrence.settings, **_settings(kind, body)}
    occurrence.edited = True


def scheduled_for(call: Call, host: Any) -> Any:
    """The person whom `schedule_for` names, else `host`. Refuses (404/1001 or 400/300) a stranger."""
    key = call.body.get("schedule_for")
    if not key:
        return host
    found = call.world.part(Users).find(key)
    if found is None:
        raise user_faults.stranger(call, key)
    return found


def _check(body: dict[str, Any]) -> None:
    """Refuse what the body's schema cannot say. All faults at once."""
    wrong = recurrence.faults(body["recurrence"]) if "recurrence" in body else []
    if not _PASSCODE.fullmatch(body.get("password", "")):
        wrong.append(("password", "Letters, digits and @ - _ * ! are accepted, at most 10."))
    if "timezone" in body:
        try:
            known_zone(body["timezone"])
        except ValueError:
            wrong.append(("timezone", "A time zone such as America/New_York is expected."))
    if wrong:
        raise faults.bad_body(wrong)


def _start(kind: Kind, body: dict[str, Any], zone: str, now: int) -> int:
    if "start_time" in body and body.get("type", kind.default_type) != kind.instant:
        return instant(body["start_time"], zone)
    return now


def _password(call: Call) -> str:
    given: str = call.body.get("password", "")
    wanted = call.body.get("default_password", call.body.get("default_passcode", True))
    return given or (call.world.ids.digits(6) if wanted else "")


def _settings(kind: Kind, body: dict[str, Any]) -> dict[str, Any]:
    schema = answer_schema("GET", kind.one_path)["properties"]["settings"]
    found: dict[str, Any] = fitting(body.get("settings", {}), schema)
    return found


def _more(kind: Kind, body: dict[str, Any]) -> dict[str, Any]:
    known = answer_schema("GET", kind.one_path)["properties"]
    more = {name: fitting(body[name], known[name]) for name in _MORE if name in body and name in known}
    if "tracking_fields" in body:
        fields = fitting(body["tracking_fields"], known["tracking_fields"])
        more["tracking_fields"] = [{"value": "", **field, "visible": True} for field in fields]
    return more


def _recurrence(kind: Kind, body: dict[str, Any]) -> dict[str, Any] | None:
    if "recurrence" not in body:
        return None
    schema = answer_schema("GET", kind.one_path)["properties"]["recurrence"]
    return {"repeat_interval": 1, **fitting(body["recurrence"], schema)}


def _time(gathering: Gathering, now: int) -> None:
    """Bring start and occurrences in line with the type and the rule."""
    kind = gathering.kind
    if gathering.type == kind.open_ended:
        gathering.start = None
    elif gathering.start is None:
        gathering.start = now
    if gathering.type != kind.recurring:
        gathering.recurrence, gathering.occurrences = None, []
        return
    if gathering.recurrence is None:
        raise faults.no_recurrence(kind)
    first = gathering.start if gathering.start is not None else now
    rule = recurrence.read_rule(gathering.recurrence)
    moments = recurrence.starts(rule, first, gathering.timezone)
    if not moments:
        raise faults.no_moment()
    kept = {each.id: each for each in gathering.occurrences if each.changed}
    fresh = [Occurrence(str(moment * 1000), moment, gathering.duration) for moment in moments]
    gathering.occurrences = [kept.get(each.id, each) for each in fresh]
    gathering.start = moments[0]
