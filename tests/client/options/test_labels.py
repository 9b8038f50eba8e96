"""Test labels and searches, with any value in an item."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoom_component.client.options.labels import find_first_text, format_label, matches_search, read_text
from zoom_component.spec.data_source_spec import LabelField
from zoom_component.spec.label_templates import list_template_fields, parse_template

NAMES = ["{first_name} {last_name}[ ({email})]", "{email}"]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=80),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
KEYS = st.sampled_from(["first_name", "last_name", "email", "message", "at", "zone", "#"])
ITEMS = st.dictionaries(KEYS, VALUES)
FIELDS = st.dictionaries(
    KEYS,
    st.builds(
        LabelField,
        st.booleans(),
        st.none() | st.sampled_from(["zone", "email"]),
        st.none() | st.integers(1, 9),
        st.booleans(),
    ),
)
TEMPLATES = st.lists(
    st.sampled_from([*NAMES, "{message}[, {at}]", "[{email} - ]{message}", "No {#}[: {at}]", "[{first_name}][{at}]"]),
    min_size=1,
)


@pytest.mark.parametrize(
    ("item", "label"),
    [
        ({"first_name": "Ada", "last_name": "L", "email": "a@b.co"}, "Ada L (a@b.co)"),
        ({"first_name": "Ada", "last_name": ""}, "Ada"),
        ({"first_name": None, "last_name": " ", "email": "a@b.co"}, "a@b.co"),
        ({"first_name": "A\nd\u202ea", "last_name": 7}, "A d a 7"),
        ({}, ""),
    ],
)
def test_the_first_template_with_a_value_makes_the_label(item: dict[str, Any], label: str) -> None:
    assert format_label(NAMES, item, {}) == label


@pytest.mark.parametrize(
    ("value", "zone", "how", "label"),
    [
        ("2030-03-04T14:30:00Z", "America/New_York", LabelField(True, "z"), "2030-03-04 09:30 America/New_York"),
        ("2030-03-04T14:30:00Z", "Nowhere/At_all", LabelField(True, "z"), "2030-03-04 14:30 UTC"),
        ("2030-03-04T14:30:00Z", "../etc", LabelField(True, "z"), "2030-03-04 14:30 UTC"),
        ("2030-03-04T14:30:00+02:00", "", LabelField(True), "2030-03-04 12:30 UTC"),
        ("0001-01-01T00:00:00+14:00", "", LabelField(True), "0001-01-01T00:00:00+14:00"),
        ("soon", "", LabelField(True), "soon"),
        ("audio_only", "", LabelField(humanize=True), "audio only"),
        ("x" * 50, "", LabelField(max_length=50), "x" * 50),
        ("x" * 51, "", LabelField(max_length=50), "x" * 50 + "..."),
        (0, "", LabelField(), "0"),
        (True, "", LabelField(), "true"),
        ({"no": "value"}, "", LabelField(), ""),
    ],
)
def test_a_field_is_formatted(value: Any, zone: str, how: LabelField, label: str) -> None:
    assert format_label(["{at}"], {"at": value, "z": zone}, {"at": how}) == label


def test_numbers_and_nested_fields() -> None:
    assert format_label(["File {#}[: {owner.name}]"], {"owner": {"name": "Ada"}}, {}, 3) == "File 3: Ada"
    assert format_label(["File {#}[: {owner.name}]"], {"owner": []}, {}, 3) == "File 3"
    assert (
        find_first_text(["id", "user.id"], {"id": "", "user": {"id": 12345678901234567890}}) == "12345678901234567890"
    )
    assert read_text({"a": 1}, "a.b") == ""


@given(templates=TEMPLATES, item=ITEMS, how=FIELDS, number=st.integers(0, 9))
def test_a_label_is_always_one_clean_line(
    templates: list[str], item: dict[str, Any], how: dict[str, LabelField], number: int
) -> None:
    label = format_label(templates, item, how, number)
    assert label == " ".join(label.split())
    assert label.isprintable()
    assert "{" not in label or any("{" in str(value) for value in item.values())


@given(item=ITEMS)
def test_a_label_matches_its_own_words(item: dict[str, Any]) -> None:
    label = format_label(NAMES, item, {})
    assert matches_search(label, label)
    assert matches_search("", label)
    assert matches_search(" ".join(reversed(label.upper().lower().split())), label.lower())
    assert not matches_search(label + "x", label) or not label


@given(words=st.text(), label=st.text())
def test_a_search_never_fails(words: str, label: str) -> None:
    assert matches_search(words, f"{label} {words}")


@pytest.mark.parametrize("template", ["{a", "a}", "[{a}", "{a}]", "[[{a}]]", "{a b}", "{}", "{a.}", "{1}", "[{a]}"])
def test_an_invalid_template_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match=r"\{|\}|\[|\]"):
        parse_template(template)


@given(st.text())
def test_any_text_is_a_template_or_a_value_error(template: str) -> None:
    try:
        parts = parse_template(template)
    except ValueError:
        return
    assert all(part.pieces for part in parts)
    assert len(list_template_fields(template)) <= template.count("{")
