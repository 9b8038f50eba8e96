"""Test the choices and limits of inputs against the facts of the API."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from zoom_component.paths import find_spec_files, get_bundle_dir
from zoom_component.spec.builder import build_specs
from zoom_facts import find_operation

ACTIONS = build_specs(find_spec_files(get_bundle_dir())).actions
LIMITS = {"maxLength": "max_length", "minLength": "min_length", "maximum": "maximum", "minimum": "minimum"}


def _list_inputs() -> Iterator[Any]:
    """Yield every input of a query or a body, with the API's schema of its target."""
    for key, action in ACTIONS.items():
        if not action["method"]:
            continue
        for name, fields in action["inputs"].items():
            schema = _find_schema(action, fields.get("target", ""))
            if schema is not None:
                yield pytest.param(fields, schema, id=f"{key}-{name}")


def _find_schema(action: Mapping[str, Any], target: str) -> Mapping[str, Any] | None:
    operation = find_operation(action["method"], action["path"])
    assert operation is not None
    location, _, name = target.partition(".")
    if location == "query":
        return next(each for each in operation.query if each["name"] == name)
    if location != "body" or name.endswith("*"):
        return None
    schema: Mapping[str, Any] = operation.body or {}
    for step in name.split("."):
        schema = schema["properties"][step]
    return schema


every_input = pytest.mark.parametrize(("fields", "schema"), list(_list_inputs()))


@every_input
def test_choices_are_those_of_the_api(fields: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    if fields.get("model") is None or "enum" not in schema:
        return
    # The facts have numbers above 2^53 rounded to doubles; the choices are exact. "" means no value.
    ours = {_round_numbers(value) for value in fields["model"]}
    assert ours == {_round_numbers(choice) for choice in schema["enum"] if choice != ""}


@every_input
def test_no_limit_is_wider_than_the_apis(fields: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    for keyword, field in LIMITS.items():
        if keyword in schema:
            ours, theirs = fields[field], schema[keyword]
            assert ours <= theirs if keyword.startswith("max") else ours >= theirs


@every_input
def test_a_documented_format_is_checked(fields: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    formats = {"date": {"date", "date-or-time"}, "date-time": {"date-time", "instant"}, "email": {"email"}}
    # A manager may be a name, as in the example of the document (docs/departures.md).
    if schema.get("format") in formats and fields["target"] != "body.manager":
        assert fields["format"] in formats[schema["format"]]


def _round_numbers(value: Any) -> float | str:
    try:
        return float(value)
    except ValueError:
        return str(value)
