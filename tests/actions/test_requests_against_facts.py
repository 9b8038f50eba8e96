"""Compare every example of every action with the facts of its operation: path, query, body and response.

The test does not use the runtime: it reads the requests from the YAML and the schemas from spec/zoom, so that a mistake
of the runtime cannot hide itself.
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

from zoom_component.paths import find_spec_files, get_bundle_dir
from zoom_component.spec.builder import build_specs
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
    """Return True if a date-time has an offset (RFC 3339)."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@FORMATS.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or bool(date.fromisoformat(value))


@every_action
def test_a_documented_action_has_two_examples_or_more(action: Mapping[str, Any]) -> None:
    assert len(action["examples"]) >= (2 if action["documents"] else 0)
    if len(action["examples"]) < 2:
        return
    names = [example["name"] for example in action["examples"]]
    assert len(set(names)) == len(names)


@every_example
def test_the_method_and_path_match_the_operation(action: Mapping[str, Any], example: Mapping[str, Any]) -> None:
    sends = example["sends"]
    operation = _find_operation(sends)
    if action["operation"]:
        assert operation.id == action["operation"]
        assert operation.path == action["path"]
    for parameter, segment in _match_placeholders(operation, sends["path"]):
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
def test_the_query_matches_the_operation(action: Mapping[str, Any], example: Mapping[str, Any]) -> None:
    operation = _find_operation(example["sends"])
    known = {parameter["name"]: parameter for parameter in operation.query}
    query = example["sends"].get("query", {})
    assert set(query) <= set(known)
    assert {name for name, parameter in known.items() if parameter.get("required")} <= set(query)
    for name, text in query.items():
        assert isinstance(text, str)
        assert _find_violations(known[name], _parse_text(text, known[name]["type"])) == []
    if action["pages"]:
        largest = operation.pagination and operation.pagination["page_size_max"]
        size = int(query[action["pages"]["page_size_param"]])
        assert size == action["pages"]["page_size"]
        assert size == largest


@every_example
def test_the_body_matches_the_operation(action: Mapping[str, Any], example: Mapping[str, Any]) -> None:
    operation, sends = _find_operation(example["sends"]), example["sends"]
    if operation.body_media_type == "multipart/form-data":
        assert "body" not in sends
        return
    if operation.body is None:
        assert "body" not in sends
        return
    body = _normalize_body(sends["body"])
    schema = _correct_schema(operation.body)
    assert list(_find_unknown_keys(body, schema)) == []
    assert _find_violations(schema, body) == []


@every_example
def test_the_response_matches_the_operation(action: Mapping[str, Any], example: Mapping[str, Any]) -> None:
    operation = _find_operation(example["sends"])
    status = example.get("status") or operation.success_statuses[0]
    assert status in operation.success_statuses
    schema = operation.responses[str(status)]
    answer = example.get("answer")
    if schema is None:
        assert answer is None
        assert example.get("result", {}) == {}
        return
    if answer is not None:
        assert list(_find_unknown_keys(answer, schema)) == []
        assert _find_violations(_remove_keyword(schema, "required"), answer) == []
        if "result" in example:
            items = action["pages"] and action["pages"]["items"]
            assert example["result"] == ({items: answer[items]} if items else answer)


@every_action
def test_the_example_payload_fits_the_operation(action: Mapping[str, Any]) -> None:
    if "example_payload" not in action:
        assert action["handler"] == "rawRequest" or not action["documents"]
        return
    data = action["example_payload"]["data"]
    operation = next(each for each in iter_operations() if each.id == action["operation"])
    schema = operation.responses[str(operation.success_statuses[0])]
    if schema is None:
        assert data == {}
        return
    # No schema has two keys of the documented payloads.
    unknown = set(_find_unknown_keys(data, schema)) - {"settings.notify_registrants", "messages.sender_member_id"}
    assert unknown == set()
    assert _find_violations(schema, data) == []


def test_uuids_with_slashes_are_in_the_examples() -> None:
    doubled = {
        _find_operation(example["sends"]).id
        for action in ACTIONS.values()
        for example in action["examples"]
        if "%252F" in example["sends"]["path"]
    }
    allowed = {
        action["operation"]
        for action in ACTIONS.values()
        if any(p.get("x-double-encode") for p in _find_operation_at(action["method"], action["path"]).path_params)
    }
    assert allowed <= doubled


def _find_operation_at(method: str, path: str) -> Operation:
    return next(
        (each for each in _list_operations() if (each.method, each.path) == (method, path)), _list_operations()[0]
    )


@lru_cache(maxsize=1)
def _list_operations() -> list[Operation]:
    return list(iter_operations())


def _find_operation(sends: Mapping[str, Any]) -> Operation:
    """Return the operation of a request; of several, the one with the fewest placeholders."""
    matches = [
        each
        for each in _list_operations()
        if each.method == sends["method"] and _compile_pattern(each.path).fullmatch(sends["path"])
    ]
    assert matches, f"no operation matches {sends['method']} {sends['path']}"
    return min(matches, key=lambda each: each.path.count("{"))


@cache
def _compile_pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{[^{}]+\}", template)
    return re.compile("([^/]+)".join(re.escape(part) for part in parts))


def _match_placeholders(operation: Operation, path: str) -> Iterator[tuple[Mapping[str, Any], str]]:
    match = _compile_pattern(operation.path).fullmatch(path)
    assert match
    declared = {parameter["name"]: parameter for parameter in operation.path_params}
    for name, segment in zip(re.findall(r"\{([^{}]+)\}", operation.path), match.groups(), strict=True):
        yield declared[name], segment


def _parse_text(text: str, kind: str) -> Any:
    if kind == "integer":
        assert re.fullmatch(r"-?[0-9]+", text)
        return int(text)
    if kind == "boolean":
        assert text in ("true", "false")
        return text == "true"
    return text


def _find_violations(schema: Mapping[str, Any], value: Any) -> list[str]:
    validator = Draft202012Validator(schema, format_checker=FORMATS)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


def _find_unknown_keys(value: Any, schema: Mapping[str, Any], above: str = "") -> Iterator[str]:
    """Yield the keys that the schema does not have, with their paths."""
    if isinstance(value, list):
        for item in value:
            yield from _find_unknown_keys(item, schema.get("items", {}), above)
    if not isinstance(value, dict) or "properties" not in schema:
        return
    for key, inner in value.items():
        place = f"{above}.{key}" if above else key
        if key not in schema["properties"]:
            yield place
        else:
            yield from _find_unknown_keys(inner, schema["properties"][key], place)


def _correct_schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a body with corrections.

    weekly_days lists single digits, but takes several joined by commas; numbers above 2^53 were rounded.
    https://developers.zoom.us/docs/api/meetings/#tag/meetings/POST/users/{userId}/meetings
    """
    corrected = dict(schema)
    if "enum" in corrected and corrected["enum"] == list("1234567"):
        del corrected["enum"]
        corrected["pattern"] = "^[1-7](,[1-7])*$"
    if "enum" in corrected:
        corrected["enum"] = [_round_numbers(choice) for choice in corrected["enum"]]
    if "properties" in corrected:
        corrected["properties"] = {key: _correct_schema(inner) for key, inner in corrected["properties"].items()}
    return corrected


def _normalize_body(body: Any) -> Any:
    """Return a body with numbers rounded to doubles, and with local times as UTC."""
    if not isinstance(body, dict):
        return body
    normalized = {key: _normalize_body(_round_numbers(value)) for key, value in body.items()}
    start = normalized.get("start_time")
    if isinstance(start, str) and "timezone" in normalized and datetime.fromisoformat(start).tzinfo is None:
        normalized["start_time"] = f"{start}Z"
    return normalized


def _round_numbers(value: Any) -> Any:
    return float(value) if isinstance(value, int) and abs(value) > EXACT else value


def _remove_keyword(schema: Mapping[str, Any], keyword: str) -> dict[str, Any]:
    """Return the schema without a keyword, at every depth: an example may have only a part of a response."""
    copy = {key: value for key, value in schema.items() if key != keyword}
    if isinstance(copy.get("items"), Mapping):
        copy["items"] = _remove_keyword(copy["items"], keyword)
    if "properties" in copy:
        copy["properties"] = {key: _remove_keyword(inner, keyword) for key, inner in copy["properties"].items()}
    return copy
