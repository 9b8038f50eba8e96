"""Test that JSON from outside is parsed within its bounds, and refused with a sentence otherwise."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zoom_component.bounded_json import MAX_JSON_DEPTH, UnacceptableJson, check_json_bounds, load_bounded_json

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=30)
@given(_VALUES)
def test_a_value_within_the_bounds_is_what_json_reads(value: Any) -> None:
    assert load_bounded_json(json.dumps(value)) == value
    assert load_bounded_json(json.dumps(value, ensure_ascii=False).encode(), max_bytes=100_000, max_values=200) == value


def test_brackets_in_texts_are_not_levels() -> None:
    value = {"a": "[{" * 100_000, 'b"\\': "]\\"}
    assert load_bounded_json(json.dumps(value)) == value


def test_the_deepest_value_is_accepted_and_one_level_more_is_not() -> None:
    deepest = "[" * MAX_JSON_DEPTH + "]" * MAX_JSON_DEPTH
    assert json.dumps(load_bounded_json(deepest)) == deepest
    with pytest.raises(UnacceptableJson, match="nested too deeply"):
        load_bounded_json(f"[{deepest}]")


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 50_000, '[{"":' * 40_000])
def test_deep_text_is_refused_before_it_is_parsed(text: str) -> None:
    with pytest.raises(UnacceptableJson):
        check_json_bounds(text)


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b'"\xff"', "expected JSON in UTF-8, got another byte at position 1"),
        ("[1,]".encode("utf-16"), "expected JSON in UTF-8"),
        (b"[1,]", "not JSON at line 1, column 4"),
        (b"[NaN]", "NaN, which is not a number of JSON"),
        (b"[1e400]", "finite numbers, got 1e400"),
        (b"1" * 1_000_000, "more than 4,300 digits"),
        (b'"\\ud800"', "half of a surrogate pair"),
        (b'{"a": 1}\0', "not JSON at line 1, column 9"),
    ],
)
def test_what_no_request_may_hold_is_refused(raw: bytes, message: str) -> None:
    with pytest.raises(UnacceptableJson, match=message):
        load_bounded_json(raw)


def test_size_and_number_of_values_are_bounded() -> None:
    with pytest.raises(UnacceptableJson, match="at most 10 bytes of JSON, got 11"):
        load_bounded_json(b'"' + b"a" * 9 + b'"', max_bytes=10)
    assert load_bounded_json("[1, 2, 3]", max_values=2) == [1, 2, 3]
    with pytest.raises(UnacceptableJson, match="at most 2 values and names, got 3"):
        load_bounded_json("[1, 2, 3, 4]", max_values=2)


def test_an_error_of_the_caller_passes_through() -> None:
    def refuse(pairs: list[tuple[str, Any]]) -> Any:
        raise ValueError("the key appears twice")

    with pytest.raises(ValueError, match="appears twice"):
        load_bounded_json("{}", build_object=refuse)
