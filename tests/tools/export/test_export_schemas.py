"""Test that the schemas accept every valid file and refuse wrong keys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from zoom_component.paths import SpecFileInfo, find_spec_files
from zoom_component.spec.yaml12 import parse_yaml
from zoom_component.tools.export.schemas import FILE_MODELS, build_file_schema, file_schemas

ROOT = Path(__file__).resolve().parents[3]
FILES = list(find_spec_files(ROOT))
VALIDATORS = {kind: Draft202012Validator(build_file_schema(kind)) for kind in FILE_MODELS}
ACTION: dict[str, Any] = {
    "key": "listTeams",
    "label": "List Teams",
    "description": "List the groups",
    "effect": "read",
    "request": {"method": "GET", "path": "/groups"},
}


@pytest.mark.parametrize("kind", FILE_MODELS)
def test_each_schema_is_valid(kind: str) -> None:
    Draft202012Validator.check_schema(build_file_schema(kind))
    assert build_file_schema(kind)["$id"] == f"{kind}.schema.json"


@pytest.mark.parametrize("path", file_schemas())
def test_each_schema_file_is_up_to_date(path: str) -> None:
    assert (ROOT / path).read_text(encoding="utf-8") == file_schemas()[path]


@pytest.mark.parametrize("source", FILES, ids=lambda source: source.name)
def test_every_file_is_accepted(source: SpecFileInfo) -> None:
    document = parse_yaml(source.path.read_text(encoding="utf-8"), source.name).value
    assert [error.message for error in VALIDATORS[source.kind].iter_errors(document)] == []


@pytest.mark.parametrize("source", FILES, ids=lambda source: source.name)
def test_the_first_line_of_every_file_names_its_schema(source: SpecFileInfo) -> None:
    first = source.path.read_text(encoding="utf-8").partition("\n")[0]
    mark, _, reference = first.partition("$schema=")
    assert mark == "# yaml-language-server: "
    named = (source.path.parent / reference).resolve()
    assert named == ROOT / "spec" / f"{source.kind}.schema.json"


@pytest.mark.parametrize(
    "wrong",
    [
        {"lable": "List Teams"},
        {"effect": "reads"},
        {"key": "List Teams"},
        {"request": {"method": "FETCH", "path": "/groups"}},
        {"request": {"method": "GET", "path": "groups"}},
        {"inputs": {"topic": {"lable": "Topic"}}},
        {"inputs": {"topic": {"type": "integer"}}},
        {"inputs": {"topic": {"target": "body topic"}}},
        {"inputs": {"Topic": {"label": "Topic"}}},
        {"inputs": {"topic": {"required": "yes"}}},
        {"inputs": {"topic": {"model": {"1": 1}}}},
        {"examples": [{"inputs": {}, "send": {}}]},
        {"rules": [{"inputs": [], "schema": {}, "message": "Never."}]},
    ],
    ids=json.dumps,
)
def test_a_wrong_key_or_value_is_refused(wrong: dict[str, Any]) -> None:
    assert VALIDATORS["action"].is_valid(ACTION)
    assert not VALIDATORS["action"].is_valid({**ACTION, **wrong})


def test_each_key_has_a_title_a_description_and_an_example() -> None:
    for kind in FILE_MODELS:
        whole = build_file_schema(kind)
        for part in [whole, *whole.get("$defs", {}).values()]:
            for key, schema in part["properties"].items():
                assert schema["title"] == key
                assert schema["description"].endswith(".")
                assert schema["examples"]


def test_the_choices_of_an_input_have_the_platforms_key() -> None:
    words = build_file_schema("inputs")["$defs"]["InputModel"]["properties"]
    assert "model" in words
    assert "choices" not in words
