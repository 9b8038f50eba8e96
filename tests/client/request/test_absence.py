"""Test what "", blanks, empty lists and objects, and null mean, by the effect of the action and the kind of input."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.specs import compile_action, compile_input

from zoom_component.client.request.absence import is_blank, is_empty, read_empty
from zoom_component.messages import Effect
from zoom_component.spec.spec import ABSENT

INPUTS = """
inputs:
  text: {label: Text, target: body}
  pattern: {label: Pattern, pattern: "[a-z]*", target: body}
  secret: {label: Secret, type: password, target: body}
  needed: {label: Needed, required: true, target: body}
  least: {label: Least, minLength: 6, target: body}
  digits: {label: Digits, pattern: "[0-9]+", target: body}
  day: {label: Day, format: date, target: body}
  choice: {label: Choice, model: {a: A}, target: body}
  number: {label: Number, wireType: integer, target: body}
  switch: {label: Switch, type: boolean, target: body}
  list: {label: List, collection: valuelist, target: body}
  commas: {label: Commas, wireType: commaSeparated, target: body}
  code: {label: Code, type: code, wireType: array, target: body}
  object: {label: Object, type: code, wireType: object, target: body}
  pairs: {label: Pairs, collection: keyvaluelist, target: body}
  free: {label: Free, type: code, target: body.group.*}
  query: {label: Query, target: query}
  header: {label: Header, target: header.X-Header}
  own: {label: Own, target: none}
  any: {label: Any, wireType: any, target: none}
"""
SPECS = compile_action(INPUTS).inputs
CLEARED = {"text", "pattern", "secret"}
NOT_IN_BODY = {"free", "query", "header", "own", "any"}
OTHER_EFFECTS: list[Effect] = ["read", "create", "delete", "any"]
BLANKS = ["", " ", "\t\r\n", "\u00a0", "\u2003\u3000", "\u200b", "\ufeff", "\u2060 \u200e", "\u2800", "\u3164"]
EMPTY_LISTS: list[Any] = [[], [""], [" ", None], [None], [[]], (), ("",)]


@pytest.mark.parametrize("effect", OTHER_EFFECTS)
@pytest.mark.parametrize("value", [None, *BLANKS, *EMPTY_LISTS], ids=repr)
def test_only_an_update_sends_anything_for_an_empty_value(value: Any, effect: Effect) -> None:
    assert {key for key, spec in SPECS.items() if read_empty(value, spec, effect) is not ABSENT} == set()


@pytest.mark.parametrize("value", BLANKS, ids=repr)
def test_empty_text_clears_plain_text_of_an_update(value: str) -> None:
    assert {key for key, spec in SPECS.items() if read_empty(value, spec, "update") == ""} == CLEARED
    assert {key for key, spec in SPECS.items() if read_empty(value, spec, "update") is ABSENT} == SPECS.keys() - CLEARED


@pytest.mark.parametrize("value", EMPTY_LISTS, ids=repr)
def test_an_empty_list_is_not_given(value: Any) -> None:
    assert {key for key, spec in SPECS.items() if read_empty(value, spec, "update") is not ABSENT} == set()


@pytest.mark.parametrize("key", SPECS)
def test_null_is_sent_in_the_body_of_an_update(key: str) -> None:
    is_sent = key not in NOT_IN_BODY and key != "needed"
    assert read_empty(None, SPECS[key], "update") is (None if is_sent else ABSENT)


@pytest.mark.parametrize("effect", [*OTHER_EFFECTS, "update"])
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("object", {}),
        ("free", {}),
        ("code", {}),
        ("pairs", {}),
        ("pairs", [{"key": "", "value": ""}, {"key": " ", "value": None}, {}, ["", ""]]),
        ("pairs", {"": ""}),
        ("list", " , ,"),
        ("commas", ",\u00a0,"),
        ("list", '["", null]'),
        ("code", '[""]'),
        ("code", ' [ "" , null ] '),
        ("object", '""'),
        ("free", '" "'),
    ],
    ids=repr,
)
def test_other_empty_values_are_not_given(key: str, value: Any, effect: Effect) -> None:
    assert read_empty(value, SPECS[key], effect) is ABSENT


@pytest.mark.parametrize(("key", "text"), [("code", "[]"), ("object", "{}"), ("pairs", "{}"), ("list", "[ ]")])
def test_only_an_update_sends_an_empty_list_or_object_that_is_written_as_json(key: str, text: str) -> None:
    assert read_empty(text, SPECS[key], "update") == text
    for effect in OTHER_EFFECTS:
        assert read_empty(text, SPECS[key], effect) is ABSENT


def test_null_as_json_is_null_and_null_as_text_is_text() -> None:
    assert read_empty("null", SPECS["code"], "update") is None
    assert read_empty(" null ", SPECS["object"], "create") is ABSENT
    assert read_empty("null", SPECS["text"], "create") == "null"
    assert read_empty("null", SPECS["any"], "any") == "null"


@pytest.mark.parametrize("effect", [*OTHER_EFFECTS, "update"])
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("text", "x"),
        ("text", "\u200bx"),
        ("text", "[]"),
        ("text", '""'),
        ("text", "-"),
        ("number", 0),
        ("switch", False),
        ("list", ["US", ""]),
        ("code", [{}]),
        ("code", '[""'),
        ("code", [0]),
        ("object", {"a": ""}),
        ("free", '{"a": null}'),
        ("pairs", [{"key": "A", "value": ""}]),
        ("pairs", {"A": None}),
        ("pairs", "A:"),
        ("any", {}),
        ("any", "[]"),
        ("any", 0),
    ],
    ids=repr,
)
def test_every_other_value_is_unchanged(key: str, value: Any, effect: Effect) -> None:
    assert read_empty(value, SPECS[key], effect) == value


def test_a_required_object_may_be_empty() -> None:
    spec = compile_input("type: code, wireType: object, required: true")
    assert read_empty({}, spec, "create") == {}
    assert read_empty([], spec, "create") is ABSENT


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_blank_text_is_what_a_trim_leaves_nothing_of(text: str) -> None:
    if not text.strip():
        assert is_blank(text)
    if any(char.isalnum() and char not in "\u115f\u1160\u3164\uffa0" for char in text):
        assert not is_blank(text)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(_JSON, st.sampled_from(sorted(SPECS)), st.sampled_from([*OTHER_EFFECTS, "update"]))
def test_a_value_is_unchanged_or_one_of_three(value: Any, key: str, effect: Effect) -> None:
    for each in (value, json.dumps(value)):
        outcome = read_empty(each, SPECS[key], effect)
        assert outcome is ABSENT or outcome in (None, "") or outcome is each
        if effect != "update" and is_empty(each):
            assert outcome is ABSENT
