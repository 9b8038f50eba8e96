"""Test paths into values, references, and the comparison of JSON values."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoom_component.testing.expectations import is_equal, is_subset, make_diff
from zoom_component.testing.references import InvalidPath, find_references, get_value, resolve_references

KNOWN: dict[str, Any] = {"made": {"id": 7, "users": [{"email": "a@b.c"}, {"email": "d@e.f"}]}, "the day": "Monday"}
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${made.id}", 7),
        ("${made.users[1].email}", "d@e.f"),
        ("${made.users[-1].email}", "d@e.f"),
        ("${made.users.0}", {"email": "a@b.c"}),
        ("${the day}", "Monday"),
        ("meeting ${made.id} on ${the day}", "meeting 7 on Monday"),
        ("$${made.id}", "${made.id}"),
        ("costs $5", "costs $5"),
        ("${made.users}!", '[{"email": "a@b.c"}, {"email": "d@e.f"}]!'),
    ],
)
def test_a_reference_becomes_its_value(text: str, value: Any) -> None:
    assert resolve_references(text, KNOWN) == value
    assert resolve_references({"a": [text]}, KNOWN) == {"a": [value]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("${maid.id}", "${maid.id}: no earlier step or capture is named maid; did you mean made?"),
        ("${made.idd}", "${made.idd}: made has no idd; did you mean id?"),
        ("${made.users[2]}", "${made.users[2]}: made.users has 2 items, so [2] does not exist"),
        ("${made.id.x}", "${made.id.x}: made.id is 7, so x does not exist in it"),
        ("${made.users.email}", "${made.users.email}: made.users is a list, so email does not exist in it"),
        ("${made[0]}", "${made[0]}: made is not a list, so [0] does not exist"),
        ("${}", "${}: no earlier step or capture is named "),
    ],
)
def test_an_invalid_reference_suggests_existing_names(text: str, message: str) -> None:
    with pytest.raises(InvalidPath) as raised:
        resolve_references(text, KNOWN)
    assert str(raised.value).startswith(message)


def test_a_path_selects_a_value() -> None:
    assert get_value({"a b": {"c": [1, [2, 3]]}}, "a b.c[1][0]") == 2
    for wrong in ("", ".", "a.", ".a", "a..b", "a[", "a[x]"):
        with pytest.raises(InvalidPath, match="expected a path such as"):
            get_value({"a": 1}, wrong)


def test_references_are_found_with_their_pointers() -> None:
    references = list(find_references({"a": ["${x.y}", "$${z}"], "b": "${u} and ${v[0]}"}))
    assert references == [(("a", 0), "x"), (("b",), "u"), (("b",), "v")]


@given(values)
def test_a_value_equals_and_contains_itself(value: Any) -> None:
    assert is_equal(value, json.loads(json.dumps(value)))
    assert is_subset(value, json.loads(json.dumps(value)))
    assert make_diff(value, value) == ()


@given(values)
def test_a_value_without_references_stays_as_it_is(value: Any) -> None:
    if "${" not in json.dumps(value):
        assert resolve_references(value, {}) == value


@pytest.mark.parametrize(
    ("expected", "got", "contains"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}}, True),
        ([{"a": 1}], [{"a": 1, "b": 2}], True),
        ([1], [1, 2], False),
        ({"a": None}, {}, False),
        (1, True, False),
        (0, False, False),
        (1, 1.0, True),
        ("1", 1, False),
        ({}, [], False),
    ],
)
def test_is_subset(expected: Any, got: Any, contains: bool) -> None:
    assert is_subset(expected, got) is contains
