"""Test the validation of a call's inputs: every problem at once, before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.calls import list_problems, validated_inputs
from tests.support.specs import compile_action

from zoom_component.client.request.inputs import validate_inputs

SERIES = """
inputs:
  topic: {label: Topic, required: true, example: Daily Meeting, maxLength: 20, target: body}
  type: {label: Type, wireType: integer, default: "2", model: {"2": Scheduled, "8": Recurring}, target: body}
  recurrence:
    {label: Repeats, wireType: integer, model: {"1": Daily, "2": Weekly, "3": Monthly}, target: body.recurrence.type}
  endTimes:
    {label: End Times, wireType: integer, default: "1", minimum: 1, maximum: 60, dependsOn: recurrence,
     conflictsWith: endDate, target: body.recurrence.end_times}
  endDate:
    {label: End Date, format: date-time, dependsOn: recurrence, conflictsWith: endTimes,
     target: body.recurrence.end_date_time}
  weeklyDays:
    {label: Days, wireType: commaSeparated, items: {wireType: integer, minimum: 1, maximum: 7},
     target: body.recurrence.weekly_days}
  agenda: {label: Agenda, target: body}
  passcode: {label: Password, type: password, pattern: "[a-z0-9]*", maxLength: 10, target: body.password}
  extra: {label: Extra, type: code, template: {invitees: [stranger@example.com]}, target: body.settings.*}
  meeting: {label: Meeting, format: meeting, warning: A number means the latest instance, target: none}
rules:
- inputs: [weeklyDays]
  schema: {if: {properties: {recurrence: {const: 2}}, required: [recurrence]}, then: {required: [weeklyDays]}}
  message: a weekly series needs its days
- inputs: [agenda]
  schema: {properties: {agenda: {not: {const: nothing}}}}
  message: nothing is no agenda
"""
CREATE = compile_action(SERIES)
UPDATE = compile_action(SERIES + 'key: changeThing\neffect: update\nrequest: {method: PATCH, path: "/things"}')


def values(**inputs: Any) -> dict[str, Any]:
    validated = validated_inputs(CREATE, **inputs)
    assert not validated.problems, validated.problems
    return validated.values


def test_every_problem_is_reported_at_once() -> None:
    problems = list_problems(
        CREATE, topci="x", type="5", recurrence="2", endTimes="61", agenda="nothing", weeklyDays="8,x", extra="not json"
    )
    assert problems == {
        "topci": "unknown input; did you mean topic?",
        "topic": 'is required; for example "Daily Meeting"',
        "type": "expected 2 (Scheduled) or 8 (Recurring), got 5",
        "endTimes": "expected an integer from 1 to 60, got 61",
        "weeklyDays": 'expected each item from 1 to 7, got 8 | expected integers separated by commas, got the item "x"',
        "agenda": "nothing is no agenda",
        "extra": 'expected JSON, got "not json", which is not JSON at line 1, column 1 (Expecting value)',
    }


def test_a_missing_required_input_says_what_is_expected() -> None:
    spec = compile_action("inputs:\n  kind: {label: Kind, required: true, model: {a: A, b: B}, target: body}")
    assert list_problems(spec) == {"kind": "is required; expected a or b"}
    assert list_problems(spec, kind=None) == {"kind": "is required, got null; expected a or b"}
    assert list_problems(spec, kind="") == {"kind": 'is required, got ""; expected a or b'}


def test_defaults_apply_to_creates_and_reads_only() -> None:
    assert values(topic="x") == {"topic": "x", "type": 2}
    assert validated_inputs(UPDATE, topic="x").values == {"topic": "x"}
    for effect, applied in (("create", True), ("read", True), ("any", True), ("update", False), ("delete", False)):
        spec = compile_action(
            f"effect: {effect}\ninputs:\n  size: {{label: Size, default: '5', wireType: integer, target: query}}"
        )
        assert validated_inputs(spec).values == ({"size": 5} if applied else {})


def test_a_required_input_of_an_update_is_not_filled_by_its_default() -> None:
    spec = compile_action("effect: update\ninputs:\n  size: {label: Size, required: true, default: '5', target: body}")
    assert list(list_problems(spec)) == ["size"]


def test_a_default_applies_only_with_the_input_that_it_depends_on() -> None:
    assert "endTimes" not in values(topic="x")
    assert values(topic="x", recurrence="1")["endTimes"] == 1
    assert "endTimes" not in values(topic="x", recurrence="1", endDate="2026-01-31T09:30:00Z")


def test_an_input_is_refused_without_the_one_that_it_depends_on() -> None:
    message = "requires recurrence (Repeats); provide it too"
    assert list_problems(CREATE, topic="x", endTimes=3) == {"endTimes": message}
    assert list_problems(CREATE, topic="x", endTimes=3, recurrence=None) == {"endTimes": message}
    assert list_problems(UPDATE, topic="x", endTimes=3) == {"endTimes": message}


def test_an_invalid_input_hides_the_problems_of_its_dependents() -> None:
    assert list(list_problems(CREATE, topic="x", endTimes=3, recurrence="hourly")) == ["recurrence"]


def test_an_input_may_depend_on_one_with_a_default() -> None:
    spec = compile_action(
        "inputs:\n  mode: {label: M, default: a, target: body}\n  more: {label: More, dependsOn: mode, target: body}"
    )
    assert validated_inputs(spec, more="x").values == {"mode": "a", "more": "x"}


def test_conflicting_inputs_are_both_refused() -> None:
    problems = list_problems(CREATE, topic="x", recurrence=1, endTimes=3, endDate="2026-01-31T09:30:00Z")
    assert problems["endTimes"] == "conflicts with endDate (End Date); provide only one of them"
    assert problems["endDate"] == "conflicts with endTimes (End Times); provide only one of them"
    assert list_problems(CREATE, topic="x", recurrence=1, endTimes=3, endDate=None) == {}


def test_a_default_that_is_given_counts_as_not_given() -> None:
    assert values(topic="x", endTimes="1", recurrence="1", endDate="2026-01-31T09:30:00Z") == {
        "topic": "x",
        "type": 2,
        "recurrence": 1,
        "endDate": "2026-01-31T09:30:00Z",
    }
    assert values(topic="x", endTimes=1) == values(topic="x")
    assert validated_inputs(CREATE, topic="x", type="Scheduled").explicit_keys == {"topic"}
    assert list(list_problems(CREATE, topic="x", endTimes=2)) == ["endTimes"]


def test_an_update_sends_a_default_only_where_it_contradicts_nothing() -> None:
    assert validated_inputs(UPDATE, topic="x", type="2").values == {"topic": "x", "type": 2}
    assert validated_inputs(UPDATE, topic="x", recurrence=1, endTimes=1).values["endTimes"] == 1
    alone = validated_inputs(UPDATE, topic="x", endTimes="1")
    assert alone.values == {"topic": "x"}
    assert alone.warnings == ["endTimes: not sent, because it is the default (1) and requires recurrence (Repeats)"]
    both = validated_inputs(UPDATE, topic="x", recurrence=1, endTimes="1", endDate="2026-01-31T09:30:00Z")
    assert set(both.values) == {"topic", "recurrence", "endDate"}
    assert both.problems == []


def test_an_update_leaves_out_a_default_that_a_rule_excludes() -> None:
    text = """
effect: {effect}
inputs:
  open: {{label: Open, type: boolean, default: false, target: body}}
  code: {{label: Code, target: body}}
rules:
- inputs: [code, open]
  schema: {{if: {{required: [code]}}, then: {{not: {{required: [open]}}}}}}
  message: a code excludes open
"""
    update, create = (compile_action(text.format(effect=effect)) for effect in ("update", "create"))
    dropped = validated_inputs(update, code="x", open="no")
    assert (dropped.values, dropped.problems) == ({"code": "x"}, [])
    assert dropped.warnings == ["open: not sent, because it is the default (false) and another input excludes it"]
    assert list_problems(update, code="x", open=True) == {"code": "a code excludes open"}
    # A create sends the default whether it is given or not, so it is as wrong without it.
    assert list_problems(create, code="x", open=False) == list_problems(create, code="x")


def test_null_and_empty_text_neither_open_nor_contradict_an_input() -> None:
    requires = "requires recurrence (Repeats); provide it too"
    assert list_problems(UPDATE, topic="x", endTimes=3, recurrence=None) == {"endTimes": requires}
    assert list_problems(UPDATE, topic="x", recurrence=1, endTimes=3, endDate=None) == {}
    assert list_problems(UPDATE, topic="x", endTimes=None, weeklyDays=None, agenda="") == {}
    assert list_problems(UPDATE, topic="x", recurrence=2, weeklyDays=None) == {
        "weeklyDays": "a weekly series needs its days"
    }
    assert validated_inputs(UPDATE, topic="x", recurrence=None).values == {"topic": "x", "recurrence": None}


def test_a_default_stays_away_where_an_input_excludes_it() -> None:
    spec = compile_action(
        "inputs:\n  open: {label: Open, type: boolean, default: false, target: body}\n"
        "  code: {label: Code, conflictsWith: open, target: body}"
    )
    assert validated_inputs(spec).values == {"open": False}
    assert validated_inputs(spec, code="x").values == {"code": "x"}
    assert validated_inputs(spec, code="", open=False).values == {"open": False}
    assert list(list_problems(spec, code="x", open=True)) == ["code"]


def test_an_empty_list_on_an_update_is_a_warning() -> None:
    validated = validated_inputs(UPDATE, topic="x", weeklyDays=[], agenda=[])
    assert validated.values == {"topic": "x"}
    reason = "not sent, because an empty list means that nothing was filled in; null empties a field"
    assert validated.warnings == [f"weeklyDays, agenda: {reason}"]
    assert validated_inputs(CREATE, topic="x", weeklyDays=[]).warnings == []


def test_a_template_is_never_a_value() -> None:
    assert "extra" not in values(topic="x")
    assert "settings" not in str(validated_inputs(UPDATE, topic="x").values)


def test_rules_are_checked_unless_they_mention_an_invalid_input() -> None:
    assert list_problems(CREATE, recurrence=2) == {
        "topic": 'is required; for example "Daily Meeting"',
        "weeklyDays": "a weekly series needs its days",
    }
    assert list(list_problems(CREATE, topic="x", recurrence=2, weeklyDays="0")) == ["weeklyDays"]
    assert list(list_problems(CREATE, topic="x", recurrence="two")) == ["recurrence"]


@pytest.mark.parametrize("number", [2**63, 2**70, 10**400, -(2**64)])
def test_rules_are_checked_with_numbers_of_any_size(number: int) -> None:
    spec = compile_action(
        "inputs:\n  size: {label: Size, wireType: integer, target: body}\n"
        "rules:\n- inputs: [size]\n  schema: {properties: {size: {minimum: 1}}}\n  message: too small\n"
    )
    assert list_problems(spec, size=number) == ({"size": "too small"} if number < 1 else {})
    assert validated_inputs(spec, size=number).values["size"] == number


def test_rules_are_checked_without_the_compiled_library(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from zoom_component import json_schema

    json_schema.compile_schema.cache_clear()
    monkeypatch.setitem(sys.modules, "jsonschema_rs", None)
    assert list_problems(CREATE, topic="x", recurrence=2) == {"weeklyDays": "a weekly series needs its days"}
    assert list_problems(CREATE, topic="x", recurrence=2, weeklyDays="1,3") == {}
    json_schema.compile_schema.cache_clear()


@pytest.mark.parametrize(
    ("value", "message"),
    [("x" * 21, "expected at most 20 characters, got 21"), (["x"], 'expected text, got ["x"]')],
)
def test_lengths_and_types(value: Any, message: str) -> None:
    assert list_problems(CREATE, topic=value) == {"topic": message}


def test_a_message_never_shows_a_secret() -> None:
    for wrong in ("S3CRET!", ["S3CRET!"], "S3CRET-and-far-too-long"):
        message = list_problems(CREATE, topic="x", passcode=wrong)["passcode"]
        assert "S3CRET" not in message
        assert "not shown" in message


def test_every_limit_has_its_message() -> None:
    spec = compile_action(
        """
inputs:
  code: {label: Code, pattern: "[A-Z]{3}", minLength: 3, example: ABC, target: body}
  kinds: {label: Kinds, collection: valuelist, model: {a: A, b: B}, target: body}
  marks: {label: Marks, wireType: commaSeparated, items: {model: {x: X, y: Y}, pattern: "[a-z]"}, target: body}
  least: {label: Least, wireType: integer, minimum: 1000, target: body}
  most: {label: Most, wireType: number, maximum: 5, target: body}
  name: {label: Name, target: header.X-Name}
  free: {label: Free, type: code, target: body.more.*}
"""
    )
    assert list_problems(
        spec, code="ab", kinds=["a", "c"], marks="x,Z", least=5, most="5.5", name="a\nb", free=[1]
    ) == {
        "code": "expected at least 3 characters, got 2 | "
        'expected text that matches [A-Z]{3}, for example ABC, got "ab"',
        "kinds": 'expected a or b, got "c"',
        "marks": 'expected each item to be x or y, got "Z" | expected each item to match [a-z], got "Z"',
        "least": "expected an integer of at least 1,000, got 5",
        "most": "expected a number of at most 5, got 5.5",
        "name": 'expected ASCII text on one line, got "a\\nb"',
        "free": 'expected a JSON object such as {"name": "value"}, got [1]',
    }


def test_a_warning_is_not_a_problem() -> None:
    validated = validated_inputs(CREATE, topic="x", meeting="https://zoom.us/j/89347503000")
    assert validated.problems == []
    assert validated.warnings == ["meeting: A number means the latest instance"]
    assert validated_inputs(CREATE, topic="x", meeting="abc//d==").warnings == []


_KEYS = st.sampled_from([*CREATE.inputs, "unknown"])
_VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.lists(st.integers(), max_size=2)


@given(st.dictionaries(_KEYS, _VALUES | st.dictionaries(st.text(max_size=3), _VALUES, max_size=2)))
def test_any_inputs_are_validated_and_every_problem_names_its_input(raw: dict[str, Any]) -> None:
    validated = validate_inputs(CREATE, raw)
    for problem in validated.problems:
        assert problem.input in {*CREATE.inputs, "unknown"}
        assert problem.message
    assert "unknown" not in validated.values


def test_keys_that_are_not_text_are_unknown_inputs() -> None:
    assert [problem.input for problem in validate_inputs(UPDATE, {5: 1, "topic": "x"}).problems] == ["5"]  # type: ignore[dict-item]
