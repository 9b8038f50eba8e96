"""Compare the actions and the trigger with the facts of the component document.

tests/zoom_facts/component.json has the facts of the document without its sentences. DEPARTURES has the intended
differences, by their names in docs/departures.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from zoom_component.paths import find_spec_files, get_bundle_dir
from zoom_component.spec import decoder
from zoom_component.spec.builder import build_specs
from zoom_component.spec.spec import ABSENT, ActionSpec, Input, TriggerSpec

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT: Mapping[str, Any] = json.loads((ROOT / "tests/zoom_facts/component.json").read_text(encoding="utf-8"))
BUILT = build_specs(find_spec_files(get_bundle_dir()))
ACTIONS = {key: decoder.decode_action(raw) for key, raw in BUILT.actions.items()}
DEPARTURES = {
    ("addWebinarRegistrant", "webinarId", "key"): "addWebinarRegistrant.webinarId",
    ("updateMeeting", "recurrence", "required"): "updateMeeting.recurrence",
}
COLLECTIONS = {"value list": "valuelist", "key value list": "keyvaluelist", None: None}
OLDER_ONLY = {"getAccountsPhoneRecordings", "getUsersPhoneRecordings", "listUsersRecordings"}
CATALOGUE = {
    "deleteMeetingRecordings",
    "getDailyUsageReport",
    "getMeetingSummary",
    "getPastMeetingParticipants",
    "listArchivedFiles",
    "listDevices",
}

documented = pytest.mark.parametrize("facts", DOCUMENT["actions"], ids=lambda facts: facts["key"])
every_action = pytest.mark.parametrize("action", ACTIONS.values(), ids=lambda action: action.key)


def test_no_file_has_problems() -> None:
    assert [str(each) for each in BUILT.diagnostics] == []


def test_the_actions_are_those_of_the_document_and_the_toolkit() -> None:
    keys = {facts["key"] for facts in DOCUMENT["actions"]}
    assert {key for key, action in ACTIONS.items() if action.documents} == keys | CATALOGUE
    assert {key for key, action in ACTIONS.items() if action.documents == ("catalogue",)} == CATALOGUE


@documented
def test_key_label_and_description(facts: Mapping[str, Any]) -> None:
    action = ACTIONS[facts["key"]]
    assert (action.label, action.description) == (facts["label"], facts["description"])
    assert list(action.documents) == facts["documented_in"]


@documented
def test_the_inputs_are_those_of_the_document(facts: Mapping[str, Any]) -> None:
    if facts["inputs"] is None:
        assert facts["key"] in OLDER_ONLY
        return
    documented_keys = {row["key"] for row in facts["inputs"]}
    inputs = ACTIONS[facts["key"]].inputs
    added = {key for key in inputs if not inputs[key].advanced} - documented_keys
    assert documented_keys <= set(inputs)
    assert not any(inputs[key].advanced for key in documented_keys)
    assert {(facts["key"], key, "key") for key in added} <= set(DEPARTURES)


@documented
def test_every_input_matches_the_document(facts: Mapping[str, Any]) -> None:
    inputs = ACTIONS[facts["key"]].inputs
    differences = {
        (facts["key"], row["key"], field)
        for row in facts["inputs"] or []
        for field in _list_differences(row, inputs[row["key"]])
    }
    departures = {departure for departure in DEPARTURES if departure[0] == facts["key"] and departure[2] != "key"}
    assert differences == departures


@documented
def test_the_example_payload(facts: Mapping[str, Any]) -> None:
    payload = ACTIONS[facts["key"]].example_payload
    if facts["key"] in OLDER_ONLY:
        assert payload is not ABSENT
    elif facts["example_payload"] is None:
        assert payload is ABSENT
    else:
        assert _is_same(payload, facts["example_payload"])


def test_the_trigger() -> None:
    (facts,) = DOCUMENT["triggers"]
    trigger: TriggerSpec = decoder.decode_trigger(BUILT.triggers[facts["key"]])
    assert (trigger.label, trigger.description) == (facts["label"], facts["description"])
    assert trigger.branches == ("Notification", "URL Verify")
    assert list(trigger.inputs) == [row["key"] for row in facts["inputs"]]
    for row in facts["inputs"]:
        assert list(_list_differences(row, trigger.inputs[row["key"]])) == []


@every_action
def test_every_comment_is_a_sentence_about_the_value(action: ActionSpec) -> None:
    for spec in action.inputs.values():
        if spec.type == "connection":
            continue
        assert spec.comments, f"{spec.key} has no comment"
        assert spec.comments.endswith("."), spec.comments
        assert not re.search(r"\byou(r|rs)?\b", spec.comments, re.IGNORECASE), spec.comments


@every_action
def test_only_reads_have_pages_and_only_code_has_a_template(action: ActionSpec) -> None:
    assert action.pages is None or action.effect == "read"
    for spec in action.inputs.values():
        if spec.type == "code":
            assert spec.default is ABSENT
            assert spec.template is not ABSENT
        else:
            assert spec.template is ABSENT


@pytest.mark.parametrize("name", sorted(set(DEPARTURES.values())))
def test_every_departure_is_in_the_docs(name: str) -> None:
    assert f"`{name}`" in (ROOT / "docs/departures.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("key", sorted(OLDER_ONLY | CATALOGUE))
def test_every_further_action_is_in_the_docs(key: str) -> None:
    assert f"`{key}`" in (ROOT / "docs/departures.md").read_text(encoding="utf-8")


def _list_differences(row: Mapping[str, Any], spec: Input) -> Iterator[str]:
    """Yield the fields of a documented input that differ."""
    plain = {
        "label": spec.label,
        "type": spec.type,
        "required": spec.required,
        "hidden": not spec.shown,
    }
    yield from (field for field, value in plain.items() if value != row[field])
    if spec.collection != COLLECTIONS[row["collection"]]:
        yield "collection"
    if not row.get("default_not_shown") and _to_text(spec.default) != row.get("default"):
        yield "default"
    if row.get("default_not_shown") and spec.template is ABSENT:
        yield "template"
    if _to_text(spec.example) != row.get("example"):
        yield "example"
    if row["has_notes"] and not spec.comments:
        yield "notes"
    if not set(row.get("choices", ())) <= set(spec.model or ()):
        yield "choices"


def _to_text(value: Any) -> str | None:
    """Return a default or an example as the document prints it."""
    if value is ABSENT:
        return None
    return "true" if value is True else "false" if value is False else str(value)


def _is_same(one: Any, other: Any) -> bool:
    """Return True if two values are equal as JSON, where 1 and true differ."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
