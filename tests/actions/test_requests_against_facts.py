"""Every example of every action, held against the facts of its operation: path, query, body, answer.

The runtime has no part in this. What an example says it sends is read from the YAML and judged by spec/zoom,
so that a mistake cannot be made twice in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any
from urllib.parse import quote, unquote

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from zoom_component.paths import get_bundle_dir
from zoom_component.spec.builder import build_specs
from zoom_component.spec.spec_files import find_spec_files
from zoom_facts import Operation, iter_operations

ACTIONS = build_specs(find_spec_files(get_bundle_dir())).actions
EXAMPLES = [
    pytest.param(action, example, id=f"{key}-{at}")
    for key, action in ACTIONS.items()
    for at, example in enumerate(action["examples"], 1)
]
EXACT = 2**53
FORMATS = FormatChecker(formats=["email"])

every_example = pytest.mark.parametrize(("action", "example"), EXAMPLES)
every_action = pytest.mark.parametrize("action", ACTIONS.values(), ids=lambda action: action["key"])


@FORMATS.checks("date-time", raises=ValueError)
def _is_date_time(value: object) -> bool:
    """RFC 3339: a date-time names its offset."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@FORMATS.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or bool(date.fromisoformat(value))


@every_action
def test_there_are_two_examples_or_more_of_a_documented_action(action: Mapping[str, Any]) -> None:
    assert len(action["examples"]) >= (2 if action["documents"] else 0)
    if len(action["examples"]) < 2:
        return
    names = [example["name"] for example in action["examples"]]
    assert len(set(names)) == len(names)


@every_example
def test_method_and_path(action: Mapping[str, Any], example: Mapping[str, Any]) -> None:
    sends = example["sends"]
    operation = _operation(sends)
    if action["operation"]:
        assert operation.id == action["operation"]
        assert operation.path == action["path"]
    for parameter, segment in _placed(operation, sends["path"]):
        once = unquote(segment)
        twice = unquote(once)
        doubled = twice.startswith("/") or "//" in twice
        value = twice if doubled else once
        assert value not in ("", ".", "..")
        encoded = quote(value, safe="@:")
        assert segment == (quote(encoded, safe="") if doubled else encoded)
        if parameter["type"] == "integer":
            assert re.fullmatch(r"[0-9]+", value)


@every_example
def test_query(action: Mapping[str, Any], example: Mapping[str, Any]) -> None:
    operation = _operation(example["sends"])
    known = {parameter["name"]: parameter for parameter in operation.query}
    query = example["sends"].get("query", {})
    assert set(query) <= set(known)
    assert {name for name, parameter in known.items() if parameter.get("required")} <= set(query)
    for name, text in query.items():
        assert isinstance(text, str)
        assert _faults(known[name], _from_text(text, known[name]["type"])) == []
    if action["pages"]:
        most = operation.pagination and operation.pagination["page_size_max"]
        asked = int(query[action["pages"]["size_param"]])
        assert asked == action["pages"]["size"]
        assert asked == most or action["key"] == "listUsers"


@every_example
def test_body(action: Mapping[str, Any], example: Mapping[str, Any]) -> None:
    operation, sends = _operation(example["sends"]), example["sends"]
    if operation.body_media_type == "multipart/form-data":
        assert "body" not in sends
        return
    if operation.body is None:
        assert "body" not in sends
        return
    body = _as_the_schema_can_say_it(sends["body"])
    schema = _amended(operation.body)
    assert list(_strangers(body, schema)) == []
    assert _faults(schema, body) == []


@every_example
def test_answer(action: Mapping[str, Any], example: Mapping[str, Any]) -> None:
    operation = _operation(example["sends"])
    status = example.get("status") or operation.success_statuses[0]
    assert status in operation.success_statuses
    schema = operation.responses[str(status)]
    answer = example.get("answer")
    if schema is None:
        assert answer is None
        assert example.get("result", {}) == {}
        return
    if answer is not None:
        assert list(_strangers(answer, schema)) == []
        assert _faults(_without(schema, "required"), answer) == []
        if "result" in example:
            items = action["pages"] and action["pages"]["items"]
            assert example["result"] == ({items: answer[items]} if items else answer)


@every_action
def test_the_example_payload_fits_the_operation(action: Mapping[str, Any]) -> None:
    if "example_payload" not in action:
        assert action["handler"] == "rawRequest"
        return
    data = action["example_payload"]["data"]
    operation = next(found for found in iter_operations() if found.id == action["operation"])
    schema = operation.responses[str(operation.success_statuses[0])]
    if schema is None:
        assert data == {}
        return
    # Two keys of documented payloads are in no schema (both are Zoom's own, only older or newer).
    unknown = set(_strangers(data, schema)) - {"settings.notify_registrants", "messages.sender_member_id"}
    assert unknown == set()
    assert _faults(schema, data) == []


def test_uuids_with_slashes_are_shown_where_they_are_allowed() -> None:
    doubled = {
        _operation(example["sends"]).id
        for action in ACTIONS.values()
        for example in action["examples"]
        if "%252F" in example["sends"]["path"]
    }
    allowed = {
        action["operation"]
        for action in ACTIONS.values()
        if any(p.get("x-double-encode") for p in _of(action["method"], action["path"]).path_params)
    }
    assert allowed <= doubled


def _of(method: str, path: str) -> Operation:
    return next((found for found in _all() if (found.method, found.path) == (method, path)), _all()[0])


@lru_cache(maxsize=1)
def _all() -> list[Operation]:
    return list(iter_operations())


def _operation(sends: Mapping[str, Any]) -> Operation:
    """The operation that a request goes to; the one with fewer placeholders where two fit."""
    fitting = [
        found for found in _all() if found.method == sends["method"] and _pattern(found.path).fullmatch(sends["path"])
    ]
    assert fitting, f"no operation is at {sends['method']} {sends['path']}"
    return min(fitting, key=lambda found: found.path.count("{"))


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{[^{}]+\}", template)
    return re.compile("([^/]+)".join(re.escape(part) for part in parts))


def _placed(operation: Operation, path: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    found = _pattern(operation.path).fullmatch(path)
    assert found
    declared = {parameter["name"]: parameter for parameter in operation.path_params}
    for name, segment in zip(re.findall(r"\{([^{}]+)\}", operation.path), found.groups(), strict=True):
        yield declared[name], segment


def _from_text(text: str, kind: str) -> Any:
    if kind == "integer":
        assert re.fullmatch(r"-?[0-9]+", text)
        return int(text)
    if kind == "boolean":
        assert text in ("true", "false")
        return text == "true"
    return text


def _faults(schema: Mapping[str, Any], value: Any) -> list[str]:
    validator = Draft202012Validator(schema, format_checker=FORMATS)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def _strangers(value: Any, schema: Mapping[str, Any], above: str = "") -> Iterator[str]:
    """Keys that the schema does not know, with their place."""
    if isinstance(value, list):
        for item in value:
            yield from _strangers(item, schema.get("items", {}), above)
    if not isinstance(value, dict) or "properties" not in schema:
        return
    for key, inner in value.items():
        place = f"{above}.{key}" if above else key
        if key not in schema["properties"]:
            yield place
        else:
            yield from _strangers(inner, schema["properties"][key], place)


def _amended(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The body's schema where its own words fall short of what the API says of itself.

    weekly_days lists single digits, and takes several joined by commas; numbers past 2^53 were rounded.
    https://developers.zoom.us/docs/api/meetings/#tag/meetings/POST/users/{userId}/meetings
    """
    amended = dict(schema)
    if "enum" in amended and amended["enum"] == list("1234567"):
        del amended["enum"]
        amended["pattern"] = "^[1-7](,[1-7])*$"
    if "enum" in amended:
        amended["enum"] = [_rounded(choice) for choice in amended["enum"]]
    if "properties" in amended:
        amended["properties"] = {key: _amended(inner) for key, inner in amended["properties"].items()}
    return amended


def _as_the_schema_can_say_it(body: Any) -> Any:
    """Numbers as a double holds them; a local time, which goes with a time zone, as an instant."""
    if not isinstance(body, dict):
        return body
    said = {key: _as_the_schema_can_say_it(_rounded(value)) for key, value in body.items()}
    start = said.get("start_time")
    if isinstance(start, str) and "timezone" in said and datetime.fromisoformat(start).tzinfo is None:
        said["start_time"] = f"{start}Z"
    return said


def _rounded(value: Any) -> Any:
    return float(value) if isinstance(value, int) and abs(value) > EXACT else value


def _without(schema: Mapping[str, Any], word: str) -> dict[str, Any]:
    """The schema without one word, all the way down: an example shows a part of an answer."""
    thinner = {key: value for key, value in schema.items() if key != word}
    if isinstance(thinner.get("items"), Mapping):
        thinner["items"] = _without(thinner["items"], word)
    if "properties" in thinner:
        thinner["properties"] = {key: _without(inner, word) for key, inner in thinner["properties"].items()}
    return thinner
