"""People who register: how they get in, how they are let in or turned away, and how they are listed."""

from __future__ import annotations

from typing import Any

from zoom_component.sandbox.pages import by_number, page
from zoom_component.sandbox.plays import Call
from zoom_component.sandbox.refusal import Refusal, invalid
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
from zoom_component.sandbox.world import World

ONCE_FOR_ALL = 1  # settings.registration_type: one registration holds for every occurrence
_STATUS = {"approve": APPROVED, "deny": DENIED}


class Questions:
    """What people are asked beyond first name and email, where somebody chose."""

    def __init__(self, world: World) -> None:
        self._asked: dict[tuple[str, int], dict[str, Any]] = {}

    def of(self, gathering: Gathering) -> dict[str, Any]:
        """A gathering's questions. Not to be changed."""
        nobody_chose = {"custom_questions": [], "questions": [{"field_name": "last_name", "required": False}]}
        return self._asked.get((gathering.kind.word, gathering.id), nobody_chose)

    def ask(self, gathering: Gathering, questions: dict[str, Any]) -> None:
        """Ask these from now on, in place of what was asked."""
        self._asked[gathering.kind.word, gathering.id] = questions


class Cancelled:
    """The ids of those whose registration was cancelled: they are gone, and deleting them again is no mistake."""

    def __init__(self, world: World) -> None:
        self.ids: set[str] = set()


def register(call: Call, store: Gatherings) -> dict[str, Any]:
    """Register the person of the call's body. The same email again gives the same registrant."""
    _answer_questions(call, store.get(call))
    return _receipt(*enter(call, store, call.body))


def enter(call: Call, store: Gatherings, given: dict[str, Any]) -> tuple[Gathering, Registrant]:
    """Keep the person of a body; the same email again gives the same registrant."""
    gathering = store.get(call)
    if not gathering.takes_registrants:
        sentence = f"Registration has not been enabled for this {gathering.kind.word.lower()}: {gathering.id}."
        raise call.refuse(sentence, (400, 3000))
    occurrences = _occurrences(call, gathering)
    email = given["email"]
    registrant = gathering.registrants.get(email.lower())
    known = registrant is not None
    if registrant is None:
        registrant = _new(call, store, gathering, given)
        gathering.registrants[email.lower()] = registrant
    registrant.occurrences = tuple(dict.fromkeys((*registrant.occurrences, *occurrences)))
    if not known:
        announced.registered(call, gathering, registrant, _way_in(gathering, registrant))
    return gathering, registrant


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
        announced.judged(call, gathering, registrant, action, _way_in(gathering, registrant))


def remove(call: Call, store: Gatherings) -> None:
    """Delete a registrant, from one occurrence or altogether."""
    gathering = store.get(call)
    if call.ids["registrantId"] in call.world.part(Cancelled).ids:
        return
    registrant = _named(call, gathering, call.ids["registrantId"])
    _leave(gathering, registrant, call.query.get("occurrence_id", ""))
    if registrant.email.lower() not in gathering.registrants:
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
        shown["join_url"] = own_url(gathering, registrant)
    known = schema["properties"]
    # Some choices that a registration takes are not among those that a list shows: they are left out there.
    return {
        name: fitting(value, known[name])
        for name, value in shown.items()
        if name in known and ("enum" not in known[name] or value in known[name]["enum"])
    }


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


def _answer_questions(call: Call, gathering: Gathering) -> None:
    """Refuse who leaves a required question without an answer."""
    asked = call.world.part(Questions).of(gathering)
    answered = {each.get("title") for each in call.body.get("custom_questions", ()) if each.get("value")}
    wrong = [
        (question["field_name"], "This field is required.")
        for question in asked["questions"]
        if question.get("required") and not call.body.get(question["field_name"])
    ]
    wrong += [
        ("custom_questions", f"An answer is expected: {question.get('title')}")
        for question in asked["custom_questions"]
        if question.get("required") and question.get("title") not in answered
    ]
    if wrong:
        raise invalid(*wrong)


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
        receipt["join_url"] = own_url(gathering, registrant)
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


def own_url(gathering: Gathering, registrant: Registrant) -> str:
    """The address at which one registrant joins."""
    return f"{join_url(gathering)}&tk={registrant.id}"


def _way_in(gathering: Gathering, registrant: Registrant) -> str:
    return own_url(gathering, registrant) if registrant.status == APPROVED else ""
