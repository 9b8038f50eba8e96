"""Check who may host and schedule a meeting or webinar, and what Zoom changes about a request without a word."""

from __future__ import annotations

import re
from typing import Any

from zoom_sandbox.errors import FieldError, field_error
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.conferences.kinds import WEBINAR, ConferenceKind
from zoom_sandbox.resources.conferences.models import Conference
from zoom_sandbox.resources.users.state import LICENSED, Delegates, User, Users

ALTERNATIVE_HOSTS = "alternative_hosts"
_SEPARATORS = re.compile("[,;]")
_BEYOND_BMP = re.compile("[\U00010000-\U0010ffff]")


def check_can_host(call: OperationCall, host: User) -> None:
    """Raise ApiError (400/3161, or 400/200 for a webinar) for a user who is pending or deactivated.

    https://github.com/jrchamp/moodle-mod_zoom/issues/131: a 400 for a pending user.
    """
    if host.status != "active":
        raise call.error("conferences.hostNotAllowed")


def find_scheduled_host(call: OperationCall, kind: ConferenceKind, scheduler: User, type_: int) -> User | None:
    """Return the user of `schedule_for`, or None without it. `type_` is the type of the meeting or webinar.

    Raises ApiError: 400/300 for an unknown user, 400/3000 for an instant meeting or a user who has not made the
    scheduler an assistant, 400/200 for a webinar of a user without a license. Nobody needs a permission to
    schedule for themselves.
    """
    key = call.body.get("schedule_for")
    if not key:
        return None
    # https://developers.zoom.us/docs/api/meetings/#tag/meetings/post/users/{userId}/meetings (300, 3000)
    if kind.instant is not None and type_ == kind.instant:
        raise call.error("conferences.scheduleForInstant")
    if call.body.get("is_simulive"):
        raise call.error("conferences.simuliveForOthers")
    users = call.account.store(Users)
    user = users.find(key)
    if user is None:
        raise call.error("conferences.scheduleForUnknown")
    if user is scheduler:
        return user
    # https://devforum.zoom.us/t/changing-meeting-hosts/88501 (3000), https://support.zoom.us/hc/en-us/articles/201362803
    if user.status != "active" or scheduler.id not in call.account.store(Delegates).assistants_of(user):
        raise call.error("conferences.scheduleForNotAllowed", user=key)
    if kind is WEBINAR and user.type != LICENSED:
        raise call.error("webinars.webinarPlanMissing")
    return user


def normalize_alternative_hosts(call: OperationCall, host: User, text: str) -> str:
    """Return alternative hosts as Zoom returns them: separated by semicolons, also when commas came.

    https://github.com/jrchamp/moodle-mod_zoom/issues/99 (semicolons since 2020). Raises ApiError (400/1114) with the
    first who cannot be one.
    """
    keys = [key.strip() for key in _SEPARATORS.split(text) if key.strip()]
    for key in keys:
        if not _can_be_alternative_host(call, host, key):
            raise call.error("conferences.alternativeHostInvalid", user=key)
    return ";".join(keys)


def _can_be_alternative_host(call: OperationCall, host: User, key: str) -> bool:
    """Return whether a user is another active, licensed user of the account, and the host is licensed too.

    https://support.zoom.com/hc/en/article?id=zm_kb&sysparm_article=KB0067027,
    https://github.com/jrchamp/moodle-mod_zoom/issues/302 (no license),
    https://github.com/indico/indico-plugins/pull/337 (not the host).
    """
    user = None if key == "me" else call.account.store(Users).find(key)
    if user is None or user is host:
        return False
    return user.status == "active" and user.type == host.type == LICENSED


def replace_emoji(call: OperationCall, agenda: str) -> str:
    """Return an agenda as Zoom stores it: a hyphen in place of each character beyond the Basic Multilingual Plane.

    https://github.com/jrchamp/moodle-mod_zoom/issues/289: a calendar came back as one hyphen, a flag (two characters)
    as two. With the option `keep_emoji`, nothing is replaced.
    """
    return agenda if agenda.isascii() or call.account.options.keep_emoji else _BEYOND_BMP.sub("-", agenda)


def choose_first_start(call: OperationCall, start: int) -> int:
    """Return when a new meeting starts, in epoch seconds: now, if its start lies in the past.

    https://developers.zoom.us/docs/api/meetings/#tag/meetings/post/users/{userId}/meetings (start_time). Every
    occurrence of a series then gets the time of the call: https://github.com/jrchamp/moodle-mod_zoom/issues/341,
    https://github.com/cornellh4i/ithaca-recovery/pull/506. Test data keeps its start.
    """
    return start if call.account.is_loading else max(start, call.account.now())


def choose_next_start(start: int, current: int | None, now: int) -> int | None:
    """Return when an updated meeting starts: as before, if the new start lies in the past; all are epoch seconds.

    https://developers.zoom.us/docs/api/meetings/#tag/meetings/patch/meetings/{meetingId} (a past start is ignored)
    """
    return start if start >= now else current


def secure(conference: Conference) -> None:
    """Turn the waiting room on for a meeting that has neither a passcode nor authentication, as Zoom does.

    https://support.zoom.com/hc/en/article?id=zm_kb&sysparm_article=KB0059862 (one of the three is required),
    https://github.com/jrchamp/moodle-mod_zoom/issues/491, https://github.com/gofractally/Eden/pull/351.
    """
    settings = conference.settings
    if conference.kind is not WEBINAR and not (conference.password or settings.get("meeting_authentication")):
        conference.settings = {**settings, "waiting_room": True}


def find_settings_problems(settings: dict[str, Any]) -> list[FieldError]:
    """Return the problems of settings that their schema cannot find.

    https://developers.zoom.us/docs/api/meetings/#tag/meetings/post/users/{userId}/meetings (300: domains)
    """
    if "," in settings.get("enforce_login_domains", ""):
        return [field_error("conferences.loginDomainsInvalid")]
    return []


def check_type(call: OperationCall, kind: ConferenceKind, type_: int) -> None:
    """Raise ApiError for a type that does not go with prescheduling (400/3000) or a recorded webinar (400/4505).

    https://developers.zoom.us/docs/api/meetings/#tag/meetings/patch/meetings/{meetingId},
    https://developers.zoom.us/docs/api/meetings/#tag/webinars/post/users/{userId}/webinars
    """
    if kind is WEBINAR:
        if call.body.get("is_simulive") and type_ == kind.open_ended:
            raise call.error("conferences.simuliveWithoutTime")
    elif call.body.get("pre_schedule") and type_ not in (kind.default_type, kind.open_ended):
        raise call.error("conferences.preschedulingNotPossible")
