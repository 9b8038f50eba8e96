"""Test the choices and limits of inputs against the facts of the API."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from zoom_component.paths import find_spec_files, get_bundle_dir
from zoom_component.spec.builder import build_specs
from zoom_facts import find_operation

ACTIONS = build_specs(find_spec_files(get_bundle_dir())).actions
LIMITS = {"maxLength": "max_length", "minLength": "min_length", "maximum": "maximum", "minimum": "minimum"}


FORMATS = {"date": {"date", "date-or-time"}, "date-time": {"date-time", "instant"}, "email": {"email"}}


def _list_inputs() -> Iterator[tuple[str, Mapping[str, Any], Mapping[str, Any]]]:
    """Yield the name and the fields of every input of a query or a body, with the API's schema of its target."""
    for key, action in ACTIONS.items():
        if not action["method"]:
            continue
        for name, fields in action["inputs"].items():
            schema = _find_schema(action, fields.get("target", ""))
            if schema is not None:
                yield f"{key}-{name}", fields, schema


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


def _select(condition: Callable[[Mapping[str, Any], Mapping[str, Any]], bool]) -> pytest.MarkDecorator:
    """Return the mark that runs a test with each input that fulfills a condition."""
    chosen = [each for each in _list_inputs() if condition(each[1], each[2])]
    assert chosen
    return pytest.mark.parametrize(
        ("fields", "schema"), [pytest.param(fields, schema, id=name) for name, fields, schema in chosen]
    )


@_select(lambda fields, schema: fields.get("model") is not None and "enum" in schema)
def test_choices_are_those_of_the_api(fields: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    # The facts have numbers above 2^53 rounded to doubles; the choices are exact. "" means no value.
    ours = {_round_numbers(value) for value in fields["model"]}
    assert ours == {_round_numbers(choice) for choice in schema["enum"] if choice != ""}


@_select(lambda fields, schema: not LIMITS.keys().isdisjoint(schema))
def test_no_limit_is_wider_than_the_apis(fields: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    for keyword, field in LIMITS.items():
        if keyword in schema:
            ours, theirs = fields[field], schema[keyword]
            assert ours <= theirs if keyword.startswith("max") else ours >= theirs


# A manager may be a name, as in the example of the document (docs/departures.md).
@_select(lambda fields, schema: schema.get("format") in FORMATS and fields["target"] != "body.manager")
def test_a_documented_format_is_checked(fields: Mapping[str, Any], schema: Mapping[str, Any]) -> None:
    assert fields["format"] in FORMATS[schema["format"]]


def _round_numbers(value: Any) -> float | str:
    try:
        return float(value)
    except ValueError:
        return str(value)
