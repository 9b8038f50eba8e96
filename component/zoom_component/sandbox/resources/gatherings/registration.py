"""People who register: how they get in, how they are let in or turned away, and how they are listed."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from zoom_component.sandbox.pages import page
from zoom_component.sandbox.plays import Call
from zoom_component.sandbox.refusal import Refusal
from zoom_component.sandbox.resources.gatherings import announced_registration as announced
from zoom_component.sandbox.resources.gatherings.answer import join_url, occurrence_row
from zoom_component.sandbox.resources.gatherings.record import (
    APPROVED,
    AVAILABLE,
    BY_HAND,
    DENIED,
    PENDING,
    Gathering,
    Registrant,
)
from zoom_component.sandbox.resources.gatherings.store import Gatherings
from zoom_component.sandbox.shapes import answer_schema, fitting
from zoom_component.sandbox.times import stamp

ONCE_FOR_ALL = 1  # settings.registration_type: one registration holds for every occurrence
_STATUS = {"approve": APPROVED, "deny": DENIED}
_by_number = attrgetter("number")


def register(call: Call, store: Gatherings) -> dict[str, Any]:
    """Register the person of the call's body. The same email again gives the same registrant."""
    gathering = store.get(call)
    if not gathering.takes_registrants:
        sentence = f"Registration has not been enabled for this {gathering.kind.word.lower()}: {gathering.id}."
        raise call.refuse(sentence, (400, 3000))
    occurrences = _occurrences(call, gathering)
    email = call.body["email"]
    registrant = gathering.registrants.get(email.lower())
    known = registrant is not None
    if registrant is None:
        registrant = _new(call, gathering, email)
        gathering.registrants[email.lower()] = registrant
    registrant.occurrences = tuple(dict.fromkeys((*registrant.occurrences, *occurrences)))
    if not known:
        announced.registered(call, gathering, registrant, _way_in(gathering, registrant))
    return _receipt(gathering, registrant)


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
    return page(call, found, _by_number, lambda each: show(gathering, each, schema))


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
            gathering.registrants.pop(registrant.email.lower(), None)
        else:
            registrant.status = _STATUS[action]
        announced.judged(call, gathering, registrant, action, _way_in(gathering, registrant))


def remove(call: Call, store: Gatherings) -> None:
    """Delete a registrant, from one occurrence or altogether."""
    gathering = store.get(call)
    registrant = _named(call, gathering, call.ids["registrantId"])
    if occurrence := call.query.get("occurrence_id"):
        registrant.occurrences = tuple(each for each in registrant.occurrences if each != occurrence)
        if registrant.occurrences:
            return
    del gathering.registrants[registrant.email.lower()]
    announced.judged(call, gathering, registrant, "cancel", "")


def show(gathering: Gathering, registrant: Registrant, schema: Any) -> dict[str, Any]:
    """A registrant as Zoom shows one; the way in only for those who were let in."""
    shown = {
        **registrant.fields,
        "id": registrant.id,
        "email": registrant.email,
        "status": registrant.status,
        "create_time": registrant.created,
        "participant_pin_code": registrant.pin,
    }
    if registrant.status == APPROVED:
        shown["join_url"] = _own_url(gathering, registrant)
    known = schema["properties"]
    # Some choices that a registration takes are not among those that a list shows: they are left out there.
    return {
        name: fitting(value, known[name])
        for name, value in shown.items()
        if name in known and ("enum" not in known[name] or value in known[name]["enum"])
    }


def _new(call: Call, gathering: Gathering, email: str) -> Registrant:
    newest = next(reversed(gathering.registrants.values()), None)
    by_hand = gathering.settings["approval_type"] == BY_HAND and not call.body.get("auto_approve")
    return Registrant(
        number=newest.number + 1 if newest else 1,
        id=call.world.ids.user(),
        email=email,
        fields=dict(call.body),
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
            raise call.refuse(f"Occurrence does not exist: {key}.", (400, 3000))
    open_ones = [each.id for each in gathering.coming(call.world.now()) if each.status == AVAILABLE]
    if gathering.settings.get("registration_type", ONCE_FOR_ALL) == ONCE_FOR_ALL:
        return tuple(open_ones)
    return tuple(asked or open_ones[:1])


def _receipt(gathering: Gathering, registrant: Registrant) -> dict[str, Any]:
    receipt: dict[str, Any] = {
        "id": gathering.id,
        "registrant_id": registrant.id,
        "topic": gathering.topic,
    }
    if gathering.kind.instant is not None:
        receipt["participant_pin_code"] = registrant.pin
    if registrant.status == APPROVED:
        receipt["join_url"] = _own_url(gathering, registrant)
    if gathering.start is not None:
        receipt["start_time"] = stamp(gathering.start)
    if gathering.recurrence is not None:
        chosen = [each for each in gathering.occurrences if each.id in registrant.occurrences]
        receipt["occurrences"] = [occurrence_row(each) for each in chosen]
    return receipt


def _named(call: Call, gathering: Gathering, key: str) -> Registrant:
    """A registrant by id or email. Refuses in the operation's own code."""
    for registrant in gathering.registrants.values():
        if registrant.id == key or registrant.email.lower() == key.lower():
            return registrant
    raise _unknown(call, key)


def _unknown(call: Call, key: str) -> Refusal:
    codes = ((400, 3035), (400, 3079), (400, 3000))
    return call.refuse(f"Registrant does not exist: {key}.", *codes)


def _own_url(gathering: Gathering, registrant: Registrant) -> str:
    return f"{join_url(gathering)}&tk={registrant.id}"


def _way_in(gathering: Gathering, registrant: Registrant) -> str:
    return _own_url(gathering, registrant) if registrant.status == APPROVED else ""
