"""Find the daily quotas of a host or a registrant that a call uses. spec/zoom/limits.json lists the operations."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator

from zoom_facts.limits import list_user_level_limits
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.rate_limits import QuotaCharge
from zoom_sandbox.resources.conferences.stores import get_store
from zoom_sandbox.resources.users.state import Users


def find_charges(call: OperationCall) -> list[QuotaCharge]:
    """Return the quotas that a call uses; none for most calls, and none for a subject that does not exist."""
    name = f"{call.operation.method} {call.operation.path}"
    charges = []
    for row in list_user_level_limits():
        if name in row.operations:
            find_subjects, description = _SUBJECTS[row.subject]
            charges += [
                QuotaCharge((row.operations, subject), row.limit, description) for subject in find_subjects(call)
            ]
    return charges


def _find_host(call: OperationCall) -> Iterator[Hashable]:
    """Yield the host in the path, or the host of the meeting or webinar in the path."""
    if "userId" in call.path_params:
        user = call.account.store(Users).find(call.path_params["userId"])
        if user is not None:
            yield user.id
    elif (conference := get_store(call).find(_conference_id(call))) is not None:
        yield conference.host_id


def _find_registrants(call: OperationCall) -> Iterator[Hashable]:
    """Yield each person in the body, with the meeting or webinar."""
    people = call.body.get("registrants", [call.body])
    for person in people:
        if name := person.get("email") or person.get("id"):
            yield (name.lower(), _conference_id(call))


def _conference_id(call: OperationCall) -> str:
    return call.path_params.get("meetingId") or call.path_params.get("webinarId", "")


_SUBJECTS: dict[str, tuple[Callable[[OperationCall], Iterator[Hashable]], str]] = {
    "host user": (_find_host, "creates and updates of meetings and webinars of one host"),
    "registrant + meeting/webinar": (_find_registrants, "such requests for one registrant"),
}
