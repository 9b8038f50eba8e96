"""Test spec files in JSON: the same files mean the same in both formats, and have the same checks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.support.specs import compile_files, write_files

from zoom_component.paths import find_spec_files, get_bundle_dir
from zoom_component.spec.builder import build_specs
from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.yaml12 import parse_yaml
from zoom_component.tools.export.schemas import build_file_schema

ROOT = get_bundle_dir()
GROUPS = ("actions", "connections", "triggers", "sources")
ACTION: dict[str, Any] = {
    "$schema": "../../spec/action.schema.json",
    "key": "getIt",
    "label": "Get \U0001f600",
    "description": "Get it",
    "effect": "read",
    "request": {"method": "GET", "path": "/its/{itId}"},
    "inputs": {"itId": {"use": "itId"}},
}
SHARED = {"inputs": {"itId": {"label": "It", "type": "string", "required": True, "target": "path"}}}
FILES: dict[str, str | bytes] = {
    "actions/its/_inputs.json": json.dumps(SHARED),
    "actions/its/getIt.json": json.dumps(ACTION, indent=2),
}


def list_problems(files: dict[str, str | bytes]) -> list[str]:
    return [
        f"{Path(each.path).name}:{each.line}:{each.column}: {each.message}" for each in compile_files(files).diagnostics
    ]


def test_the_packaged_files_mean_the_same_in_json(tmp_path: Path) -> None:
    for file in find_spec_files(ROOT):
        value = parse_yaml(file.path.read_text(encoding="utf-8"), str(file.path)).value
        write_files(tmp_path, {str(Path(file.name).with_suffix(".json")): json.dumps(value)})
    as_json, as_yaml = build_specs(find_spec_files(tmp_path)), build_specs(find_spec_files(ROOT))
    assert as_json.diagnostics == as_yaml.diagnostics == []
    for group in GROUPS:
        compiled = {key: {**spec, "file": ""} for key, spec in getattr(as_json, group).items()}
        assert compiled == {key: {**spec, "file": ""} for key, spec in getattr(as_yaml, group).items()}
        assert compiled


def test_shared_inputs_and_actions_may_be_json() -> None:
    result = compile_files(FILES)
    assert result.diagnostics == []
    assert result.actions["getIt"]["label"] == "Get \U0001f600"
    assert result.actions["getIt"]["file"] == "actions/its/getIt.json"
    Draft202012Validator(build_file_schema("action")).validate(ACTION)


def test_every_problem_of_a_json_file_has_its_place() -> None:
    text = json.dumps({**ACTION, "efect": 1, "label": 5}, indent=2).replace('"read",', '"reads", // why')
    assert list_problems({**FILES, "actions/its/getIt.json": text}) == [
        "getIt.json:4:12: label: expected text (in quotes), got 5",
        'getIt.json:6:13: effect: unknown value "reads"; did you mean read?',
        "getIt.json:6:22: not JSON: comments are not allowed; use YAML, or remove it",
        'getIt.json:16:3: unknown key "efect"; did you mean effect?',
    ]


@pytest.mark.parametrize("suffix", [".yaml", ".yml"])
def test_two_files_of_one_key_are_a_problem_that_names_both(suffix: str) -> None:
    # JSON is YAML, so the same text is valid under both names.
    problems = list_problems({**FILES, f"actions/its/getIt{suffix}": json.dumps(ACTION, indent=2)})
    assert problems == [f'getIt{suffix}:3:10: duplicate key "getIt"; it is already in actions/its/getIt.json']


def test_two_files_of_one_key_are_reported_even_if_one_has_other_problems() -> None:
    problems = list_problems({**FILES, "actions/its/getIt.json": "{", "actions/that/getIt.yaml": "key: getIt\n"})
    assert 'getIt.yaml:1:6: duplicate key "getIt"; it is already in actions/its/getIt.json' in problems


@pytest.mark.parametrize("group", ["inputs", "rules"])
def test_two_shared_files_of_a_folder_may_not_define_the_same(group: str) -> None:
    rule = {"inputs": ["itId"], "schema": {"type": "object"}, "message": "expected one"}
    shared = {**SHARED, "rules": {"one": rule}}
    own = {group: shared[group]}
    problems = list_problems(
        {**FILES, "actions/its/_inputs.json": json.dumps(shared), "actions/its/_more.yaml": json.dumps(own)}
    )
    name = {"inputs": "itId", "rules": "one"}[group]
    expected = f'duplicate shared {group.removesuffix("s")} "{name}"; it is already in actions/its/_inputs.json'
    assert problems == [f"_more.yaml:1:{len(group) + 7}: {expected}"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (json.dumps(ACTION).encode("utf-16"), "1:1: not UTF-8 text, but UTF-16; save the file as UTF-8"),
        (json.dumps(ACTION).encode("utf-16-le"), "1:1: not UTF-8 text, but UTF-16; save the file as UTF-8"),
        (json.dumps(ACTION).encode("utf-32"), "1:1: not UTF-8 text, but UTF-32; save the file as UTF-8"),
        ('{\n "label": "Caf\xe9"}'.encode("latin-1"), "2:15: not UTF-8 text (byte 16); save the file as UTF-8"),
        (b"", "1:1: not JSON: expected a value, got an empty file"),
        (b"[]", "1:1: expected a mapping with the keys"),
        (b'{"$schema": 5}', "1:13: $schema: expected the path or the URL of a schema"),
    ],
)  # fmt: skip
def test_what_is_not_a_json_text_in_utf8_is_reported(content: bytes, problem: str) -> None:
    assert any(
        each.startswith(f"getIt.json:{problem}") for each in list_problems({**FILES, "actions/its/getIt.json": content})
    )


def test_a_byte_order_mark_is_ignored() -> None:
    assert list_problems({**FILES, "actions/its/getIt.json": json.dumps(ACTION).encode("utf-8-sig")}) == []


def test_a_change_of_a_json_file_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOOM_COMPONENT_CACHE", str(tmp_path / "cache"))
    root = write_files(tmp_path / "specs", FILES)
    assert Catalogue(root).action("getIt").description == "Get it"
    write_files(root, {"actions/its/getIt.json": json.dumps({**ACTION, "description": "Get something"})})
    assert Catalogue(root).action("getIt").description == "Get something"
