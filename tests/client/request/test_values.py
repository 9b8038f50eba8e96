"""Text becomes what an input is on the wire, or is refused with a sentence: the same rules for every input."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.messages import call_or_message
from tests.support.specs import compile_input

from zoom_component.client.request.values import InvalidValue, coerce, format_value, to_wire_text

SENDS = ["string", "integer", "number", "boolean", "json", "object", "array", "stringArray", "commaSeparated", "keyValueObject"]
UNWRITABLE = [10**5000, -(10**5000), float("inf"), float("nan"), "\ud800", "a,\udfff"]
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(alphabet=st.characters(categories=None))
ANY_JSON = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)


def refusal(value: Any, words: str) -> str:
    with pytest.raises(InvalidValue) as caught:
        coerce(value, compile_input(words))
    return str(caught.value)


@pytest.mark.parametrize("sends", SENDS)
@given(value=ANY_JSON)
def test_any_value_is_taken_or_refused_with_a_sentence(sends: str, value: Any) -> None:
    found, refused = call_or_message(coerce, value, compile_input(f"wireType: {sends}"))
    json.dumps(found, allow_nan=False, ensure_ascii=False).encode()
    if refused is not None:
        assert refused.startswith("came ")
        assert "accepted: " in refused
        assert "\n" not in refused
        refused.encode()


@pytest.mark.parametrize("sends", SENDS)
@pytest.mark.parametrize("value", UNWRITABLE, ids=map(str, range(len(UNWRITABLE))))
def test_what_nothing_can_write_is_refused_everywhere(sends: str, value: Any) -> None:
    assert "accepted: " in refusal(value, f"wireType: {sends}")


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes", {"a": object()}, {("a", "b"): 1}])
@pytest.mark.parametrize("sends", SENDS)
def test_what_json_cannot_carry_is_refused(sends: str, value: Any) -> None:
    assert "accepted: " in refusal(value, f"wireType: {sends}")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_text_stays_the_text_it_is(text: str) -> None:
    assert coerce(text, compile_input("wireType: string")) == text


@given(st.integers(min_value=-(10**3000), max_value=10**3000))
def test_whole_numbers_keep_every_digit_as_number_and_as_text(number: int) -> None:
    spec = compile_input("wireType: integer")
    assert coerce(number, spec) == number
    assert coerce(str(number), spec) == number
    assert coerce(f"  {number} ", spec) == number
    assert coerce(str(number), compile_input("wireType: number")) == number


@given(ANY_JSON)
def test_json_given_as_text_is_the_same_as_given_plainly(value: Any) -> None:
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
def test_texts_that_are_no_whole_number(text: str) -> None:
    sentence = refusal(text, "wireType: integer, minimum: 1, maximum: 1440")
    assert sentence.startswith('came "')
    assert sentence.endswith("accepted: a whole number from 1 to 1440")
    assert len(sentence) < 150


@pytest.mark.parametrize("value", [True, False, 60.5, [], {}, [1]])
def test_values_that_are_no_whole_number(value: Any) -> None:
    assert "accepted: a whole number" in refusal(value, "wireType: integer")


@pytest.mark.parametrize(
    ("value", "number"), [("0", 0), (0, 0), ("-0", 0), ("007", 7), (60.0, 60), ("+5", 5), (2**70, 2**70)]
)
def test_texts_and_values_that_are(value: Any, number: int) -> None:
    found = coerce(value, compile_input("wireType: integer"))
    assert found == number
    assert type(found) is int


@pytest.mark.parametrize(
    ("words", "said"), [("minimum: 3", ", 3 or more"), ("maximum: 9", ", 9 at most"), ("", "number")]
)
def test_the_range_is_part_of_the_sentence(words: str, said: str) -> None:
    assert refusal("x", f"wireType: integer{', ' if words else ''}{words}").endswith(said)


@pytest.mark.parametrize(
    ("value", "number"), [("60.5", 60.5), ("1e3", 1000.0), (".5", 0.5), ("5.", 5.0), (1.5, 1.5), ("7", 7)]
)
def test_numbers(value: Any, number: float) -> None:
    assert coerce(value, compile_input("wireType: number")) == number


@pytest.mark.parametrize("value", ["1e999", "NaN", "Infinity", "0x10", "", " ", "1_0", True, None, "1.5.2", "٣.٥"])
def test_what_is_no_number(value: Any) -> None:
    assert "accepted: a number" in refusal(value, "wireType: number")


@pytest.mark.parametrize("value", [True, "true", "TRUE", " True ", "yes", "Yes", "on", "ON", "1", 1])
def test_true(value: Any) -> None:
    assert coerce(value, compile_input("type: boolean")) is True


@pytest.mark.parametrize("value", [False, "false", "False", "no", "NO", "off", " off", "0", 0])
def test_false(value: Any) -> None:
    assert coerce(value, compile_input("type: boolean")) is False


@pytest.mark.parametrize("value", ["", " ", "t", "y", "wahr", "2", 2, -1, 1.0, 0.0, None, [], [True], {}, "true false"])
def test_neither_true_nor_false(value: Any) -> None:
    assert refusal(value, "type: boolean").endswith("accepted: true or false (also yes, no, on, off, 1, 0)")


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
    ],
)
def test_lists_come_as_lists_as_json_or_joined_by_commas(value: Any, items: list[str]) -> None:
    assert coerce(value, compile_input("collection: valuelist")) == items
    assert coerce(value, compile_input("wireType: commaSeparated")) == ",".join(items)


@pytest.mark.parametrize(
    "value", ["", "US,,GB", "US,", ["US", ""], [True], [None], {"US": 1}, True, None, 1.5, "[US]", [[1]]]
)
def test_what_is_no_list_of_values(value: Any) -> None:
    assert "accepted: " in refusal(value, "collection: valuelist")


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
    ],
)
def test_pairs_in_every_form(value: Any, pairs: list[tuple[str, Any]]) -> None:
    assert coerce(value, compile_input("collection: keyvaluelist")) == pairs


@pytest.mark.parametrize(
    "value", ["just text", ": 1", "A: 1\nB", [["A"]], [{"key": 1, "value": 2}], [{"key": "A"}], 5, {1: 2}]
)
def test_what_is_no_pairs(value: Any) -> None:
    assert "accepted: pairs, as" in refusal(value, "collection: keyvaluelist")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not json", "not JSON at line 1, column 1"),
        ('{"a": 1,\n "b"}', "line 2, column 5"),
        ('{"a": 1, "a": 2}', "stands twice"),
        ("NaN", "NaN is not JSON"),
        ("[1e999]", "too large"),
        ("[" * 100_000, "nested too deeply"),
        ("", "not JSON"),
        ('"\\ud800"', "JSON cannot carry"),
        (f"[{'9' * 5000}]", "number too long"),
    ],
)
def test_text_that_is_no_json_is_refused_and_never_taken_apart(text: str, said: str) -> None:
    assert said in refusal(text, "type: code")


def test_objects_and_lists_are_what_they_say() -> None:
    assert coerce('{"a": 1}', compile_input("wireType: object")) == {"a": 1}
    assert coerce("[1, 2]", compile_input("wireType: array")) == [1, 2]
    assert "a JSON object" in refusal("[1]", "wireType: object")
    assert "a JSON object" in refusal(5, "wireType: object")
    assert "a JSON list" in refusal('{"a": 1}', "wireType: array")
    assert "a JSON list" in refusal({"a": 1}, "wireType: array")


def test_big_integers_inside_json_keep_every_digit() -> None:
    assert coerce('{"id": 1180591620717411303424}', compile_input("type: code")) == {"id": 2**70}


def test_values_in_a_sentence_are_short_and_on_one_line() -> None:
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
def test_a_value_as_text_in_an_address(value: Any, text: str) -> None:
    assert to_wire_text(value) == text
