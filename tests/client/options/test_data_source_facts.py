"""Test the ten data sources against the known facts about them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from zoom_component.client.options.collector import OptionCollector
from zoom_component.messages import Page
from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.spec import ABSENT, Input

FACTS = json.loads((Path(__file__).parents[2] / "zoom_facts/data_sources.json").read_text(encoding="utf-8"))
CATALOGUE = Catalogue()
ACTIONS = CATALOGUE.action_keys()
SOURCES = {key: CATALOGUE.data_source(key) for key in CATALOGUE.data_source_keys()}
each = pytest.mark.parametrize("facts", FACTS["sources"], ids=lambda facts: facts["key"])


def describe(spec: Input) -> dict[str, Any]:
    fields: dict[str, Any] = {"key": spec.key, "label": spec.label, "type": spec.type, "required": spec.required}
    optional = {"example": spec.example, "placeholder": spec.placeholder, "default": spec.default}
    return fields | {name: value for name, value in optional.items() if value is not ABSENT and value is not None}


def test_there_are_ten_data_sources() -> None:
    assert set(SOURCES) == {facts["key"] for facts in FACTS["sources"]}
    assert len(SOURCES) == 10


@each
def test_its_label_inputs_and_action(facts: Mapping[str, Any]) -> None:
    source = SOURCES[facts["key"]]
    assert (source.label, source.description) == (facts["label"], facts["description"])
    assert [describe(spec) for spec in source.inputs.values()] == facts["inputs"]
    action = CATALOGUE.action(source.action)
    assert (action.path, action.pages is not None) == (facts["path"], facts["paginated"])


@each
def test_its_documented_labels_make_the_documented_sample(facts: Mapping[str, Any]) -> None:
    """Check that items like those behind the documented sample produce the sample."""
    source = SOURCES[facts["key"]]
    as_documented = source._replace(
        lists=tuple(offered._replace(label=offered.documented_label or offered.label) for offered in source.lists)
    )
    single_answer = not facts["paginated"]
    items = [_item(facts["key"], row["label"], row["key"]) for row in facts["sample"]]
    page = Page([_answer(items)] if single_answer else items, "")
    collector = OptionCollector(as_documented, frozenset(), "", 100)
    assert collector.add_page(page, single_answer=single_answer)
    assert [{"label": option.label, "key": option.value} for option in collector.options] == facts["sample"]


@each
def test_labels_show_at_least_what_is_documented(facts: Mapping[str, Any]) -> None:
    for offered in SOURCES[facts["key"]].lists:
        assert bool(offered.documented_label) == (facts["entry"]["label"] != "name")
    switched = "when returnId" in facts["entry"]["key"]
    assert all(bool(offered.value_when) == switched for offered in SOURCES[facts["key"]].lists)


def test_every_input_has_its_documented_data_source() -> None:
    for name, source in FACTS["named_by"].items():
        action, key = name.split(".")
        assert CATALOGUE.action(action).inputs[key].data_source == source


def test_every_id_with_a_data_source_uses_it() -> None:
    """Check that inputs with these names have options everywhere: in actions, triggers and data sources."""
    names = {"userId": "selectUser", "meetingId": "selectMeeting", "webinarId": "selectWebinar"}
    names["toChannel"] = "selectUserChannel"
    owners = [
        *(CATALOGUE.action(key).inputs for key in ACTIONS),
        *(CATALOGUE.trigger(key).inputs for key in CATALOGUE.trigger_keys()),
        *(source.inputs for source in SOURCES.values()),
    ]
    for inputs in owners:
        for key, spec in inputs.items():
            assert spec.data_source == names.get(key)


def _item(key: str, label: str, value: str) -> dict[str, Any]:
    item: dict[str, Any] = {"id": value, "download_url": value}
    if key == "selectChatMessage":
        name, message = label.split(" - ")
        return {**item, "sender_display_name": name, "message": message}
    if key == "selectPhoneRecording":
        callee, caller = label.removeprefix("Callee: ").split(" - Caller: ")
        return {**item, "callee_name": callee, "caller_name": caller}
    if key.endswith("Registrant"):
        names = label.split()
        return {**item, "first_name": names[0], "last_name": names[1]}
    if key == "selectMeetingRecording":
        return {**item, "file_name": label.removeprefix("Audio File: ")}
    return {**item, "display_name": label, "topic": label, "name": label}


def _answer(items: list[dict[str, Any]]) -> dict[str, Any]:
    audio = [item for item in items if not item["file_name"].startswith("Recording")]
    return {"recording_files": [item for item in items if item not in audio], "participant_audio_files": audio}
