"""The manifest: everything that the specs say, in a document that its own schema accepts."""

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


def faults(document: Any) -> list[str]:
    return [error.message[:200] for error in Draft202012Validator(build_manifest_schema()).iter_errors(document)]


def test_the_schema_is_one_and_the_kept_one_is_fresh() -> None:
    Draft202012Validator.check_schema(build_manifest_schema())
    assert (ROOT / MANIFEST_SCHEMA_PATH).read_text(encoding="utf-8") == manifest_schema_files()[MANIFEST_SCHEMA_PATH]


def test_the_schema_accepts_the_manifest_and_nothing_beside_it() -> None:
    assert faults(MANIFEST) == []
    assert faults({**MANIFEST, "more": 1}) != []
    assert faults({**MANIFEST, "actions": {"x": {"key": "x", "colour": "red"}}}) != []
    assert faults({**MANIFEST, "digest": "sha256:0"}) != []


def test_everything_is_in_it() -> None:
    assert set(MANIFEST["actions"]) == set(CATALOGUE.action_keys())
    assert set(MANIFEST["triggers"]) == set(CATALOGUE.trigger_keys())
    assert set(MANIFEST["connections"]) == set(CATALOGUE.connection_keys())
    assert MANIFEST["component"]["key"] == "zoom"
    made = MANIFEST["actions"]["createMeeting"]
    assert (made["slug"], made["rate_limit"], made["effect"]) == ("ZOOM_CREATE_A_MEETING", "LIGHT", "create")
    assert "meeting:write" in made["scopes"]
    assert made["inputs"]["approvalType"]["model"]["2"] == "None Required"
    assert made["inputs"]["waitingRoom"]["advanced"] is True
    assert made["examples"][0]["inputs"]["topic"] == "Daily Meeting"
    assert made["rules"][0]["schema"]["properties"]["password"]
    assert MANIFEST["actions"]["getMeetingSummary"]["plan"]


@pytest.mark.parametrize(("action", "key"), [("listArchivedFiles", "groupId"), ("createMeeting", "cnMeeting")])
def test_what_the_api_has_deprecated_is_told(action: str, key: str) -> None:
    assert MANIFEST["actions"][action]["inputs"][key]["deprecated"] is True


def test_what_is_left_out_has_its_default() -> None:
    topic = MANIFEST["actions"]["createMeeting"]["inputs"]["topic"]
    assert set(topic) == {"key", "label", "example", "comments", "send", "max_length"}
    assert build_manifest_schema()["$defs"]["Input"]["properties"]["required"] == {"type": "boolean", "default": False}


def test_it_is_the_same_each_time_and_its_digest_tells_states_apart(tmp_path: Path) -> None:
    assert json.dumps(build_manifest(Catalogue())) == json.dumps(MANIFEST)
    more = build_manifest(Catalogue(write_files(tmp_path, {"actions/things/doThing.yaml": complete_action_text("")})))
    assert more["digest"] != MANIFEST["digest"]
    assert faults(more) == []
