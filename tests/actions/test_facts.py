"""The actions and the trigger, held fact by fact against what the component document says.

tests/zoom_facts/component.json holds the document's facts: no sentence of it, only whether an input has a note.
Whatever differs on purpose stands in DEPARTURES, by the name that docs/departures.md gives it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from zoom_component.paths import get_bundle_dir
from zoom_component.spec import decoder
from zoom_component.spec.builder import build_specs
from zoom_component.spec.spec import ABSENT, ActionSpec, Input, TriggerSpec
from zoom_component.spec.spec_files import find_spec_files

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


def test_no_file_has_a_fault() -> None:
    assert [str(fault) for fault in BUILT.diagnostics] == []


def test_the_catalogue_is_the_documents_and_the_toolkits() -> None:
    keys = {facts["key"] for facts in DOCUMENT["actions"]}
    assert {key for key, action in ACTIONS.items() if action.documents} == keys | CATALOGUE
    assert {key for key, action in ACTIONS.items() if action.documents == ("catalogue",)} == CATALOGUE


@documented
def test_key_label_and_description(facts: Mapping[str, Any]) -> None:
    action = ACTIONS[facts["key"]]
    assert (action.label, action.description) == (facts["label"], facts["description"])
    assert list(action.documents) == facts["documented_in"]


@documented
def test_every_input_is_there_and_no_other(facts: Mapping[str, Any]) -> None:
    if facts["inputs"] is None:
        assert facts["key"] in OLDER_ONLY
        return
    wanted = {row["key"] for row in facts["inputs"]}
    inputs = ACTIONS[facts["key"]].inputs
    added = {key for key in inputs if not inputs[key].advanced} - wanted
    assert wanted <= set(inputs)
    assert not any(inputs[key].advanced for key in wanted)
    assert {(facts["key"], key, "key") for key in added} <= set(DEPARTURES)


@documented
def test_every_fact_of_every_input(facts: Mapping[str, Any]) -> None:
    inputs = ACTIONS[facts["key"]].inputs
    found = {
        (facts["key"], row["key"], word)
        for row in facts["inputs"] or []
        for word in _differences(row, inputs[row["key"]])
    }
    assert found == {departure for departure in DEPARTURES if departure[0] == facts["key"] and departure[2] != "key"}


@documented
def test_the_example_payload(facts: Mapping[str, Any]) -> None:
    payload = ACTIONS[facts["key"]].example_payload
    if facts["key"] in OLDER_ONLY:
        assert payload is not ABSENT
    elif facts["example_payload"] is None:
        assert payload is ABSENT
    else:
        assert _same(payload, facts["example_payload"])


def test_the_trigger() -> None:
    (facts,) = DOCUMENT["triggers"]
    trigger: TriggerSpec = decoder.decode_trigger(BUILT.triggers[facts["key"]])
    assert (trigger.label, trigger.description) == (facts["label"], facts["description"])
    assert trigger.branches == ("Notification", "URL Verify")
    assert list(trigger.inputs) == [row["key"] for row in facts["inputs"]]
    for row in facts["inputs"]:
        assert list(_differences(row, trigger.inputs[row["key"]])) == []


@every_action
def test_every_note_is_a_sentence_about_the_value(action: ActionSpec) -> None:
    for given in action.inputs.values():
        if given.type == "connection":
            continue
        assert given.comments, f"{given.key} has no note"
        assert given.comments.endswith("."), given.comments
        assert not re.search(r"\byou(r|rs)?\b", given.comments, re.IGNORECASE), given.comments


@every_action
def test_only_reads_page_and_only_code_has_a_scaffold(action: ActionSpec) -> None:
    assert action.pages is None or action.effect == "read"
    for given in action.inputs.values():
        if given.type == "code":
            assert given.default is ABSENT
            assert given.template is not ABSENT
        else:
            assert given.template is ABSENT


@pytest.mark.parametrize("name", sorted(set(DEPARTURES.values())))
def test_every_departure_stands_in_the_docs(name: str) -> None:
    assert f"`{name}`" in (ROOT / "docs/departures.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("key", sorted(OLDER_ONLY | CATALOGUE))
def test_every_action_beyond_the_document_stands_in_the_docs(key: str) -> None:
    assert f"`{key}`" in (ROOT / "docs/departures.md").read_text(encoding="utf-8")


def _differences(row: Mapping[str, Any], given: Input) -> Iterator[str]:
    """The words of a documented input that are not the same here."""
    plain = {
        "label": given.label,
        "type": given.type,
        "required": given.required,
        "hidden": not given.shown,
    }
    yield from (word for word, value in plain.items() if value != row[word])
    if given.collection != COLLECTIONS[row["collection"]]:
        yield "collection"
    if not row.get("default_not_shown") and _text(given.default) != row.get("default"):
        yield "default"
    if row.get("default_not_shown") and given.template is ABSENT:
        yield "scaffold"
    if _text(given.example) != row.get("example"):
        yield "example"
    if row["has_notes"] and not given.comments:
        yield "notes"
    if not set(row.get("choices", ())) <= set(given.model or ()):
        yield "choices"


def _text(value: Any) -> str | None:
    """A default or an example as the document prints it."""
    if value is ABSENT:
        return None
    return "true" if value is True else "false" if value is False else str(value)


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON, where 1 and true are two things."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
