"""Test the comparison of the specs and facts with an OpenAPI document that the test makes and changes."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from zoom_component.errors import InputError
from zoom_component.spec.catalogue import Catalogue
from zoom_component.tools.compare.drift import find_covered_products, find_drift
from zoom_component.tools.compare.published_api import load_openapi, normalize_path
from zoom_component.tools.compare.spec_changes import SpecChange, exit_code_for
from zoom_facts import iter_operations

CATALOGUE = Catalogue()
ACTIONS = [CATALOGUE.action(key) for key in CATALOGUE.action_keys()]
CREATE, LIST = "/users/{userId}/meetings", "/users/{userId}/meetings"


@cache
def build_document() -> dict[str, Any]:
    """Return the meetings product as OpenAPI 3.0, with scopes and rate limit label in the descriptions."""
    paths: dict[str, Any] = {}
    for each in iter_operations():
        if each.product != "meetings":
            continue
        description = f"Does it.\n\n**Scopes:** {', '.join(f'`{scope}`' for scope in each.scopes)}\n"
        description += f"**Granular Scopes:** {', '.join(f'`{scope}`' for scope in each.granular_scopes)}\n"
        if each.rate_limit:
            description += f"**Rate Limit Label:** `{each.rate_limit}`"
        operation: dict[str, Any] = {
            "operationId": each.id,
            "description": f"{description}**Rate Limit Label:** `{each.rate_limit}`"
            if each.rate_limit
            else description,
            "deprecated": each.deprecated,
            "security": [{"openapi_oauth": list(each.scopes)}],
            "parameters": [
                {
                    "name": known["name"],
                    "in": "query",
                    "required": bool(known.get("required")),
                    "deprecated": bool(known.get("deprecated")),
                    "schema": {word: part for word, part in known.items() if word not in ("name", "required")},
                }
                for known in each.query
            ],
            "responses": {},
        }
        if each.body is not None:
            operation["requestBody"] = {"content": {"application/json": {"schema": each.body}}}
        paths.setdefault(each.path, {})[each.method.lower()] = operation
    return {"openapi": "3.0.0", "info": {"title": "Meetings", "version": "2"}, "paths": paths}


def find_changes(tmp_path: Path, change: Callable[[dict[str, Any]], object] = lambda paths: None) -> list[SpecChange]:
    document = copy.deepcopy(build_document())
    change(document["paths"])
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return find_drift(ACTIONS, load_openapi(str(file)))


def get_parameter(paths: Mapping[str, Any], path: str, name: str) -> dict[str, Any]:
    return next(each for each in paths[path]["get"]["parameters"] if each["name"] == name)


def get_body_schema(paths: Mapping[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = paths[CREATE]["post"]["requestBody"]["content"]["application/json"]["schema"]
    return schema


def get_settings(paths: Mapping[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = get_body_schema(paths)["properties"]["settings"]["properties"]
    return fields


def test_a_document_that_matches_the_facts_has_no_changes(tmp_path: Path) -> None:
    assert find_changes(tmp_path) == []


EDITS: list[tuple[Callable[[dict[str, Any]], object], SpecChange]] = [
    (lambda paths: paths.pop("/past_meetings/{meetingId}/participants"),
     SpecChange("breaking", "getPastMeetingParticipants", "GET /past_meetings/{meetingId}/participants was removed.")),
    (lambda paths: paths["/meetings/{meetingId}"]["get"].update(deprecated=True),
     SpecChange("other", "getMeeting", "its operation is now deprecated.")),
    (lambda paths: paths[LIST]["get"]["parameters"].remove(get_parameter(paths, LIST, "timezone")),
     SpecChange("breaking", "listMeetings", "the query parameter timezone of the input `timezoneQuery` was removed.")),
    (lambda paths: get_parameter(paths, LIST, "type")["schema"]["enum"].remove("live"),
     SpecChange("breaking", "listMeetings", "the input `typeOfMeeting` offers live, which the API no longer accepts.")),
    (lambda paths: get_parameter(paths, LIST, "type")["schema"]["enum"].append("lost"),
     SpecChange("additive", "listMeetings", "the input `typeOfMeeting` could also offer lost.")),
    (lambda paths: get_parameter(paths, LIST, "page_size")["schema"].update(maximum=100),
     SpecChange("breaking", "listMeetings", "its max page size changed from 300 to 100.")),
    (lambda paths: get_parameter(paths, LIST, "page_size")["schema"].update(maximum=500),
     SpecChange("other", "listMeetings", "its max page size changed from 300 to 500.")),
    (lambda paths: paths[LIST]["get"]["parameters"].append({"name": "mood", "in": "query", "schema": {}}),
     SpecChange("additive", "listMeetings", "the operation now also accepts: query mood.")),
    (lambda paths: paths[LIST]["get"]["parameters"].append({"name": "mood", "in": "query", "required": True}),
     SpecChange("breaking", "listMeetings", "no input sends the required query parameter mood.")),
    (lambda paths: get_parameter(paths, LIST, "from").update(deprecated=True),
     SpecChange("other", "listMeetings", "the query parameter from of the input `from` is now deprecated.")),
    (lambda paths: get_settings(paths).pop("waiting_room"),
     SpecChange("breaking", "createMeeting",
                "the body field settings.waiting_room of the input `waitingRoom` was removed.")),
    (lambda paths: get_settings(paths).update(mood={"type": "string"}),
     SpecChange("additive", "createMeeting", "the operation now also accepts: body settings.mood.")),
    (lambda paths: get_body_schema(paths).update(required=["topic", "mood"]),
     SpecChange("breaking", "createMeeting", "no input sends the required body field mood.")),
    (lambda paths: paths.update({"/meetings/{id}/mood": {"get": {"operationId": "meetingMood"}}}),
     SpecChange("additive", "GET /meetings/{id}/mood", "the operation was added (meetingMood).")),
    (lambda paths: paths[CREATE]["post"].update(description="**Rate Limit Label:** `HEAVY`"),
     SpecChange("other", "createMeeting", "its rate limit changed from LIGHT to HEAVY.")),
    (lambda paths: paths["/report/daily"]["get"].update(description="", security=[{"oauth": ["report:new"]}]),
     SpecChange("breaking", "getDailyUsageReport", "it now requires another scope: report:new.")),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "expected"), EDITS, ids=[expected.message for _, expected in EDITS])
def test_each_change_of_the_document_is_reported(
    edit: Callable[[dict[str, Any]], object], expected: SpecChange, tmp_path: Path
) -> None:
    assert expected in find_changes(tmp_path, edit)
    assert exit_code_for([expected]) == {"breaking": 1, "additive": 20, "other": 0}[expected.severity]


def test_a_product_that_the_document_does_not_cover_is_not_compared(tmp_path: Path) -> None:
    assert {change.part for change in find_changes(tmp_path)} & {"listUsers", "getUser"} == set()
    file = tmp_path / "openapi.json"
    assert find_covered_products(load_openapi(str(file))) == {"meetings"}


def test_a_rounded_number_matches_the_exact_one(tmp_path: Path) -> None:
    exact = list(CATALOGUE.action("createUser").inputs["zoomOneType"].model or ())
    (big,) = [value for value in exact if value == "576460752303423488"]
    assert int(big) > 2**53
    listed = [int(value) if value != big else 576460752303423500 for value in exact]
    schema = {
        "properties": {"user_info": {"properties": {"feature": {"properties": {"zoom_one_type": {"enum": listed}}}}}}
    }
    body = {"content": {"application/json": {"schema": schema}}}
    file = tmp_path / "users.json"
    paths = {"/users": {"post": {"requestBody": body}}}
    file.write_text(json.dumps({"openapi": "3.0.0", "paths": paths}), encoding="utf-8")
    assert [
        change.message for change in find_drift(ACTIONS, load_openapi(str(file))) if "zoomOneType" in change.message
    ] == []


def test_references_alternatives_versions_and_yaml_are_supported(tmp_path: Path) -> None:
    document = {
        "openapi": "3.1.0",
        "paths": {
            "/v2/users/{id}/meetings": {
                "parameters": [{"$ref": "#/components/parameters/size"}],
                "get": {"parameters": [{"$ref": "#/nowhere"}, {"$ref": "elsewhere.yaml#/x"}], "security": None},
                "post": {"requestBody": {"$ref": "#/components/requestBodies/make"}},
                "x-note": "kept by somebody",
            }
        },
        "components": {
            "parameters": {"size": {"name": "page_size", "in": "query", "schema": {"$ref": "#/components/schemas/n"}}},
            "requestBodies": {"make": {"content": {"application/json; charset=utf-8": {"schema": {
                "allOf": [{"$ref": "#/components/schemas/one"}, {"oneOf": [{"properties": {"two": {}}}, None]}],
            }}}}},
            "schemas": {
                "n": {"type": ["integer", "null"], "maximum": 50},
                "one": {"properties": {"again": {"$ref": "#/components/schemas/one"}, "a": {"type": "string"}}},
            },
        },
    }  # fmt: skip
    file = tmp_path / "openapi.yaml"
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    operations = load_openapi(str(file))
    listing, creation = operations["GET", "/users/{}/meetings"], operations["POST", "/users/{}/meetings"]
    assert listing.query["page_size"]["maximum"] == 50
    assert creation.body is not None
    assert {"a", "two"} <= set(creation.body["properties"])


@pytest.mark.parametrize(
    ("path", "normalized"), [("/v2/users/{userId}/", "/users/{}"), ("/users/{id}", "/users/{}"), ("/", "/")]
)
def test_paths_are_compared_without_version_and_names(path: str, normalized: str) -> None:
    assert normalize_path(path) == normalized


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[1, 2]", "expected one in JSON or YAML"),
        ('{"swagger": "2.0", "paths": {}}', "it has no `openapi`"),
        ("a: [", "neither JSON nor YAML"),
        ('{"openapi": "3.0.0"}', "no `paths`"),
    ],
)
def test_a_file_of_another_kind_is_refused(text: str, message: str, tmp_path: Path) -> None:
    file = tmp_path / "x.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        load_openapi(str(file))


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot read .*: no such file"):
        load_openapi(str(tmp_path / "missing.json"))
