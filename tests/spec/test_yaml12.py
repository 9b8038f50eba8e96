"""Test the core schema of YAML 1.2: text stays text, and values that JSON does not have are refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoom_component.spec.yaml12 import parse_yaml


def parse_value(text: str) -> Any:
    document = parse_yaml(text, "file.yaml")
    assert document.diagnostics == []
    return document.value


@pytest.mark.parametrize(
    "text",
    [
        "NO", "no", "off", "on", "y", "Yes", "12:30", "1_000", "2026-01-31", "2026-01-31T09:30:00Z", "0b11", "1e", "=",
        "<<", "1.2.3", "+", ".", "0x", "infinity", "١٢",
    ],
)  # fmt: skip
def test_text_that_older_yaml_converts_stays_text(text: str) -> None:
    assert parse_value(f"key: {text}") == {"key": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5), ("-5", -5), ("+5", 5), ("0", 0), ("-0", 0), ("0o17", 15), ("0x1F", 31), ("1.5", 1.5), (".5", 0.5),
        ("1.", 1.0), ("1e3", 1000.0), ("true", True), ("False", False), ("null", None), ("~", None), ("", None),
        ("123456789012345678901234567890", 123456789012345678901234567890), ('"5"', "5"), ("'true'", "true"),
    ],
)  # fmt: skip
def test_the_core_schema(text: str, value: Any) -> None:
    parsed = parse_value(f"key: {text}")["key"]
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize("text", [".inf", "-.Inf", ".nan", "1e999", "9" * 5000, "0x" + "f" * 5000])
def test_numbers_that_json_does_not_have_are_refused(text: str) -> None:
    (diagnostic,) = parse_yaml(f"key: {text}", "file.yaml").diagnostics
    assert "is not valid in JSON" in diagnostic.message


def test_every_value_and_key_has_a_position() -> None:
    document = parse_yaml("a: 1\nb:\n  - x\n  - c: y\n", "file.yaml")
    assert document.position(("a",)) == (1, 4)
    assert document.position(("b", 0)) == (3, 5)
    assert document.position(("b", 1, "c"), at_key=True) == (4, 5)
    assert document.position(("b", 1, "missing", "deeper")) == (4, 5)


def test_a_byte_order_mark_is_ignored() -> None:
    assert parse_value("\ufeffkey: &\n".replace("&", "x")) == {"key": "x"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'a: "\ud83d\ude00"', "\U0001f600"), (r'{"a": "x\uD83D\uDE00y\/"}', "x\U0001f600y/"),
        (r'a: "\ud83d\ude00\ue000"', "\U0001f600\ue000"), (r'a: "\\ud83d\\ude00"', r"\ud83d\ude00"),
        (r"a: '\ud83d\ude00'", r"\ud83d\ude00"), (r"a: \uD83d x", r"\uD83d x"), ("a: |-\n  \\ud83d\n", r"\ud83d"),
    ],
)  # fmt: skip
def test_surrogate_escapes_of_json_are_one_character_in_quotation_marks(text: str, value: str) -> None:
    assert parse_value(text) == {"a": value}


def test_surrogate_escapes_move_no_position() -> None:
    text = r'{"\ud83d\ude00": "\ud83d\ude00", "b": {"c": 1}}'
    document = parse_yaml(text, "file.yaml")
    assert document.value == {"\U0001f600": "\U0001f600", "b": {"c": 1}}
    assert document.position(("b", "c")) == (1, text.index("1}}") + 1)


@pytest.mark.parametrize(
    ("text", "place"), [(r'a: "x\ud83d"', (1, 4)), (r'"\ude00": 1', (1, 1)), ("a: \udc80", (1, 4))]
)
def test_half_a_surrogate_pair_is_reported(text: str, place: tuple[int, int]) -> None:
    (problem,) = parse_yaml(text, "file.yaml").diagnostics
    assert (problem.line, problem.column) == place
    assert "half of a surrogate pair" in problem.message


def test_merge_keys_are_plain_keys() -> None:
    assert parse_value("<<: {a: 1}") == {"<<": {"a": 1}}


_TEXT = st.text(alphabet=st.characters(categories=["L", "N", "P", "S", "Zs"]), max_size=20)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(_JSON)
def test_json_is_yaml(value: Any) -> None:
    assert parse_yaml(json.dumps({"value": value}, ensure_ascii=False), "file.yaml").value == {"value": value}


@given(_JSON)
def test_json_with_escapes_is_yaml(value: Any) -> None:
    assert parse_yaml(json.dumps({"value": value}), "file.yaml").value == {"value": value}


@given(st.text(max_size=60))
def test_no_text_raises(text: str) -> None:
    document = parse_yaml(text, "file.yaml")
    assert all(each.line >= 1 and each.column >= 1 and each.message for each in document.diagnostics)
    json.dumps(document.value, allow_nan=False)


@given(st.text(alphabet="-[]{}:,&*!|>'\"#%@`? \n\tab1", max_size=40))
def test_no_punctuation_raises(text: str) -> None:
    json.dumps(parse_yaml(text, "file.yaml").value, allow_nan=False)
