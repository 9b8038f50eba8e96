"""People who register: how they get in, how they are let in or turned away, and how they are listed."""

from __future__ import annotations

from typing import Any

from zoom_sandbox.pages import by_number, page
from zoom_sandbox.plays import Call
from zoom_sandbox.resources.gatherings.record import (
    APPROVED,
    AVAILABLE,
    BY_HAND,
    DENIED,
    PENDING,
    Gathering,
    Registrant,
)
from zoom_sandbox.resources.gatherings.state import Gatherings
from zoom_sandbox.resources.registrants import announced, faults
from zoom_sandbox.resources.registrants.questions import check_answers
from zoom_sandbox.resources.registrants.shown import brief_receipt, receipt, show, way_in
from zoom_sandbox.resources.registrants.state import Cancelled
from zoom_sandbox.shapes import answer_schema
from zoom_sandbox.times import stamp

ONCE_FOR_ALL = 1  # settings.registration_type: one registration holds for every occurrence
_MOST = 30  # https://developers.zoom.us/docs/api/meetings/#tag/invitation-and-registration (batch)
_STATUS = {"approve": APPROVED, "deny": DENIED}


def register(call: Call, store: Gatherings) -> dict[str, Any]:
    """Register the person of the call's body. The same email again gives the same registrant."""
    check_answers(call, store.get(call))
    return receipt(*enter(call, store, call.body))


def enter(call: Call, store: Gatherings, given: dict[str, Any]) -> tuple[Gathering, Registrant]:
    """Keep the person of a body; the same email again gives the same registrant."""
    gathering = store.get(call)
    if not gathering.takes_registrants:
        raise faults.closed(call, gathering)
    occurrences = _occurrences(call, gathering)
    email = given["email"]
    registrant = gathering.registrants.get(email.lower())
    known = registrant is not None
    if registrant is None:
        registrant = _new(call, store, gathering, given)
        gathering.registrants[email.lower()] = registrant
    registrant.occurrences = tuple(dict.fromkeys((*registrant.occurrences, *occurrences)))
    if not known:
        announced.registered(call, gathering, registrant, way_in(gathering, registrant))
    return gathering, registrant


def register_many(call: Call, store: Gatherings) -> dict[str, Any]:
    """Register the people of the call's body at once."""
    people = call.body.get("registrants", [])
    if not 1 <= len(people) <= _MOST:
        raise faults.too_many(_MOST)
    gathering = store.get(call)
    if gathering.type != store.kind.default_type:
        raise faults.one_by_one(store.kind)
    fields = answer_schema("POST", call.operation.path, "201")["properties"]["registrants"]["items"]["properties"]
    auto_approve = call.body.get("auto_approve", False)
    told = [brief_receipt(*enter(call, store, {**person, "auto_approve": auto_approve})) for person in people]
    return {"registrants": [{name: value for name, value in row.items() if name in fields} for row in told]}


def listing(call: Call, store: Gatherings) -> dict[str, Any]:
    """The registrants of a status, by pages."""
    gathering = store.get(call)
    status, occurrence = call.query["status"], call.query.get("occurrence_id")
    found = [
        each
        for each in gathering.registrants.values()
        if each.status == status and (occurrence is None or occurrence in each.occurrences)
    ]
    known = answer_schema("GET", f"{store.kind.one_path}/registrants")
    schema = known["properties"]["registrants"]["items"]
    return page(call, found, by_number, lambda each: show(gathering, each, schema))


def one(call: Call, store: Gatherings) -> dict[str, Any]:
    """The registrant whom the call's path names."""
    gathering = store.get(call)
    schema = answer_schema("GET", f"{store.kind.one_path}/registrants/{{registrantId}}")
    return show(gathering, _named(call, gathering, call.ids["registrantId"]), schema)


def judge(call: Call, store: Gatherings) -> None:
    """Approve, deny or cancel the registrants of the call's body, all or none."""
    gathering = store.get(call)
    action = call.body["action"]
    asked = call.body.get("registrants", [])
    for registrant in [_named(call, gathering, each.get("id") or each.get("email", "")) for each in asked]:
        if action == "cancel":
            _leave(gathering, registrant, call.query.get("occurrence_id", ""))
            if registrant.email.lower() not in gathering.registrants:
                call.world.part(Cancelled).ids.add(registrant.id)
        else:
            registrant.status = _STATUS[action]
        announced.judged(call, gathering, registrant, action, way_in(gathering, registrant))


def remove(call: Call, store: Gatherings) -> None:
    """Delete a registrant, from one occurrence or altogether."""
    gathering = store.get(call)
    if call.ids["registrantId"] in call.world.part(Cancelled).ids:
        return
    registrant = _named(call, gathering, call.ids["registrantId"])
    _leave(gathering, registrant, call.query.get("occurrence_id", ""))
    if registrant.email.lower() not in gathering.registrants:
        announced.judged(call, gathering, registrant, "cancel", "")


def _leave(gathering: Gathering, registrant: Registrant, occurrence: str) -> None:
    """Take a registrant from one occurrence, or altogether; with the last occurrence the registration goes."""
    registrant.occurrences = tuple(each for each in registrant.occurrences if each != occurrence)
    if not occurrence or not registrant.occurrences:
        gathering.registrants.pop(registrant.email.lower(), None)


def _new(call: Call, store: Gatherings, gathering: Gathering, given: dict[str, Any]) -> Registrant:
    by_hand = gathering.settings["approval_type"] == BY_HAND and not given.get("auto_approve")
    return Registrant(
        # Never given twice: a walk goes on behind the number where it stood, whoever has left meanwhile.
        number=store.next_number(),
        id=call.world.ids.user(),
        email=given["email"],
        fields=dict(given),
        status=PENDING if by_hand else APPROVED,
        created=stamp(call.world.now()),
        pin=int(call.world.ids.digits(6)),
    )


def _occurrences(call: Call, gathering: Gathering) -> tuple[str, ...]:
    """The occurrences to register for: those asked for, else all (or, where each stands alone, the next)."""
    asked = [key for key in call.query.get("occurrence_ids", "").split(",") if key]
    for key in asked:
        found = gathering.occurrence(key)
        if found is None or found.status != AVAILABLE:
            raise faults.no_occurrence(call, key)
    open_ones = [each.id for each in gathering.coming(call.world.now()) if each.status == AVAILABLE]
    if gathering.settings.get("registration_type", ONCE_FOR_ALL) == ONCE_FOR_ALL:
        return tuple(open_ones)
    return tuple(asked or open_ones[:1])


def _named(call: Call, gathering: Gathering, key: str) -> Registrant:
    """A registrant by id or email. Refuses in the operation's own code."""
    for registrant in gathering.registrants.values():
        if registrant.id == key or registrant.email.lower() == key.lower():
            return registrant
    raise faults.unknown(call, key)
