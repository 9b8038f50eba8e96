"""Test the manifest and its schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.support.specs import complete_action_text, write_files

from zoom_component.spec.catalogue import Catalogue
from zoom_component.tools.export.manifest import build_manifest
from zoom_component.tools.export.manifest_schema import (
    MANIFEST_SCHEMA_PATH,
    build_manifest_schema,
    manifest_schema_files,
)

ROOT = Path(__file__).resolve().parents[3]
CATALOGUE = Catalogue()
MANIFEST = build_manifest(CATALOGUE)


def find_violations(document: Any) -> list[str]:
    return [error.message[:200] for error in Draft202012Validator(build_manifest_schema()).iter_errors(document)]


def test_the_schema_is_valid_and_up_to_date() -> None:
    Draft202012Validator.check_schema(build_manifest_schema())
    assert (ROOT / MANIFEST_SCHEMA_PATH).read_text(encoding="utf-8") == manifest_schema_files()[MANIFEST_SCHEMA_PATH]


def test_the_schema_accepts_only_the_manifest() -> None:
    assert find_violations(MANIFEST) == []
    assert find_violations({**MANIFEST, "more": 1}) != []
    assert find_violations({**MANIFEST, "actions": {"x": {"key": "x", "colour": "red"}}}) != []
    assert find_violations({**MANIFEST, "digest": "sha256:0"}) != []


def test_the_manifest_has_all_specs() -> None:
    assert set(MANIFEST["actions"]) == set(CATALOGUE.action_keys())
    assert set(MANIFEST["triggers"]) == set(CATALOGUE.trigger_keys())
    assert set(MANIFEST["connections"]) == set(CATALOGUE.connection_keys())
    assert MANIFEST["component"]["key"] == "zoom"
    action = MANIFEST["actions"]["createMeeting"]
    assert (action["slug"], action["rate_limit"], action["effect"]) == ("ZOOM_CREATE_A_MEETING", "LIGHT", "create")
    assert "meeting:write" in action["scopes"]
    assert action["inputs"]["approvalType"]["model"]["2"] == "None Required"
    assert action["inputs"]["waitingRoom"]["advanced"] is True
    assert action["examples"][0]["inputs"]["topic"] == "Daily Meeting"
    assert action["rules"][0]["schema"]["properties"]["password"]
    assert MANIFEST["actions"]["getMeetingSummary"]["plan"]


@pytest.mark.parametrize(("action", "key"), [("listArchivedFiles", "groupId"), ("createMeeting", "cnMeeting")])
def test_deprecated_inputs_are_marked(action: str, key: str) -> None:
    assert MANIFEST["actions"][action]["inputs"][key]["deprecated"] is True


def test_an_absent_field_has_its_default() -> None:
    topic = MANIFEST["actions"]["createMeeting"]["inputs"]["topic"]
    assert set(topic) == {"key", "label", "example", "comments", "target", "max_length"}
    assert build_manifest_schema()["$defs"]["Input"]["properties"]["required"] == {"type": "boolean", "default": False}


def test_the_manifest_is_deterministic_and_its_digest_changes_with_the_specs(tmp_path: Path) -> None:
    assert json.dumps(build_manifest(Catalogue())) == json.dumps(MANIFEST)
    more = build_manifest(Catalogue(write_files(tmp_path, {"actions/things/doThing.yaml": complete_action_text("")})))
    assert more["digest"] != MANIFEST["digest"]
    assert find_violations(more) == []
