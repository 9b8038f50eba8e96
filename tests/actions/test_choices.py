"""Choice lists and limits, held against the API's facts: a choice that Zoom would refuse is no choice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from zoom_component.paths import get_bundle_dir
from zoom_component.spec.builder import build_specs
from zoom_component.spec.spec_files import find_spec_files
from zoom_facts import find_operation

ACTIONS = build_specs(find_spec_files(get_bundle_dir())).actions
LIMITS = {"maxLength": "max_length", "minLength": "min_length", "maximum": "maximum", "minimum": "minimum"}


def _described() -> Iterator[Any]:
    """Every input that goes to a query or a body, with what the API says of the place it goes to."""
    for key, action in ACTIONS.items():
        if not action["method"]:
            continue
        for name, words in action["inputs"].items():
            there = _there(action, words.get("send", ""))
            if there is not None:
                yield pytest.param(words, there, id=f"{key}-{name}")


def _there(action: Mapping[str, Any], target: str) -> Mapping[str, Any] | None:
    operation = find_operation(action["method"], action["path"])
    assert operation is not None
    where, _, name = send.partition(".")
    if where == "query":
        return next(found for found in operation.query if found["name"] == name)
    if where != "body" or name.endswith("*"):
        return None
    schema: Mapping[str, Any] = operation.body or {}
    for step in name.split("."):
        schema = schema["properties"][step]
    return schema


every_input = pytest.mark.parametrize(("words", "there"), list(_described()))


@every_input
def test_choices_are_those_of_the_api(words: Mapping[str, Any], there: Mapping[str, Any]) -> None:
    if words.get("model") is None or "enum" not in there:
        return
    # The facts hold numbers past 2^53 as a double has them; the choices here are exact. "" says: nothing.
    ours = {_rounded(value) for value in words["model"]}
    assert ours == {_rounded(choice) for choice in there["enum"] if choice != ""}


@every_input
def test_no_limit_is_wider_than_the_apis(words: Mapping[str, Any], there: Mapping[str, Any]) -> None:
    for word, ours in LIMITS.items():
        if word in there:
            assert words[ours] <= there[word] if word.startswith("max") else words[ours] >= there[word]


@every_input
def test_a_documented_format_is_checked(words: Mapping[str, Any], there: Mapping[str, Any]) -> None:
    wanted = {"date": {"date", "date-or-time"}, "date-time": {"date-time", "instant"}, "email": {"email"}}
    # A manager may be a name, as the document's example has it (docs/departures.md).
    if there.get("format") in wanted and words["send"] != "body.manager":
        assert words["format"] in wanted[there["format"]]


def _rounded(value: Any) -> float | str:
    try:
        return float(value)
    except ValueError:
        return str(value)
