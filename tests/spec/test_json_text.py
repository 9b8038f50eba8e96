"""Test the JSON of spec files: values as JSON defines them, and every problem with its place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoom_component.spec.json_text import parse_json


def list_problems(text: str) -> list[str]:
    return [f"{each.line}:{each.column}: {each.message}" for each in parse_json(text, "file.json").diagnostics]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5), ("-5", -5), ("-0", 0), ("1.5", 1.5), ("1e3", 1000.0), ("1E-2", 0.01), ("9007199254740993", 2**53 + 1),
        ("12345678901234567890123", 12345678901234567890123), ("true", True), ("false", False), ("null", None),
        (r'"\/\b\f\n\r\t\"\\"', '/\b\f\n\r\t"\\'), (r'"\ud83d\ude00"', "\U0001f600"), (r'"\u00e9"', "é"),
        ('"NO"', "NO"),
        (r'"\\ud83d"', r"\ud83d"), ('"\x7f\x85"', "\x7f\x85"), ("[]", []), ("{}", {}), ("\t[\t1\t,\r\n2]\n", [1, 2]),
        ('\ufeff{"a": 1}', {"a": 1}),
    ],
)  # fmt: skip
def test_values_follow_json(text: str, value: Any) -> None:
    document = parse_json(text, "file.json")
    assert document.diagnostics == []
    assert document.value == value
    assert type(document.value) is type(value)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ('{"a": 1,\n "a": 2}', ['2:2: duplicate key "a"; it is already on line 1']),
        ('{"a": 1,}', ["1:8: not JSON: expected no comma before }"]),
        ("[1, 2,\n]", ["1:6: not JSON: expected no comma before ]"]),
        ("[1,,2]", ["1:4: not JSON: expected a value, got ,"]),
        ('{"a": 1 "b": 2}', ['1:9: not JSON: expected a comma before "']),
        ('{"a": }', ["1:7: not JSON: expected a value, got }"]),
        ('{"a" 1}', ['1:6: not JSON: expected : after the key "a", got "1"']),
        ('// c\n{"a": 1}', ["1:1: not JSON: comments are not allowed; use YAML, or remove it"]),
        ('{"a": /* c\n */ 1}', ["1:7: not JSON: comments are not allowed; use YAML, or remove it"]),
        ("{a: 1}", ['1:2: not JSON: expected a key in double quotation marks; write "a"']),
        ("['a']", ["1:2: not JSON: expected double quotation marks, got single ones"]),
        ("[True]", ['1:2: not JSON: unknown word "True"; write true']),
        ("[undefined]", ['1:2: not JSON: unknown word "undefined"; write null']),
        ("[01]", ['1:2: not JSON: 01 loses its leading zero as a number; write "01" in quotes']),
        ("[+1]", ["1:2: not JSON: +1 is not a number of JSON; write one such as -1.5, or text in quotes"]),
        ("[1e400]", ["1:2: the number 1e400 is too large; write a smaller one, or text in quotes"]),
        ('["a\tb"]', ["1:4: not JSON: expected \\u0009 in a text, got the character itself"]),
        ('["\\x"]', ['1:3: not JSON: expected one of " \\ / b f n r t u after a backslash, got x']),
        ('["\\u12"]', ["1:3: not JSON: expected four hexadecimal digits after \\u"]),
        ("", ["1:1: not JSON: expected a value, got an empty file"]),
        ("{} {}", ["1:4: not JSON: expected the end of the file, got {"]),
        ("\xa0{}", ["1:1: not JSON: expected a value, got U+00A0"]),
        ('{"a": [1', ["1:9: not JSON: expected ], got the end of the file"]),
    ],
)  # fmt: skip
def test_what_is_almost_json_is_reported_with_its_place(text: str, problems: list[str]) -> None:
    assert list_problems(text) == problems


@pytest.mark.parametrize("word", ["NaN", "-Infinity", "Infinity", "nan", "inf"])
def test_numbers_that_json_does_not_have_are_refused(word: str) -> None:
    (problem,) = list_problems(f'{{"a": {word}}}')
    assert problem == f"1:7: not JSON: {word} is not a number of JSON; write a finite number, or text in quotes"


@pytest.mark.parametrize("escape", [r"\ud83d", r"\ude00", r"\ude00\ud83d", r"\ud83dx", r"\ud83d\n"])
def test_half_a_surrogate_pair_is_reported(escape: str) -> None:
    assert all("half of a surrogate pair" in problem for problem in list_problems(f'["{escape}"]'))
    assert list_problems(f'["{escape}"]')


def test_all_problems_of_a_file_are_reported_at_once() -> None:
    text = '{\n  "key": NaN, // why\n  "label": \'x\',\n  "label": "y",\n}\n'
    assert [problem.split(":")[0] for problem in list_problems(text)] == ["2", "2", "3", "4", "4"]


def test_every_value_and_key_has_a_position() -> None:
    document = parse_json('{"a": 1,\r\n "b": [\n  "x", {"c": "y"}]}', "file.json")
    assert document.position(("a",)) == (1, 7)
    assert document.position(("b", 0)) == (3, 3)
    assert document.position(("b", 1, "c"), at_key=True) == (3, 9)
    assert document.position(("b", 1, "missing", "deeper")) == (3, 8)


def test_the_first_of_two_equal_keys_keeps_value_and_position() -> None:
    document = parse_json('{"a": {"x": 1}, "a": {"x": 2}}', "file.json")
    assert document.value == {"a": {"x": 1}}
    assert document.position(("a", "x")) == (1, 13)


def test_deep_and_long_texts_have_one_diagnostic() -> None:
    assert list_problems("[" * 100_000) == ["1:62: expected at most 60 nested levels"]
    (problem,) = list_problems("9" * 10_000)
    assert problem.endswith("is too large; write a smaller one, or text in quotes")
    assert len(problem) < 200


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(_VALUES, st.booleans(), st.sampled_from([None, 2, "\t"]))
def test_whatever_json_writers_write_is_read_as_they_mean_it(
    value: Any, escape: bool, indent: int | str | None
) -> None:
    document = parse_json(json.dumps(value, ensure_ascii=escape, indent=indent), "file.json")
    assert document.diagnostics == []
    assert document.value == value


@given(st.text(max_size=60) | st.text(alphabet="-[]{}:,/*#'\"\\u dD83\n\tab1.e", max_size=40))
def test_no_text_raises_and_only_json_has_no_problem(text: str) -> None:
    document = parse_json(text, "file.json")
    assert all(each.line >= 1 and each.column >= 1 and each.message for each in document.diagnostics)
    json.dumps(document.value, allow_nan=False, ensure_ascii=False).encode()
    if not document.diagnostics:
        assert document.value == json.loads(text)
