"""Test how a choice is found: by value or label, in any case, and with what nobody sees."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.calls import list_problems, validated_inputs
from tests.support.specs import compile_action

from zoom_component.client.request.choices import find_choice, format_choices

KINDS = {"1": "Instant meeting", "2": "Scheduled meeting", "-1": "Last Week", "en-US": "English (US)"}
THING = compile_action(
    """
inputs:
  kind: {label: Kind, wireType: integer, model: {"1": Daily, "2": Weekly}, target: body}
  state: {label: State, model: {active: In use, Idle: Not in use}, target: body}
  switch: {label: Switch, type: boolean, model: {"true": Open, "false": Closed}, target: body}
  ratio: {label: Ratio, wireType: number, model: {"0.5": Half, "1": Whole}, target: body}
  land: {label: Land, format: country, model: {US: America, DE: Germany}, target: body}
  day: {label: Day, format: date, model: {"2026-01-31": Start, "2026-12-31": End}, target: body}
  lands: {label: Lands, collection: valuelist, model: {US: America, GB: "Britain, Great"}, target: body}
  days: {label: Days, wireType: commaSeparated, items: {wireType: integer, model: {"1": Sunday, "2": Monday}},
    target: body}
  marks: {label: Marks, collection: valuelist, items: {model: {x: Cross, y: Tick}}, target: body}
  list: {label: List, type: code, wireType: array, items: {model: {x: Cross}}, target: body}
"""
)


@pytest.mark.parametrize(
    ("value", "choice"),
    [
        ("1", "1"),
        (1, "1"),
        (1.0, "1"),
        (-1, "-1"),
        ("Scheduled meeting", "2"),
        ("SCHEDULED  MEETING", "2"),
        (" scheduled\u00a0meeting ", "2"),
        ("scheduled\u200b meeting", "2"),
        ("\uff33cheduled meeting", "2"),
        ("\uff12", "2"),
        ("\u0662", "2"),
        ("\u22121", "-1"),
        ("last week", "-1"),
        ("en-us", "en-US"),
        ("EN\u2011US", "en-US"),
        ("english (us)", "en-US"),
        ("Scheduled", None),
        ("3", None),
        ("", None),
        (1.5, None),
        (True, None),
        (None, None),
        (["1"], None),
        ({}, None),
        (10**2000, None),
        (float("inf"), None),
    ],
    ids=str,
)
def test_a_choice_is_found_by_value_or_label(value: Any, choice: str | None) -> None:
    assert find_choice(value, KINDS) == choice


def test_a_value_wins_over_a_label() -> None:
    assert find_choice("b", {"a": "b", "b": "a"}) == "b"
    assert find_choice("B", {"a": "B", "b": "A"}) == "b"


def test_only_one_choice_is_taken() -> None:
    model = {"1": "Open", "2": "open", "3": "Same", "4": "Same", "x": "X", "X": "Y"}
    assert find_choice("Open", model) == "1"
    assert find_choice("open", model) == "2"
    assert find_choice("OPEN", model) is None
    assert find_choice("Same", model) is None
    assert (find_choice("x", model), find_choice("X", model)) == ("x", "X")


@pytest.mark.parametrize(
    ("key", "value", "sent"),
    [
        ("kind", "weekly", 2),
        ("kind", "02", 2),
        ("kind", "+2", 2),
        ("kind", 2, 2),
        ("state", "ACTIVE", "active"),
        ("state", "in use", "active"),
        ("state", "idle", "Idle"),
        ("switch", "closed", False),
        ("switch", "Yes", True),
        ("switch", True, True),
        ("ratio", "half", 0.5),
        ("ratio", 1, 1),
        ("land", "us", "US"),
        ("land", "germany", "DE"),
        ("day", "end", "2026-12-31"),
        ("lands", "america, gb", ["US", "GB"]),
        ("lands", "Britain, Great", ["GB"]),
        ("lands", ["britain, great", "us"], ["GB", "US"]),
        ("days", "sunday,2", "1,2"),
        ("days", [1, "MONDAY"], "1,2"),
        ("days", "monday", "2"),
        ("marks", '["tick", "X"]', ["y", "x"]),
        ("list", ["cross", 5], ["x", 5]),
    ],
)
def test_the_exact_value_is_sent(key: str, value: Any, sent: Any) -> None:
    if key == "list":
        assert list_problems(THING, list=value) == {"list": "expected each item to be x (Cross), got 5"}
        value, sent = value[:1], sent[:1]
    validated = validated_inputs(THING, **{key: value})
    assert validated.problems == []
    assert validated.values == {key: sent}
    assert type(validated.values[key]) is type(sent)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("kind", "hourly", 'expected 1 (Daily) or 2 (Weekly), got "hourly"'),
        ("kind", "3", "expected 1 (Daily) or 2 (Weekly), got 3"),
        ("kind", ["2"], 'expected 1 (Daily) or 2 (Weekly), got ["2"]'),
        ("state", True, "expected active (In use) or Idle (Not in use), got true"),
        ("switch", "ajar", 'expected true (Open) or false (Closed), got "ajar"'),
        ("days", "sunday,tuesday", 'expected each item to be 1 (Sunday) or 2 (Monday), got "tuesday"'),
        ("marks", ["x", "z"], 'expected each item to be x (Cross) or y (Tick), got "z"'),
        ("lands", "US,FR", 'expected US (America) or GB (Britain, Great), got "FR"'),
        ("day", "2026-02-30", 'expected a date such as 2026-01-31, got "2026-02-30"'),
    ],
)
def test_a_refusal_lists_values_and_labels(key: str, value: Any, message: str) -> None:
    assert list_problems(THING, **{key: value}) == {key: message}


def test_a_long_list_says_where_the_rest_is() -> None:
    text = format_choices({str(number): f"Choice {number}" for number in range(60)})
    assert text.endswith("49 (Choice 49) or one of 10 more, which the command options lists")
    whole = format_choices({str(number): f"Choice {number}" for number in range(50)})
    assert whole.endswith("48 (Choice 48) or 49 (Choice 49)")


@given(st.sampled_from(sorted(KINDS)), st.sampled_from(["", " ", "\u200b", "\u00a0", "\ufeff"]), st.booleans())
def test_every_choice_is_found_by_both_its_names(value: str, blank: str, is_upper: bool) -> None:
    for name in (value, KINDS[value]):
        text = f"{blank}{name.upper() if is_upper else name.lower()}{blank}"
        assert find_choice(text, KINDS) == value


@given(st.dictionaries(st.text(min_size=1, max_size=4), st.text(max_size=4), min_size=1, max_size=4), st.data())
def test_a_value_always_means_itself(model: dict[str, str], data: st.DataObject) -> None:
    value = data.draw(st.sampled_from(sorted(model)))
    assert find_choice(value, model) == value
