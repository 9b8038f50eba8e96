"""Test that JSON holds no number that other parsers refuse."""

from __future__ import annotations

import json
from typing import Any

import pytest

from zoom_component.json_output import replace_non_finite, to_json

INFINITY = float("inf")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (INFINITY, "null"),
        ([float("nan"), 1.5, True, None], "[null, 1.5, true, null]"),
        ({"a": {"b": (-INFINITY, "Infinity")}}, '{"a": {"b": [null, "Infinity"]}}'),
        ({INFINITY: 1}, '{"inf": 1}'),
        (json.loads('{"n": 1e999}'), '{"n": null}'),
    ],
)
def test_infinity_becomes_null(value: Any, text: str) -> None:
    assert to_json(value) == text


def test_other_values_stay_and_options_are_those_of_json() -> None:
    assert to_json({"b": 1, "a": "ü"}, ensure_ascii=False, sort_keys=True) == '{"a": "ü", "b": 1}'
    assert replace_non_finite({"a": [1, 2.5, "x"]}) == {"a": [1, 2.5, "x"]}
    with pytest.raises(TypeError):
        to_json(object())
