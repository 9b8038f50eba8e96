"""What a call uses up of the day's allowance of a host or a registrant. spec/zoom/limits.json lists the operations."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator

from zoom_facts.limits import list_user_level_limits
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.rate_limits import QuotaCharge
from zoom_sandbox.resources.conferences.stores import get_store
from zoom_sandbox.resources.users.state import Users


def find_charges(call: OperationCall) -> list[QuotaCharge]:
    """What a call would use up; empty for most. A subject that does not exist uses up nothing."""
    name = f"{call.operation.method} {call.operation.path}"
    found = []
    for row in list_user_level_limits():
        if name in row.operations:
            subjects, what = _SUBJECTS[row.subject]
            found += [QuotaCharge((row.operations, subject), row.limit, what) for subject in subjects(call)]
    return found


def _host(call: OperationCall) -> Iterator[Hashable]:
    """The host: of the path, or of the meeting or webinar that the path names."""
    if "userId" in call.path_params:
        user = call.account.store(Users).find(call.path_params["userId"])
        if user is not None:
            yield user.id
    elif (gathering := get_store(call).find(_key(call))) is not None:
        yield gathering.host_id


def _registrants(call: OperationCall) -> Iterator[Hashable]:
    """Each person of the body, with the meeting or webinar."""
    people = call.body.get("registrants", [call.body])
    for person in people:
        if who := person.get("email") or person.get("id"):
            yield (who.lower(), _key(call))


def _key(call: OperationCall) -> str:
    return call.path_params.get("meetingId") or call.path_params.get("webinarId", "")


_SUBJECTS: dict[str, tuple[Callable[[OperationCall], Iterator[Hashable]], str]] = {
    "host user": (_host, "creates and updates of meetings and webinars of one host"),
    "registrant + meeting/webinar": (_registrants, "such requests for one registrant"),
}
