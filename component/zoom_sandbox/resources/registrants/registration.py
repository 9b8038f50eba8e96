"""Register people for conferences, change their status, and list them."""

from __future__ import annotations

from typing import Any

from zoom_sandbox.errors import api_error
from zoom_sandbox.operations import OperationCall
from zoom_sandbox.paging import build_page, by_number
from zoom_sandbox.resources.conferences.models import (
    APPROVED,
    AVAILABLE,
    DENIED,
    MANUAL_APPROVAL,
    PENDING,
    Conference,
    Registrant,
)
from zoom_sandbox.resources.conferences.state import ConferenceStore
from zoom_sandbox.resources.registrants import events, rules
from zoom_sandbox.resources.registrants.questions import check_answers
from zoom_sandbox.resources.registrants.serializers import (
    build_approved_url,
    serialize_brief_receipt,
    serialize_receipt,
    serialize_registrant,
)
from zoom_sandbox.resources.registrants.state import CancelledRegistrants, RegistrationQuestions
from zoom_sandbox.response_schemas import response_schema
from zoom_sandbox.times import format_time

ONCE_FOR_ALL = 1  # settings.registration_type: one registration holds for every occurrence
_MAX_REGISTRANTS = 30  # https://developers.zoom.us/docs/api/meetings/#tag/invitation-and-registration (batch)
_STATUS = {"approve": APPROVED, "deny": DENIED}


def register(call: OperationCall, store: ConferenceStore) -> dict[str, Any]:
    """Register the person of the call's body. A known email returns the same registrant."""
    check_answers(call.account.store(RegistrationQuestions).get(store.get(call)), call.body)
    return serialize_receipt(*add_registrant(call, store, call.body))


def add_registrant(
    call: OperationCall, store: ConferenceStore, person: dict[str, Any]
) -> tuple[Conference, Registrant]:
    """Add a registrant. A known email returns the same registrant."""
    conference, email = store.get(call), person["email"]
    rules.check_enabled(call, conference)
    rules.check_person(call, conference, email)
    occurrences = _choose_occurrences(call, conference)
    registrant = conference.registrants.get(email.lower())
    is_known = registrant is not None
    if registrant is None:
        registrant = _build_registrant(call, store, conference, person)
        conference.registrants[email.lower()] = registrant
    registrant.occurrences = tuple(dict.fromkeys((*registrant.occurrences, *occurrences)))
    if not is_known:
        events.send_registered(call, conference, registrant, build_approved_url(conference, registrant))
    return conference, registrant


def register_many(call: OperationCall, store: ConferenceStore) -> dict[str, Any]:
    """Register all people of the call's body, or none."""
    people = call.body.get("registrants", [])
    if not 1 <= len(people) <= _MAX_REGISTRANTS:
        raise api_error("registrants.tooManyRegistrants", limit=_MAX_REGISTRANTS)
    conference = store.get(call)
    if conference.type != store.kind.default_type:
        raise call.error("registrants.batchNotPossible", kind=store.kind.name.lower(), type=store.kind.default_type)
    rules.check_enabled(call, conference)
    for person in people:
        rules.check_person(call, conference, person["email"])
    fields = response_schema("POST", call.operation.path, "201")["properties"]["registrants"]["items"]["properties"]
    auto_approve = call.body.get("auto_approve", False)
    receipts = [
        serialize_brief_receipt(*add_registrant(call, store, {**person, "auto_approve": auto_approve}))
        for person in people
    ]
    return {"registrants": [{name: value for name, value in row.items() if name in fields} for row in receipts]}


def list_registrants(call: OperationCall, store: ConferenceStore) -> dict[str, Any]:
    """Return a page of the registrants with a status."""
    conference = store.get(call)
    status, occurrence = call.query["status"], call.query.get("occurrence_id")
    registrants = [
        each
        for each in conference.registrants.values()
        if each.status == status and (occurrence is None or occurrence in each.occurrences)
    ]
    response = response_schema("GET", f"{store.kind.one_path}/registrants")
    schema = response["properties"]["registrants"]["items"]
    return build_page(call, registrants, by_number, lambda each: serialize_registrant(conference, each, schema))


def get_registrant(call: OperationCall, store: ConferenceStore) -> dict[str, Any]:
    """Return the registrant of the call's path."""
    conference = store.get(call)
    schema = response_schema("GET", f"{store.kind.one_path}/registrants/{{registrantId}}")
    return serialize_registrant(
        conference, _find_registrant(call, conference, call.path_params["registrantId"]), schema
    )


def update_status(call: OperationCall, store: ConferenceStore) -> None:
    """Approve, deny or cancel the registrants of the call's body, all or none."""
    conference = store.get(call)
    rules.check_enabled(call, conference)
    action = call.body["action"]
    rows = call.body.get("registrants", [])
    for registrant in [_find_registrant(call, conference, each.get("id") or each.get("email", "")) for each in rows]:
        if action == "cancel":
            _cancel(conference, registrant, call.query.get("occurrence_id", ""))
            if registrant.email.lower() not in conference.registrants:
                call.account.store(CancelledRegistrants).ids.add(registrant.id)
        else:
            registrant.status = _STATUS[action]
        events.send_status_change(call, conference, registrant, action, build_approved_url(conference, registrant))


def delete_registrant(call: OperationCall, store: ConferenceStore) -> None:
    """Delete a registrant from one occurrence or altogether."""
    conference = store.get(call)
    if call.path_params["registrantId"] in call.account.store(CancelledRegistrants).ids:
        return
    registrant = _find_registrant(call, conference, call.path_params["registrantId"])
    _cancel(conference, registrant, call.query.get("occurrence_id", ""))
    if registrant.email.lower() not in conference.registrants:
        events.send_status_change(call, conference, registrant, "cancel", "")


def _cancel(conference: Conference, registrant: Registrant, occurrence: str) -> None:
    """Remove a registrant from one occurrence or altogether; the last occurrence ends the registration."""
    registrant.occurrences = tuple(each for each in registrant.occurrences if each != occurrence)
    if not occurrence or not registrant.occurrences:
        conference.registrants.pop(registrant.email.lower(), None)


def _build_registrant(
    call: OperationCall, store: ConferenceStore, conference: Conference, person: dict[str, Any]
) -> Registrant:
    needs_approval = conference.settings["approval_type"] == MANUAL_APPROVAL and not person.get("auto_approve")
    return Registrant(
        # Never used twice: a page begins after the number of the last row, even if that row is gone.
        number=store.next_number(),
        id=call.account.ids.next_user_id(),
        email=person["email"],
        fields=dict(person),
        status=PENDING if needs_approval else APPROVED,
        created_at=format_time(call.account.now()),
        pin=int(call.account.ids.next_passcode(6)),
    )


def _choose_occurrences(call: OperationCall, conference: Conference) -> tuple[str, ...]:
    """Return the ids to register for: all, or with one registration for each, those in the query or the next."""
    ids = [key for key in call.query.get("occurrence_ids", "").split(",") if key]
    for key in ids:
        occurrence = conference.find_occurrence(key)
        if occurrence is None or occurrence.status != AVAILABLE:
            raise call.error("registrants.occurrenceNotFound", occurrence_id=key)
    available = [each.id for each in conference.upcoming_occurrences(call.account.now()) if each.status == AVAILABLE]
    if conference.settings.get("registration_type", ONCE_FOR_ALL) == ONCE_FOR_ALL:
        return tuple(available)
    return tuple(ids or available[:1])


def _find_registrant(call: OperationCall, conference: Conference, key: str) -> Registrant:
    """Return a registrant by id or email. Raises ApiError."""
    for registrant in conference.registrants.values():
        if registrant.id == key or registrant.email.lower() == key.lower():
            return registrant
    raise call.error("registrants.registrantNotFound", registrant=key)
