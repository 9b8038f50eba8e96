"""Test that what Zoom returns is accepted as input: copy objects from a read to a write, on the sandbox.

Which fields can be copied follows from the specs and the facts (tests/support/round_trips.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from tests.support.round_trips import (
    COMPONENT,
    CopyPair,
    find_request_schema,
    get_field,
    list_copy_pairs,
    list_response_fields,
)

from zoom_component.client.request.inputs import validate_inputs
from zoom_component.client.session import Session
from zoom_component.errors import Problem
from zoom_component.spec.spec import ActionSpec
from zoom_sandbox import Sandbox

PAIRS = list_copy_pairs()
every_pair = pytest.mark.parametrize("pair", PAIRS, ids=str)
# What Zoom returns and does not take itself (docs/departures.md).
NOT_COPIED = {
    ("meetingType", 4),
    ("numberOfEmployees", "101-250"),
    ("numberOfEmployees", "251-500"),
    ("numberOfEmployees", "501-1,000"),
    ("zoomOneTypeUpdate", 4),
}
# The fewest objects and different fields that each pair copies on the account below.
COPIES = {
    "getMeeting to createMeeting": (9, 52),
    "listMeetings to createMeeting": (4, 6),
    "getMeeting to updateMeeting": (9, 54),
    "listMeetings to updateMeeting": (8, 6),
    "listMeetingRegistrants to addMeetingRegistrant": (8, 15),
    "listWebinarRegistrants to addMeetingRegistrant": (2, 15),
    "listMeetingRegistrants to addWebinarRegistrant": (8, 15),
    "listWebinarRegistrants to addWebinarRegistrant": (2, 15),
    "getUser to createUser": (2, 5),
    "listUsers to createUser": (2, 5),
    "getUser to updateUser": (8, 18),
    "listUsers to updateUser": (8, 7),
}
SETTINGS = {
    "alternative_hosts": "ada@example.com;mia@example.com",
    "approval_type": 0,
    "registration_type": 1,
    "jbh_time": 5,
    "global_dial_in_countries": ["US"],
    "contact_email": "",
    "authentication_domains": "",
    "breakout_room": {"enable": True, "rooms": [{"name": "One", "participants": ["ada@example.com"]}]},
    "language_interpretation": {
        "enable": True,
        "interpreters": [{"email": "ada@example.com", "languages": "US,FR"}],
    },
    "approved_or_denied_countries_or_regions": {"enable": True, "method": "approve", "approved_list": ["CX"]},
}
NEW_YORK = {"start_time": "2030-03-04T09:30:00", "timezone": "America/New_York"}
MEETINGS: tuple[dict[str, Any], ...] = (
    {"type": 1},
    {"type": 2, **NEW_YORK},
    {"type": 2, "start_time": "2030-11-03T06:30:00Z", "timezone": "America/New_York"},
    {"type": 3},
    {"type": 8, **NEW_YORK, "recurrence": {"type": 1, "repeat_interval": 2, "end_times": 3}},
    {"type": 8, **NEW_YORK, "recurrence": {"type": 2, "weekly_days": "2,4", "end_date_time": "2030-06-01T12:00:00Z"}},
    {"type": 8, **NEW_YORK, "recurrence": {"type": 3, "monthly_day": 31, "end_times": 3}},
    {"type": 8, **NEW_YORK, "recurrence": {"type": 3, "monthly_week": -1, "monthly_week_day": 6, "end_times": 3}},
    {"type": 10, "start_time": "2030-03-04T09:30:00Z", "timezone": "SST"},
)
INSTANT_MEETINGS: set[int] = set()  # no list has them
REGISTRANT = {
    "first_name": "Rita",
    "last_name": "Rossi",
    "address": "1 Main Street",
    "city": "Berlin",
    "country": "DE",
    "zip": "10115",
    "state": "",
    "phone": "+49 30 5550100",
    "industry": "",
    "org": "Example",
    "job_title": "Engineer",
    "comments": "",
    "purchasing_time_frame": "1-3 months",
    "role_in_purchase_process": "Influencer",
    "no_of_employees": "1-20",
    "custom_questions": [{"title": "Which way?", "value": ""}],
}
PROFILE = {
    "timezone": "Asia/Kolkata",
    "location": "",
    "job_title": "",
    "company": "Example",
    "manager": "mia@example.com",
    "cms_user_id": "cms-1",
    "host_key": "246810",
    "pronouns": "they/them",
    "pronouns_option": 1,
    "phone_numbers": [{"country": "US", "code": "+1", "number": "8005550100", "label": "Mobile"}],
    "custom_attributes": [{"key": "cbf_1", "name": "Team", "value": ""}],
}
USERS = (
    {"email": "new.one@example.com", "first_name": "New", "last_name": "One", "type": 2, "display_name": "New One"},
    {"email": "new.two@example.com", "first_name": "Ñew", "last_name": "Two", "type": 1},
)


@pytest.fixture(scope="module")
def source() -> Iterator[Session]:
    """Return a session of an account with users, meetings, webinars and registrants."""
    with Sandbox() as zoom, COMPONENT.connect(token=zoom.issue_token(), base_url=zoom.api_url) as session:
        _fill_account(session)
        yield session


@pytest.fixture
def empty() -> Iterator[Session]:
    """Return a session of an account that objects are copied to."""
    with Sandbox() as zoom, COMPONENT.connect(token=zoom.issue_token(), base_url=zoom.api_url) as session:
        yield session


def test_the_pairs_are_those_of_the_catalogue() -> None:
    assert {str(pair) for pair in PAIRS} == set(COPIES)


@every_pair
def test_an_object_is_the_same_after_a_copy(pair: CopyPair, source: Session, empty: Session) -> None:
    copied: Counter[str] = Counter()
    objects = 0
    for path, item in _read_items(source, pair):
        inputs = pair.copy_inputs(item)
        target = source if pair.write.effect == "update" else empty
        if pair.write.key == "createUser" and _is_user(empty, item["email"]):
            continue  # a seeded user, who is in both accounts
        if inputs.get("meetingType") == 8 and "recurrence" not in pair.fields and target is empty:
            continue  # a row of a list does not have the recurrence, without which there is no series
        where = _find_target(target, pair.write, item)
        answer = target.run(pair.write.key, {**where, **inputs}).data
        after = _read_again(target, pair, {**path, **where}, answer, item)
        differences = {
            key: (inputs[key], get_field(after, pair.fields[key]))
            for key in inputs
            if get_field(after, pair.fields[key]) != inputs[key]
            and not _is_changed_by_zoom(key, inputs)
            # A create counts "" as not given (docs/inputs.md), and an object without the field is the same.
            and not (inputs[key] == "" and pair.write.effect == "create" and not get_field(after, pair.fields[key]))
        }
        assert not differences, item
        objects += 1
        copied.update(inputs.keys())
    least_objects, least_fields = COPIES[str(pair)]
    assert objects >= least_objects, copied
    assert len(copied) >= least_fields, sorted(set(pair.fields) - set(copied))


def test_what_people_copy_most_is_copied() -> None:
    (pair,) = (pair for pair in PAIRS if str(pair) == "getMeeting to createMeeting")
    names = ("startTime", "timezone", "duration", "meetingType", "recurrence", "endDateTime", "weeklyDay", "hostVideo")
    assert set(names) | {"alternativeHosts", "trackingFields", "settingsExtraFields", "password"} <= set(pair.fields)


@every_pair
def test_each_documented_value_of_a_field_is_accepted_unless_zoom_refuses_it(pair: CopyPair) -> None:
    schemas, samples = list_response_fields(pair.read), _find_sample(pair.read)
    checked, refused = 0, []
    for key, path in pair.fields.items():
        values = [*schemas[path].get("enum", ()), *schemas[path].get("examples", ()), get_field(samples, path)]
        for value in (value for value in values if value not in (None, "")):
            problems = [problem.message for problem in _find_problems(pair.write, key, value)]
            accepted_by_zoom = find_request_schema(pair.write, key).get("enum")
            if accepted_by_zoom is not None and value not in accepted_by_zoom:
                refused.append((key, value))
                assert problems, (key, value)
            else:
                assert not problems, (key, value)
            checked += 1
    assert checked >= len(pair.fields)
    assert set(refused) <= NOT_COPIED


@every_pair
def test_an_identity_that_is_returned_is_accepted_in_a_path(pair: CopyPair, source: Session) -> None:
    """Read an object by its number, by its UUID and by its e-mail address."""
    reads = [action for action in (pair.read, pair.write) if action.key in ("getMeeting", "getUser")]
    checked = 0
    for _, item in _read_items(source, pair):
        for name in ("id", "uuid", "email"):
            for action in reads:
                if item.get(name):
                    (key,) = (key for key, spec in action.inputs.items() if (spec.target or "").startswith("path"))
                    assert source.run(action.key, {key: item[name]}).data["id"] == item["id"]
                    checked += 1
    assert checked or not reads


def _fill_account(session: Session) -> None:
    for user in USERS:
        _send(session, "/users", {"action": "create", "user_info": user})
    _send(session, "/users/ada@example.com", PROFILE, "PATCH")
    bodies: dict[str, list[dict[str, Any]]] = {
        "meetings": [{"topic": "Copy 😀", "agenda": "", "settings": SETTINGS, **each} for each in MEETINGS],
        "webinars": [{"topic": "Webinar", "type": 5, **NEW_YORK, "settings": {"approval_type": 0}}] * 2,
    }
    for kind, each in [(kind, each) for kind, rows in bodies.items() for each in rows]:
        fields = {"tracking_fields": [{"field": "Region", "value": "West"}], **each}
        number = _send(session, f"/users/me/{kind}", fields)["id"]
        if each["type"] == 1:
            INSTANT_MEETINGS.add(number)
        else:
            _send(session, f"/{kind}/{number}/registrants", {"email": "rita@example.org", **REGISTRANT})


def _send(session: Session, path: str, body: Any, method: str = "POST") -> Any:
    """Return the answer to a request that has no action of its own."""
    return session.run("rawRequest", {"url": path, "method": method, "data": body}).data["data"]


def _read_items(session: Session, pair: CopyPair) -> list[tuple[Mapping[str, Any], Any]]:
    """Return each object that the read of a pair returns, with the path that it was read by."""
    return [(path, item) for path in _list_paths(session, pair.read) for item in _stream_all(session, pair.read, path)]


def _stream_all(session: Session, read: ActionSpec, path: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the objects of a read, of a list those of every status."""
    status = read.inputs.get("status")
    for value in (status.model or ()) if status is not None else (None,):
        yield from session.stream(read.key, {**path, **({} if value is None else {"status": value})})


def _list_paths(session: Session, action: ActionSpec) -> list[dict[str, Any]]:
    """Return the path inputs of a read for each object of the account."""
    keys = [key for key, spec in action.inputs.items() if (spec.target or "").startswith("path")]
    if not keys:
        return [{}]
    users = [user["id"] for user in _stream_all(session, COMPONENT.get_action("listUsers"), {})]
    if keys == ["userId"]:
        return [{"userId": user} for user in users]
    if keys == ["webinarId"]:
        return [{"webinarId": item["id"]} for item in session.stream("listWebinars", {"userId": "me"})]
    meetings = {item["id"] for user in users for item in session.stream("listMeetings", {"userId": user})}
    return [{"meetingId": number} for number in sorted(meetings | INSTANT_MEETINGS)]


def _find_target(session: Session, write: ActionSpec, item: Any) -> dict[str, Any]:
    """Return the path inputs of a write: the object itself for an update, otherwise a place for a new one."""
    keys = [key for key, spec in write.inputs.items() if (spec.target or "").startswith("path")]
    if write.effect == "update":
        return {keys[0]: item["id"]}
    kinds = {"meetingId": "meetings", "webinarId": "webinars"}
    if keys and keys[0] in kinds:
        kind = kinds[keys[0]]
        body = {"topic": "Place", "type": 2 if kind == "meetings" else 5, **NEW_YORK, "settings": {"approval_type": 0}}
        return {keys[0]: _send(session, f"/users/me/{kind}", body)["id"]}
    return {"userId": "me"} if keys else {}


def _read_again(session: Session, pair: CopyPair, path: Mapping[str, Any], answer: Any, item: Any) -> Any:
    """Return the object that was written, as a read of the pair returns it."""
    identity = item["id"] if pair.write.effect == "update" else answer.get("registrant_id", answer.get("id"))
    read = pair.read
    if pair.write.resource == "registrants":
        # The two lists return the same fields; the copy is in the list of where it was written.
        read = COMPONENT.get_action(f"list{pair.write.key.removeprefix('add')}s")
    keys = [key for key, spec in read.inputs.items() if (spec.target or "").startswith("path")]
    inputs = {key: path[key] for key in keys if key in path}
    if read.pages is None:
        inputs = {keys[0]: identity}
    (found,) = (each for each in _stream_all(session, read, inputs) if each["id"] == identity)
    return found


def _is_user(session: Session, email: str) -> bool:
    return any(user["email"] == email for user in _stream_all(session, COMPONENT.get_action("listUsers"), {}))


def _is_changed_by_zoom(key: str, inputs: Mapping[str, Any]) -> bool:
    """Return whether Zoom decides on a value itself: an instant meeting starts at the time of the call."""
    return key == "startTime" and inputs.get("meetingType") == 1


def _find_sample(read: ActionSpec) -> Any:
    """Return the object of the documented answer of a read."""
    sample = read.example_payload["data"]
    return sample[read.pages.items][0] if read.pages is not None else sample


def _find_problems(write: ActionSpec, key: str, value: Any) -> list[Problem]:
    """Return the problems of one value, apart from the inputs that it requires beside it."""
    alone = write._replace(inputs={key: write.inputs[key]._replace(depends_on=None)}, rules=())
    return validate_inputs(alone, {key: value}).problems
