"""Create and change conferences from the body of a request."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from zoom_sandbox.errors import api_error, field_error, validation_error
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.conferences import recurrence, rules
from zoom_sandbox.resources.conferences.kinds import PERSONAL, ConferenceKind
from zoom_sandbox.resources.conferences.models import Conference, Occurrence
from zoom_sandbox.resources.conferences.state import ConferenceStore
from zoom_sandbox.resources.templates.state import Templates
from zoom_sandbox.resources.users.state import User, Users
from zoom_sandbox.response_schemas import drop_unknown_fields, response_schema
from zoom_sandbox.seed import read_seed
from zoom_sandbox.times import find_time_zone, format_time, parse_time

_PASSCODE = re.compile(r"[A-Za-z0-9@_*!-]{0,10}")
_PLAIN_FIELDS = ("topic", "password", "duration")
_EXTRA_FIELDS = (
    "template_id",
    "pre_schedule",
    "is_simulive",
    "record_file_id",
    "transition_to_live",
    "simulive_delay_start",
)
_TIMING_FIELDS = ("start_time", "timezone", "type", "recurrence")


def build_conference(call: OperationCall, store: ConferenceStore, host: User) -> Conference:
    """Return a new, stored conference of a host, from the call's body."""
    kind, ids = store.kind, call.account.ids
    body = _merge_template(call)
    _check_body(body)
    type_ = body.get("type", kind.default_type)
    rules.check_can_host(call, host)
    host = rules.find_scheduled_host(call, kind, host, type_) or host
    rules.check_type(call, kind, type_)
    settings = _parse_settings(call, kind, host, body)
    zone = body.get("timezone") or host.timezone
    now = call.account.now()
    conference = Conference(
        kind=kind,
        number=store.next_number(),
        id=store.free_id(),
        uuid=ids.next_uuid(),
        host_id=host.id,
        topic=body.get("topic", f"Zoom {kind.name}"),
        type=type_,
        start=_parse_start(call, kind, body, zone),
        duration=body.get("duration", 60),
        timezone=zone,
        created_at=format_time(now),
        password=_choose_password(call),
        settings={**read_seed(kind.settings_seed), **settings},
        agenda=_parse_agenda(call, body, ""),
        extra_fields=_parse_extra_fields(kind, body),
    )
    if conference.settings.get("use_pmi"):
        conference.extra_fields["pmi"] = str(host.pmi)
    rules.secure(conference)
    conference.recurrence = _parse_recurrence(kind, body)
    _schedule(conference, now)
    return store.save(conference)


def _merge_template(call: OperationCall) -> dict[str, Any]:
    """Return the body, completed from its template."""
    template = call.account.store(Templates).by_id.get(call.body.get("template_id", ""))
    if template is None:
        return call.body
    defaults: dict[str, Any] = {"topic": template.topic, "agenda": template.agenda, "duration": template.duration}
    if template.recurrence is not None:
        defaults |= {"recurrence": template.recurrence, "type": template.kind.recurring}
    settings = {**template.settings, **call.body.get("settings", {})}
    return {**defaults, **call.body, "settings": settings}


def apply_update(call: OperationCall, store: ConferenceStore, conference: Conference) -> None:
    """Change a conference by the call's body. `settings` are merged, `recurrence` is replaced.

    Nothing changes if the body is refused.
    """
    body, kind, now = call.body, store.kind, call.account.now()
    _check_body(body)
    former = _get_host(call, conference)
    type_ = conference.type if conference.type == PERSONAL else body.get("type", conference.type)
    host = rules.find_scheduled_host(call, kind, former, type_) or former
    rules.check_type(call, kind, type_)
    zone = body.get("timezone", conference.timezone)
    changed = replace(
        conference,
        **{name: body[name] for name in _PLAIN_FIELDS if name in body},
        agenda=_parse_agenda(call, body, conference.agenda),
        settings={**conference.settings, **_parse_settings(call, kind, host, body)},
        extra_fields={**conference.extra_fields, **_parse_extra_fields(kind, body)},
        recurrence=_parse_recurrence(kind, body) or conference.recurrence,
        timezone=zone,
        type=type_,
        start=_parse_next_start(body, zone, conference.start, now),
    )
    rules.secure(changed)
    if changed.type == PERSONAL:
        changed.start = changed.recurrence = None
    elif any(name in body for name in _TIMING_FIELDS):
        _schedule(changed, now)
    elif "duration" in body:
        changed.occurrences = [
            each if each.is_edited else replace(each, duration=changed.duration) for each in changed.occurrences
        ]
    store.save(changed)
    if host is not former and changed.type != PERSONAL:
        store.move(changed, host)


def apply_occurrence_update(call: OperationCall, conference: Conference, occurrence: Occurrence) -> None:
    """Change the start, duration, agenda and settings of one occurrence."""
    body, kind = call.body, conference.kind
    _check_body(body)
    settings = _parse_settings(call, kind, _get_host(call, conference), body)
    zone = body.get("timezone", conference.timezone)
    occurrence.start = _parse_next_start(body, zone, occurrence.start, call.account.now()) or occurrence.start
    occurrence.duration = body.get("duration", occurrence.duration)
    if "agenda" in body:
        occurrence.agenda = _parse_agenda(call, body, "")
    occurrence.settings = {**occurrence.settings, **settings}
    occurrence.is_edited = True


def _get_host(call: OperationCall, conference: Conference) -> User:
    host = call.account.store(Users).find(conference.host_id)
    if host is None:  # a user's meetings are deleted or moved with the user
        raise LookupError(f"expected a host of {conference.id}, got an id without a user: {conference.host_id}")
    return host


def _check_body(body: dict[str, Any]) -> None:
    """Raise ApiError with all problems of a body that its schema cannot find."""
    problems = recurrence.find_problems(body["recurrence"]) if "recurrence" in body else []
    if not _PASSCODE.fullmatch(body.get("password", "")):
        problems.append(field_error("conferences.passcodeInvalid"))
    if "timezone" in body:
        try:
            find_time_zone(body["timezone"])
        except ValueError:
            problems.append(field_error("conferences.timeZoneInvalid"))
    problems += rules.find_settings_problems(body.get("settings", {}))
    if problems:
        raise validation_error(*problems)


def _parse_start(call: OperationCall, kind: ConferenceKind, body: dict[str, Any], zone: str) -> int:
    if "start_time" in body and body.get("type", kind.default_type) != kind.instant:
        return rules.choose_first_start(call, parse_time(body["start_time"], zone))
    return call.account.now()


def _parse_next_start(body: dict[str, Any], zone: str, current: int | None, now: int) -> int | None:
    if "start_time" not in body:
        return current
    return rules.choose_next_start(parse_time(body["start_time"], zone), current, now)


def _parse_agenda(call: OperationCall, body: dict[str, Any], current: str) -> str:
    return rules.replace_emoji(call, body["agenda"]) if "agenda" in body else current


def _choose_password(call: OperationCall) -> str:
    password: str = call.body.get("password", "")
    needs_default = call.body.get("default_password", call.body.get("default_passcode", True))
    return password or (call.account.ids.next_passcode(6) if needs_default else "")


def _parse_settings(call: OperationCall, kind: ConferenceKind, host: User, body: dict[str, Any]) -> dict[str, Any]:
    schema = response_schema("GET", kind.one_path)["properties"]["settings"]
    settings: dict[str, Any] = drop_unknown_fields(body.get("settings", {}), schema)
    if settings.get(rules.ALTERNATIVE_HOSTS):
        text = settings[rules.ALTERNATIVE_HOSTS]
        settings[rules.ALTERNATIVE_HOSTS] = rules.normalize_alternative_hosts(call, host, text)
    return settings


def _parse_extra_fields(kind: ConferenceKind, body: dict[str, Any]) -> dict[str, Any]:
    schemas = response_schema("GET", kind.one_path)["properties"]
    extra = {
        name: drop_unknown_fields(body[name], schemas[name])
        for name in _EXTRA_FIELDS
        if name in body and name in schemas
    }
    if "tracking_fields" in body:
        fields = drop_unknown_fields(body["tracking_fields"], schemas["tracking_fields"])
        extra["tracking_fields"] = [{"value": "", **field, "visible": True} for field in fields]
    return extra


def _parse_recurrence(kind: ConferenceKind, body: dict[str, Any]) -> dict[str, Any] | None:
    if "recurrence" not in body:
        return None
    schema = response_schema("GET", kind.one_path)["properties"]["recurrence"]
    return {"repeat_interval": 1, **drop_unknown_fields(body["recurrence"], schema)}


def _schedule(conference: Conference, now: int) -> None:
    """Set the start and the occurrences that follow from the type and the recurrence."""
    kind = conference.kind
    if conference.type == kind.open_ended:
        conference.start = None
    elif conference.start is None:
        conference.start = now
    if conference.type != kind.recurring:
        conference.recurrence, conference.occurrences = None, []
        return
    if conference.recurrence is None:
        raise api_error("conferences.recurrenceMissing", kind=kind.name.lower(), type=kind.recurring)
    first = conference.start if conference.start is not None else now
    rule = recurrence.parse_rule(conference.recurrence)
    moments = recurrence.list_starts(rule, first, conference.timezone)
    if not moments:
        raise api_error("conferences.recurrenceEmpty")
    changed = {each.id: each for each in conference.occurrences if each.is_changed}
    planned = [Occurrence(str(moment * 1000), moment, conference.duration) for moment in moments]
    conference.occurrences = [changed.get(each.id, each) for each in planned]
    conference.start = moments[0]
