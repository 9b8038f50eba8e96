"""What a call uses up of the day's allowance of a host or a registrant. spec/zoom/limits.json lists the operations."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator

from zoom_facts.limits import personal
from zoom_sandbox.limits import Charge
from zoom_sandbox.plays import Call
from zoom_sandbox.resources.gatherings.stores import store_of
from zoom_sandbox.resources.users.state import Users


def charges(call: Call) -> list[Charge]:
    """What a call would use up; empty for most. A subject that does not exist uses up nothing."""
    name = f"{call.operation.method} {call.operation.path}"
    found = []
    for row in personal():
        if name in row.operations:
            subjects, what = _SUBJECTS[row.subject]
            found += [Charge((row.operations, subject), row.limit, what) for subject in subjects(call)]
    return found


def _host(call: Call) -> Iterator[Hashable]:
    """The host: of the path, or of the meeting or webinar that the path names."""
    if "userId" in call.ids:
        user = call.world.part(Users).find(call.ids["userId"])
        if user is not None:
            yield user.id
    elif (gathering := store_of(call).find(_key(call))) is not None:
        yield gathering.host_id


def _registrants(call: Call) -> Iterator[Hashable]:
    """Each person of the body, with the meeting or webinar."""
    people = call.body.get("registrants", [call.body])
    for person in people:
        if who := person.get("email") or person.get("id"):
            yield (who.lower(), _key(call))


def _key(call: Call) -> str:
    return call.ids.get("meetingId") or call.ids.get("webinarId", "")


_SUBJECTS: dict[str, tuple[Callable[[Call], Iterator[Hashable]], str]] = {
    "host user": (_host, "creates and updates of meetings and webinars of one host"),
    "registrant + meeting/webinar": (_registrants, "such requests for one registrant"),
}
