"""Check who may register for a meeting or webinar, and until when.

https://developers.zoom.us/docs/api/meetings/#tag/webinars/post/webinars/{webinarId}/registrants and
https://developers.zoom.us/docs/api/meetings/#tag/invitation-and-registration list the refusals.
"""

from __future__ import annotations

from zoom_sandbox.operations import OperationCall
from zoom_sandbox.resources.conferences.kinds import WEBINAR
from zoom_sandbox.resources.conferences.models import Conference
from zoom_sandbox.resources.conferences.rules import ALTERNATIVE_HOSTS
from zoom_sandbox.resources.panelists.state import Panelists
from zoom_sandbox.resources.users.state import LICENSED, Users

_MAX_REGISTRANTS = 4_999  # of a meeting: the page of `POST /meetings/{meetingId}/registrants` names it


def check_enabled(call: OperationCall, conference: Conference) -> None:
    """Raise ApiError if nobody can register: registration is off, or the host has no license (400/200)."""
    kind = conference.kind.name.lower()
    if not conference.has_registration:
        raise call.error("registrants.registrationNotEnabled", kind=kind, id=conference.id)
    host = call.account.store(Users).find(conference.host_id)
    if host is None or host.type != LICENSED:
        raise call.error("registrants.hostNotLicensed", user=conference.host_id)


def check_person(call: OperationCall, conference: Conference, email: str) -> None:
    """Raise ApiError if a person cannot register: it is over, it is full, or the person takes part anyway."""
    kind = conference.kind.name
    if _is_closed(conference, call.account.now()):
        raise call.error("registrants.registrationOver", kind=kind)
    if email.lower() in _list_host_emails(call, conference):
        raise call.error("registrants.hostCannotRegister")
    if conference.kind is WEBINAR:
        panelists = call.account.store(Panelists).panelists_of(conference).values()
        if email.lower() in (row["email"].lower() for row in panelists):
            raise call.error("registrants.panelistCannotRegister")
    if email.lower() not in conference.registrants and _is_full(conference):
        raise call.error("registrants.capacityReached", kind=kind)


def _is_closed(conference: Conference, now: int) -> bool:
    """Return whether it is over: it has ended, or its last day has passed and the setting ends registration then."""
    if conference.has_ended and conference.recurrence is None and conference.type != conference.kind.open_ended:
        return True
    ends = [each.start + each.duration * 60 for each in conference.occurrences]
    if not ends and conference.start is not None:
        ends = [conference.start + conference.duration * 60]
    return bool(conference.settings.get("close_registration") and ends and max(ends) <= now)


def _list_host_emails(call: OperationCall, conference: Conference) -> set[str]:
    """Return the emails of the host and the alternative hosts.

    https://github.com/indico/indico-plugins/pull/319 and https://github.com/jrchamp/moodle-mod_zoom/issues/461: both
    are refused, for meetings too.
    """
    keys = [conference.host_id, *conference.settings.get(ALTERNATIVE_HOSTS, "").split(";")]
    users = [call.account.store(Users).find(key) for key in keys if key]
    return {user.email.lower() for user in users if user is not None}


def _is_full(conference: Conference) -> bool:
    limit = (
        conference.settings.get("registrants_restrict_number", 0) if conference.kind is WEBINAR else _MAX_REGISTRANTS
    )
    return bool(limit) and len(conference.registrants) >= limit
