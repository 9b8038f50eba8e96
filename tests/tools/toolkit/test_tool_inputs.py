"""Test that each of the catalogue's 256 inputs is sent to its place and is reported under its own name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from zoom_component.client.actions import Actions
from zoom_component.errors import InputError
from zoom_component.messages import BoundRequest

FACTS: Mapping[str, Any] = json.loads(
    (Path(__file__).parents[2] / "zoom_facts/catalogue.json").read_text(encoding="utf-8")
)
TOOLS = {facts["slug"]: facts for facts in FACTS["actions"]}
ACTIONS = Actions.load()
VALUES: Mapping[str, Any] = {
    "email": "jchill@example.com", "meetingId": 85746065001, "webinarId": 95204914001, "userId": "me",
    "first_name": "Jill", "country": "US", "start_time": "2030-03-04T14:30:00Z", "timezone": "Europe/Berlin",
    "recurrence__end__date__time": "2030-06-04T14:30:00Z", "from": "2026-03-01", "to": "2026-03-02", "year": 2026,
    "occurrence_id": "1648194360000", "occurrence_ids": "1648194360000,1648367160000", "password": "pass-1234",
    "include_fields": "download_access_token", "mc": "false", "trash_type": "recording_file",
    "settings__custom__keys": [{"key": "key1", "value": "value1"}], "tracking_fields": [{"field": "f", "value": "v"}],
    "settings__global__dial__in__countries": ["US", "GB"], "custom_questions": [{"title": "Why?", "value": "So."}],
}  # fmt: skip
BY_TYPE = {
    "integer": 1,
    "boolean": True,
    "string": "text",
    "object[]": [{"email": "a@example.com"}],
    "string[]": ["US"],
}
WEEKLY = {"recurrence__type": 2, "recurrence__weekly__days": "1,3"}
MONTHLY = {"recurrence__type": 3, "recurrence__monthly__week": -1, "recurrence__monthly__week__day": 6}
BESIDE: Mapping[str, Mapping[str, Any]] = {
    "recurrence__type": WEEKLY, "recurrence__weekly__days": WEEKLY, "recurrence__end__times": WEEKLY,
    "recurrence__end__date__time": WEEKLY, "recurrence__repeat__interval": WEEKLY, "recurrence__monthly__week": MONTHLY,
    "recurrence__monthly__week__day": MONTHLY, "recurrence__monthly__day": {"recurrence__type": 3},
    "ttl": {"include_fields": "download_access_token"}, "trash_type": {"trash": True}, "pre_schedule": {"type": 2},
}  # fmt: skip
PLACES = [(slug, row) for slug, facts in TOOLS.items() for row in facts["inputs"]]


def choose_value(slug: str, row: Mapping[str, Any]) -> Any:
    name = row["name"]
    if slug == "ZOOM_LIST_ARCHIVED_FILES" and name in ("from", "to"):
        return f"{VALUES[name]}T00:00:00Z"
    choices = row.get("enum") or row.get("documented_values") or [None]
    return VALUES.get(name, choices[0] if choices[0] is not None else BY_TYPE[row["type"]])


def build_call(slug: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs of a call: those that the tool requires, one more input, and those that it depends on."""
    required = {each["name"]: choose_value(slug, each) for each in TOOLS[slug]["inputs"] if each["required"]}
    return {**required, row["name"]: choose_value(slug, row), **BESIDE.get(row["name"], {})}


def find_sent_value(request: BoundRequest, row: Mapping[str, Any]) -> Any:
    """Return the value of an input in a request: in its body, its query or its path."""
    value: Any = request.body
    for step in row.get("path", row["name"]).split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    if value is None:
        value = dict(request.query).get(row["name"])
    return value if value is not None else next((part for part in request.path.split("/") if part), None)


def to_plain_text(value: Any) -> Any:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


@pytest.mark.parametrize(("slug", "row"), PLACES, ids=[f"{slug}.{row['name']}" for slug, row in PLACES])
def test_an_input_is_sent_to_its_place(slug: str, row: Mapping[str, Any]) -> None:
    inputs = build_call(slug, row)
    request = ACTIONS.plan(slug, inputs).request
    if row["name"] in ("meetingId", "webinarId", "userId"):
        assert str(inputs[row["name"]]) in request.path.split("/")
    else:
        sent = find_sent_value(request, row)
        assert sent == inputs[row["name"]] or to_plain_text(sent) == to_plain_text(inputs[row["name"]])


@pytest.mark.parametrize("slug", TOOLS)
def test_a_tool_sends_its_inputs_and_no_defaults(slug: str) -> None:
    required = {row["name"]: choose_value(slug, row) for row in TOOLS[slug]["inputs"] if row["required"]}
    request = ACTIONS.plan(slug, required).request
    assert request.query == []
    assert set(request.body or {}) == set(required) - {"meetingId", "webinarId", "userId"}


@pytest.mark.parametrize("slug", TOOLS)
def test_problems_have_the_names_of_the_catalogue(slug: str) -> None:
    with pytest.raises(InputError) as caught:
        ACTIONS.plan(slug, {"pagesize!": 1})
    required = {row["name"] for row in TOOLS[slug]["inputs"] if row["required"]}
    assert {problem.input for problem in caught.value.problems} == required | {"pagesize!"}
    assert caught.value.action == slug


def test_a_value_outside_a_closed_list_is_refused() -> None:
    with pytest.raises(InputError, match=r"settings__audio: .*both"):
        ACTIONS.plan("ZOOM_CREATE_A_MEETING", {"userId": "me", "settings__audio": "all"})
    with pytest.raises(InputError, match="recurrence__weekly__days"):
        ACTIONS.plan("ZOOM_CREATE_A_MEETING", {"userId": "me", **WEEKLY, "recurrence__weekly__days": "8"})


def test_rules_have_the_names_of_the_catalogue() -> None:
    with pytest.raises(InputError) as caught:
        ACTIONS.plan("ZOOM_CREATE_A_MEETING", {"userId": "me", "recurrence__repeat__interval": 2})
    assert caught.value.problems[0].input == "recurrence__repeat__interval"
    assert "recurrence__type" in caught.value.problems[0].message
