"""Check that each action has a test spec with a success, an error and a fault."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.testing.conftest import COMPONENT

from zoom_component.spec.yaml12 import parse_yaml
from zoom_component.testing.spec_files import SPEC_SUFFIX, load_spec

HERE = Path(__file__).resolve().parents[1] / "specs" / "actions"
KEYS = COMPONENT.catalogue.action_keys()


def test_each_action_has_exactly_one_spec() -> None:
    expected = {f"{COMPONENT.get_action(key).resource}/{key}{SPEC_SUFFIX}" for key in KEYS}
    assert {path.relative_to(HERE).as_posix() for path in HERE.rglob("*.yaml")} == expected
    assert len(expected) == 31


@pytest.mark.parametrize("path", sorted(HERE.rglob("*.yaml")), ids=lambda path: path.name)
def test_the_referenced_schema_accepts_the_spec(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    mark, _, reference = text.partition("\n")[0].partition("$schema=")
    assert mark == "# yaml-language-server: "
    schema = json.loads((path.parent / reference).read_text(encoding="utf-8"))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(parse_yaml(text, "").value)] == []


@pytest.mark.parametrize("key", KEYS)
def test_the_spec_has_a_success_an_error_and_a_fault(key: str) -> None:
    path = HERE / COMPONENT.get_action(key).resource / f"{key}{SPEC_SUFFIX}"
    steps = [step for step in load_spec(path, KEYS).steps if step.run == key]
    without_faults = [step for step in steps if not step.fields.get("faults")]
    assert any("error" not in step.expect for step in without_faults)
    assert any("error" in step.expect for step in without_faults)
    assert any(step.fields.get("faults") and step.expect for step in steps)
