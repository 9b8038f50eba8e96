"""A call's inputs: every problem at once, before anything is sent."""

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
    {label: End Times, wireType: integer, default: "1", minimum: 1, maximum: 60, dependsOn: recurrence, conflictsWith: endDate,
     target: body.recurrence.end_times}
  endDate:
    {label: End Date, format: date-time, dependsOn: recurrence, conflictsWith: endTimes, target: body.recurrence.end_date_time}
  weeklyDays:
    {label: Days, wireType: commaSeparated, items: {wireType: integer, minimum: 1, maximum: 7}, target: body.recurrence.weekly_days}
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
    found = validated_inputs(CREATE, **inputs)
    assert not found.problems, found.problems
    return found.values


def test_everything_wrong_is_told_at_once() -> None:
    found = list_problems(
        CREATE, topci="x", type="5", recurrence="2", endTimes="61", agenda="nothing", weeklyDays="8,x", extra="not json"
    )
    assert found == {
        "topci": "this action has no such input; did you mean topic?",
        "topic": 'it is required; for example "Daily Meeting"',
        "type": "came 5; accepted: 2 (Scheduled) or 8 (Recurring)",
        "endTimes": "came 61; accepted: 1 to 60",
        "weeklyDays": 'one of its items came 8; accepted: 1 to 7 | came "x" as one of its items; accepted: '
        "whole numbers joined by commas",
        "agenda": "nothing is no agenda",
        "extra": 'came "not json", which is not JSON at line 1, column 1 (Expecting value); accepted: JSON',
    }


def test_a_missing_required_input_says_what_is_accepted() -> None:
    spec = compile_action("inputs:\n  kind: {label: Kind, required: true, model: {a: A, b: B}, target: body}")
    assert list_problems(spec) == {"kind": "it is required; accepted: a, b"}
    assert list_problems(spec, kind=None) == {"kind": "came null, and it is required; accepted: a, b"}
    assert list_problems(spec, kind="") == {"kind": 'came "", and it is required; accepted: a, b'}


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


def test_a_default_joins_its_group_only_when_the_group_is_open() -> None:
    assert "endTimes" not in values(topic="x")
    assert values(topic="x", recurrence="1")["endTimes"] == 1
    assert "endTimes" not in values(topic="x", recurrence="1", endDate="2026-01-31T09:30:00Z")


def test_a_group_is_refused_without_the_input_that_opens_it() -> None:
    said = "it counts only along with recurrence (Repeats); give that too"
    assert list_problems(CREATE, topic="x", endTimes=3) == {"endTimes": said}
    assert list_problems(CREATE, topic="x", endTimes=3, recurrence=None) == {"endTimes": said}
    assert list_problems(UPDATE, topic="x", endTimes=3) == {"endTimes": said}


def test_a_wrong_opener_is_told_alone() -> None:
    assert list(list_problems(CREATE, topic="x", endTimes=3, recurrence="daily")) == ["recurrence"]


def test_an_opener_that_comes_by_default_opens() -> None:
    spec = compile_action(
        "inputs:\n  mode: {label: M, default: a, target: body}\n  more: {label: More, dependsOn: mode, target: body}"
    )
    assert validated_inputs(spec, more="x").values == {"mode": "a", "more": "x"}


def test_contradictions_are_refused_at_both() -> None:
    found = list_problems(CREATE, topic="x", recurrence=1, endTimes=3, endDate="2026-01-31T09:30:00Z")
    assert found["endTimes"] == "it contradicts endDate (End Date); give one of the two"
    assert found["endDate"] == "it contradicts endTimes (End Times); give one of the two"
    assert list_problems(CREATE, topic="x", recurrence=1, endTimes=3, endDate=None) == {}


def test_a_scaffold_is_never_a_value() -> None:
    assert "extra" not in values(topic="x")
    assert "settings" not in str(validated_inputs(UPDATE, topic="x").values)


def test_rules_speak_beside_other_problems_but_not_of_wrong_inputs() -> None:
    assert list_problems(CREATE, recurrence=2) == {
        "topic": 'it is required; for example "Daily Meeting"',
        "weeklyDays": "a weekly series needs its days",
    }
    assert list(list_problems(CREATE, topic="x", recurrence=2, weeklyDays="0")) == ["weeklyDays"]
    assert list(list_problems(CREATE, topic="x", recurrence="two")) == ["recurrence"]


@pytest.mark.parametrize("number", [2**63, 2**70, 10**400, -(2**64)])
def test_rules_hold_beside_numbers_of_any_size(number: int) -> None:
    spec = compile_action(
        "inputs:\n  size: {label: Size, wireType: integer, target: body}\n"
        "rules:\n- inputs: [size]\n  schema: {properties: {size: {minimum: 1}}}\n  message: too small\n"
    )
    assert list_problems(spec, size=number) == ({"size": "too small"} if number < 1 else {})
    assert validated_inputs(spec, size=number).values["size"] == number


def test_rules_are_judged_alike_where_the_compiled_library_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from zoom_component.client.request import rules

    rules._compiled.cache_clear()
    monkeypatch.setitem(sys.modules, "jsonschema_rs", None)
    assert list_problems(CREATE, topic="x", recurrence=2) == {"weeklyDays": "a weekly series needs its days"}
    assert list_problems(CREATE, topic="x", recurrence=2, weeklyDays="1,3") == {}
    rules._compiled.cache_clear()


@pytest.mark.parametrize(
    ("value", "said"), [("x" * 21, "came 21 characters; accepted: 20 at most"), (["x"], 'came ["x"]; accepted: text')]
)
def test_lengths_and_kinds(value: Any, said: str) -> None:
    assert list_problems(CREATE, topic=value) == {"topic": said}


def test_a_secret_is_never_shown_in_a_sentence() -> None:
    for wrong in ("S3CRET!", ["S3CRET!"], "S3CRET-and-far-too-long"):
        said = list_problems(CREATE, topic="x", passcode=wrong)["passcode"]
        assert "S3CRET" not in said
        assert "not shown" in said


def test_other_limits_have_their_sentences() -> None:
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
        "code": 'came 2 characters; accepted: at least 3 | came "ab", which does not have the form it needs '
        "([A-Z]{3}); for example ABC",
        "kinds": 'came "c"; accepted: a or b',
        "marks": 'came "Z" as one of its items; accepted: x or y | came "Z" as one of its items, which does not have '
        "the form it needs ([a-z])",
        "least": "came 5; accepted: 1,000 or more",
        "most": "came 5.5; accepted: 5 at most",
        "name": 'came "a\\nb"; accepted: plain text on one line',
        "free": 'came [1]; accepted: a JSON object, as {"name": "value"}',
    }


def test_cautions_are_said_and_not_refused() -> None:
    found = validated_inputs(CREATE, topic="x", meeting="https://zoom.us/j/89347503000")
    assert found.problems == []
    assert found.warnings == ["meeting: A number means the latest instance"]
    assert validated_inputs(CREATE, topic="x", meeting="abc//d==").warnings == []


_KEYS = st.sampled_from([*CREATE.inputs, "unknown"])
_VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.lists(st.integers(), max_size=2)


@given(st.dictionaries(_KEYS, _VALUES | st.dictionaries(st.text(max_size=3), _VALUES, max_size=2)))
def test_no_inputs_raise_and_every_problem_names_its_input(raw: dict[str, Any]) -> None:
    found = validate_inputs(CREATE, raw)
    for problem in found.problems:
        assert problem.input in {*CREATE.inputs, "unknown"}
        assert problem.message
    assert "unknown" not in found.values


def test_keys_that_are_no_text_are_unknown_inputs() -> None:
    assert [problem.input for problem in validate_inputs(UPDATE, {5: 1, "topic": "x"}).problems] == ["5"]  # type: ignore[dict-item]
