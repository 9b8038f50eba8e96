"""Test the OpenAPI document of the HTTP server."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openapi_spec_validator import validate

from zoom_component.cli.main import main
from zoom_component.spec.catalogue import Catalogue
from zoom_component.tools.export.openapi import build_openapi

CATALOGUE = Catalogue()
DOCUMENT = build_openapi(CATALOGUE)


def test_the_document_is_valid() -> None:
    validate(DOCUMENT)


def test_the_document_has_every_action_and_the_items_of_each_list() -> None:
    for row in CATALOGUE.listing():
        key = row["key"]
        assert f"/actions/{key}" in DOCUMENT["paths"]
        assert (f"/actions/{key}/items" in DOCUMENT["paths"]) is (CATALOGUE.action(key).pages is not None)


def test_the_document_is_deterministic() -> None:
    assert build_openapi(Catalogue()) == DOCUMENT


def test_the_document_has_the_other_operations() -> None:
    paths = DOCUMENT["paths"]
    assert {"/events", "/health", "/actions", "/actions/getUser/schema"} <= set(paths)
    assert {path.rpartition("/")[2] for path in paths if path.startswith("/tools/")} == set(CATALOGUE.slugs())
    operations = [each["operationId"] for path in paths.values() for each in path.values()]
    assert len(operations) == len(set(operations))


def test_the_export_is_the_served_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "openapi"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(DOCUMENT))


def test_the_document_has_a_further_action(tmp_path: Path) -> None:
    file = tmp_path / "actions/teams/listTeams.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(
        "key: listTeams\nlabel: List Teams\ndescription: List the groups\neffect: read\n"
        "request: {method: GET, path: /groups}\ninputs: {}\n",
        encoding="utf-8",
    )
    document = build_openapi(Catalogue(tmp_path))
    validate(document)
    assert "/actions/listTeams" in document["paths"]
