"""The ten data sources, held fact by fact against what is known of the component's."""

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


def told(spec: Input) -> dict[str, Any]:
    words: dict[str, Any] = {"key": spec.key, "label": spec.label, "type": spec.type, "required": spec.required}
    further = {"example": spec.example, "placeholder": spec.placeholder, "default": spec.default}
    return words | {word: value for word, value in further.items() if value is not ABSENT and value is not None}


def test_there_are_ten_and_no_other() -> None:
    assert set(SOURCES) == {facts["key"] for facts in FACTS["sources"]}
    assert len(SOURCES) == 10


@each
def test_its_words_inputs_and_call(facts: Mapping[str, Any]) -> None:
    source = SOURCES[facts["key"]]
    assert (source.label, source.description) == (facts["label"], facts["description"])
    assert [told(spec) for spec in source.inputs.values()] == facts["inputs"]
    action = CATALOGUE.action(source.action)
    assert (action.path, action.pages is not None) == (facts["path"], facts["paginated"])


@each
def test_its_documented_labels_and_values(facts: Mapping[str, Any]) -> None:
    """Items that the sample came from, as the entry's words say, come to the sample."""
    source = SOURCES[facts["key"]]
    as_documented = source._replace(
        lists=tuple(listed._replace(label=listed.documented_label or listed.label) for listed in source.lists)
    )
    whole = not facts["paginated"]
    items = [_item(facts["key"], row["label"], row["key"]) for row in facts["sample"]]
    page = Page([_answer(items)] if whole else items, "")
    gathering = OptionCollector(as_documented, frozenset(), "", 100)
    assert gathering.add_page(page, single_answer=whole)
    assert [{"label": found.label, "key": found.value} for found in gathering.options] == facts["sample"]


@each
def test_ours_tells_at_least_as_much(facts: Mapping[str, Any]) -> None:
    for listed in SOURCES[facts["key"]].lists:
        assert bool(listed.documented_label) == (facts["entry"]["label"] != "name")
    switched = "when returnId" in facts["entry"]["key"]
    assert all(bool(listed.value_when) == switched for listed in SOURCES[facts["key"]].lists)


def test_every_input_that_names_a_source_there_names_it_here() -> None:
    for name, source in FACTS["named_by"].items():
        action, key = name.split(".")
        assert CATALOGUE.action(action).inputs[key].data_source == source


def test_every_id_that_can_be_chosen_is() -> None:
    """Inputs of one of these names offer values, wherever they stand: in actions, triggers and sources."""
    names = {"userId": "selectUser", "meetingId": "selectMeeting", "webinarId": "selectWebinar"}
    names["toChannel"] = "selectUserChannel"
    homes = [
        *(CATALOGUE.action(key).inputs for key in ACTIONS),
        *(CATALOGUE.trigger(key).inputs for key in CATALOGUE.trigger_keys()),
        *(source.inputs for source in SOURCES.values()),
    ]
    for inputs in homes:
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
