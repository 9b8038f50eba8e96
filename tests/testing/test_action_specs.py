"""Check that each test spec belongs to an action, and has a success, an error and a fault.

An action without a spec is allowed, so that one YAML file is enough to add an action.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.testing.conftest import COMPONENT

from zoom_component.spec.yaml12 import parse_yaml
from zoom_component.testing.spec_files import load_spec
from zoom_component.testing.spec_names import SPEC_SUFFIX

HERE = Path(__file__).resolve().parents[1] / "specs" / "actions"
KEYS = COMPONENT.catalogue.action_keys()
FILES = sorted(HERE.rglob("*.yaml"))


def test_each_spec_is_named_after_an_action() -> None:
    known = {f"{COMPONENT.get_action(key).resource}/{key}{SPEC_SUFFIX}" for key in KEYS}
    specs = {path.relative_to(HERE).as_posix() for path in FILES}
    assert specs
    assert sorted(specs - known) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_referenced_schema_accepts_the_spec(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    mark, _, reference = text.partition("\n")[0].partition("$schema=")
    assert mark == "# yaml-language-server: "
    schema = json.loads((path.parent / reference).read_text(encoding="utf-8"))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(parse_yaml(text, "").value)] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_spec_has_a_success_an_error_and_a_fault(path: Path) -> None:
    key = path.name.removesuffix(SPEC_SUFFIX)
    steps = [step for step in load_spec(path, KEYS).steps if step.run == key]
    without_faults = [step for step in steps if not step.fields.get("faults")]
    assert any("error" not in step.expect for step in without_faults)
    assert any("error" in step.expect for step in without_faults)
    assert any(step.fields.get("faults") and step.expect for step in steps)
