"""Test that every value is converted or refused with a message, by the same rules for every input."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.support.messages import call_or_message
from tests.support.specs import compile_input

from zoom_component.client.request.values import InvalidValue, coerce, format_value, to_request_text

WIRE_TYPES = [
    "string",
    "integer",
    "number",
    "boolean",
    "json",
    "object",
    "array",
    "stringArray",
    "commaSeparated",
    "keyValueObject",
]
UNWRITABLE = [10**5000, -(10**5000), float("inf"), float("nan"), "\ud800", "a,\udfff"]
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(alphabet=st.characters(categories=None))
ANY_JSON = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)


def refusal(value: Any, keys: str) -> str:
    with pytest.raises(InvalidValue) as caught:
        coerce(value, compile_input(keys))
    return str(caught.value)


@pytest.mark.parametrize("wire_type", WIRE_TYPES)
@given(value=ANY_JSON)
def test_any_value_is_converted_or_refused_with_a_message(wire_type: str, value: Any) -> None:
    result, message = call_or_message(coerce, value, compile_input(f"wireType: {wire_type}"))
    json.dumps(result, allow_nan=False, ensure_ascii=False).encode()
    if message is not None:
        assert message.startswith("expected ")
        assert ", got " in message
        assert "\n" not in message
        message.encode()


@pytest.mark.parametrize("wire_type", WIRE_TYPES)
@pytest.mark.parametrize("value", UNWRITABLE, ids=map(str, range(len(UNWRITABLE))))
def test_a_value_that_cannot_be_written_is_refused_everywhere(wire_type: str, value: Any) -> None:
    assert ", got " in refusal(value, f"wireType: {wire_type}")


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes", {"a": object()}, {("a", "b"): 1}])
@pytest.mark.parametrize("wire_type", WIRE_TYPES)
def test_a_value_that_json_cannot_hold_is_refused(wire_type: str, value: Any) -> None:
    assert ", got " in refusal(value, f"wireType: {wire_type}")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_text_stays_unchanged(text: str) -> None:
    assert coerce(text, compile_input("wireType: string")) == text


@given(st.integers(min_value=-(10**3000), max_value=10**3000))
def test_integers_keep_every_digit_as_number_and_as_text(number: int) -> None:
    spec = compile_input("wireType: integer")
    assert coerce(number, spec) == number
    assert coerce(str(number), spec) == number
    assert coerce(f"  {number} ", spec) == number
    assert coerce(str(number), compile_input("wireType: number")) == number


@given(ANY_JSON)
@example("\ud800")
def test_json_as_text_is_the_same_as_the_value(value: Any) -> None:
    spec = compile_input("type: code")
    try:
        plain = coerce(value, spec) if not isinstance(value, str) else value
        text = json.dumps(plain, allow_nan=False)
    except (InvalidValue, ValueError):
        return
    try:
        assert coerce(text, spec) == plain
    except InvalidValue:
        assert "\\ud" in text


@pytest.mark.parametrize(
    "text",
    [
        "60.5",
        "1e3",
        "٣",
        "³",
        "1_000",
        " ",
        "",
        "0x10",
        "1,000",
        "5 minutes",
        "--5",
        "+",
        "0b1",
        "٣٤",
        "1 0",
        "9" * 5000,
    ],
)
def test_text_that_is_not_an_integer_is_refused(text: str) -> None:
    message = refusal(text, "wireType: integer, minimum: 1, maximum: 1440")
    assert message.startswith('expected an integer from 1 to 1440, got "')
    assert len(message) < 150


@pytest.mark.parametrize("value", [True, False, 60.5, [], {}, [1]])
def test_a_value_that_is_not_an_integer_is_refused(value: Any) -> None:
    assert "expected an integer, got " in refusal(value, "wireType: integer")


@pytest.mark.parametrize(
    ("value", "number"), [("0", 0), (0, 0), ("-0", 0), ("007", 7), (60.0, 60), ("+5", 5), (2**70, 2**70)]
)
def test_integers(value: Any, number: int) -> None:
    result = coerce(value, compile_input("wireType: integer"))
    assert result == number
    assert type(result) is int


@pytest.mark.parametrize(
    ("keys", "expected"),
    [("minimum: 3", "an integer of at least 3"), ("maximum: 9", "an integer of at most 9"), ("", "an integer")],
)
def test_the_range_is_part_of_the_message(keys: str, expected: str) -> None:
    message = refusal("x", f"wireType: integer{', ' if keys else ''}{keys}")
    assert message == f'expected {expected}, got "x"'


@pytest.mark.parametrize(
    ("value", "number"), [("60.5", 60.5), ("1e3", 1000.0), (".5", 0.5), ("5.", 5.0), (1.5, 1.5), ("7", 7)]
)
def test_numbers(value: Any, number: float) -> None:
    assert coerce(value, compile_input("wireType: number")) == number


@pytest.mark.parametrize("value", ["1e999", "NaN", "Infinity", "0x10", "", " ", "1_0", True, None, "1.5.2", "٣.٥"])
def test_a_value_that_is_not_a_number_is_refused(value: Any) -> None:
    assert "expected a number, got " in refusal(value, "wireType: number")


@pytest.mark.parametrize("value", [True, "true", "TRUE", " True ", "yes", "Yes", "on", "ON", "1", 1])
def test_true(value: Any) -> None:
    assert coerce(value, compile_input("type: boolean")) is True


@pytest.mark.parametrize("value", [False, "false", "False", "no", "NO", "off", " off", "0", 0])
def test_false(value: Any) -> None:
    assert coerce(value, compile_input("type: boolean")) is False


@pytest.mark.parametrize("value", ["", " ", "t", "y", "wahr", "2", 2, -1, 1.0, 0.0, None, [], [True], {}, "true false"])
def test_neither_true_nor_false(value: Any) -> None:
    assert refusal(value, "type: boolean").startswith("expected true or false (also yes, no, on, off, 1, 0), got ")


@pytest.mark.parametrize(
    ("value", "items"),
    [
        ("US,GB", ["US", "GB"]),
        (" US , GB ", ["US", "GB"]),
        ("US", ["US"]),
        (["US", " GB"], ["US", "GB"]),
        ('["US", "GB"]', ["US", "GB"]),
        ([1, 2**70], ["1", str(2**70)]),
        ("[1, 2]", ["1", "2"]),
        (5, ["5"]),
        ([], []),
        (("a", "b"), ["a", "b"]),
        ("US,,GB", ["US", "GB"]),
        ("US,", ["US"]),
        (["US", "", None, " "], ["US"]),
        ('["", "US"]', ["US"]),
    ],
)
def test_lists_are_lists_json_or_separated_by_commas(value: Any, items: list[str]) -> None:
    assert coerce(value, compile_input("collection: valuelist")) == items
    assert coerce(value, compile_input("wireType: commaSeparated")) == ",".join(items)


@pytest.mark.parametrize("value", [[True], {"US": 1}, True, None, 1.5, "[US]", [[1]]])
def test_a_value_that_is_not_a_list_is_refused(value: Any) -> None:
    assert ", got " in refusal(value, "collection: valuelist")


@pytest.mark.parametrize(
    ("value", "pairs"),
    [
        ({"A": "1"}, [("A", "1")]),
        ([{"key": "A", "value": "1"}], [("A", "1")]),
        ([["A", 1]], [("A", 1)]),
        ('{"A": "1"}', [("A", "1")]),
        ('[{"key": "A", "value": null}]', [("A", None)]),
        ("A: 1\nB = 2", [("A", "1"), ("B", "2")]),
        ("User-Agent: curl/7.64.1", [("User-Agent", "curl/7.64.1")]),
        ("url=http://x", [("url", "http://x")]),
        ("A: b=c", [("A", "b=c")]),
        ("A:1\n\n\nB:2\n", [("A", "1"), ("B", "2")]),
        ("A:", [("A", "")]),
        ("", []),
        ([], []),
        ([("f", b"\xff")], [("f", b"\xff")]),
        ({"A": {"deep": [1]}}, [("A", {"deep": [1]})]),
        ([{"key": "A", "value": 1}, {"key": "A", "value": 2}], [("A", 1), ("A", 2)]),
        ([{"key": "A", "value": ""}, {"key": "", "value": ""}, {"key": " ", "value": None}], [("A", "")]),
        ([["", ""], {}, ["A", 1]], [("A", 1)]),
        ('{"A": 1, "B": {"c": [{"d": 2}]}, "A": 3}', [("A", 1), ("B", {"c": [{"d": 2}]}), ("A", 3)]),
    ],
)
def test_pairs_in_every_form(value: Any, pairs: list[tuple[str, Any]]) -> None:
    assert coerce(value, compile_input("collection: keyvaluelist")) == pairs


@pytest.mark.parametrize(
    "value", ["just text", ": 1", "A: 1\nB", [["A"]], [{"key": 1, "value": 2}], [{"key": "A"}], 5, {1: 2}]
)
def test_a_value_that_is_not_pairs_is_refused(value: Any) -> None:
    assert "expected pairs as " in refusal(value, "collection: keyvaluelist")


@pytest.mark.parametrize("text", ['[{"key": "A", "key": "B", "value": 1}]', '{"A": {"b": 1, "b": 2}}'])
def test_only_the_names_of_pairs_may_repeat(text: str) -> None:
    assert "appears twice" in refusal(text, "collection: keyvaluelist")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("not json", "not JSON at line 1, column 1"),
        ('{"a": 1,\n "b"}', "line 2, column 5"),
        ('{"a": 1, "a": 2}', "appears twice"),
        ("NaN", "NaN is not JSON"),
        ("[1e999]", "too large"),
        ("[" * 100_000, "nested too deeply"),
        ("", "not JSON"),
        ('"\\ud800"', "JSON can hold"),
        (f"[{'9' * 5000}]", "number is too long"),
    ],
)
def test_text_that_is_not_json_is_refused(text: str, message: str) -> None:
    assert message in refusal(text, "type: code")


def test_objects_and_lists_are_not_mixed_up() -> None:
    assert coerce('{"a": 1}', compile_input("wireType: object")) == {"a": 1}
    assert coerce("[1, 2]", compile_input("wireType: array")) == [1, 2]
    assert "a JSON object" in refusal("[1]", "wireType: object")
    assert "a JSON object" in refusal(5, "wireType: object")
    assert "a JSON list" in refusal('{"a": 1}', "wireType: array")
    assert "a JSON list" in refusal({"a": 1}, "wireType: array")


def test_big_integers_inside_json_keep_every_digit() -> None:
    assert coerce('{"id": 1180591620717411303424}', compile_input("type: code")) == {"id": 2**70}


def test_values_in_a_message_are_short_and_on_one_line() -> None:
    assert format_value("a\nb") == '"a\\nb"'
    assert len(format_value("x" * 1000)) == 60
    assert format_value("\ud800").isprintable()
    deep: list[Any] = []
    for _ in range(50_000):
        deep = [deep]
    assert format_value(deep) == "a value of the type list"


@pytest.mark.parametrize(
    ("value", "text"),
    [(True, "true"), (0, "0"), (1.5, "1.5"), ("ü", "ü"), ({"a": [1]}, '{"a":[1]}'), (2**70, str(2**70))],
)
def test_a_value_as_text_in_a_url(value: Any, text: str) -> None:
    assert to_request_text(value) == text
