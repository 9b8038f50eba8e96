"""Check that each polling trigger has a test spec with baseline, change, no change, restart and failure."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.testing.conftest import COMPONENT, Outcomes, Write

from zoom_component.errors import SpecError
from zoom_component.spec.yaml12 import parse_yaml
from zoom_component.testing.spec_files import load_spec
from zoom_component.testing.spec_names import SPEC_SUFFIX

HERE = Path(__file__).resolve().parents[1] / "specs" / "triggers"
CATALOGUE = COMPONENT.catalogue
KEYS = [key for key in CATALOGUE.trigger_keys() if CATALOGUE.trigger(key).poll is not None]


def test_each_trigger_has_exactly_one_spec() -> None:
    assert {path.name for path in HERE.iterdir()} == {f"{key}{SPEC_SUFFIX}" for key in KEYS}
    assert len(KEYS) == 11


@pytest.mark.parametrize("key", KEYS)
def test_the_referenced_schema_accepts_the_spec(key: str) -> None:
    path = HERE / f"{key}{SPEC_SUFFIX}"
    text = path.read_text(encoding="utf-8")
    schema = json.loads((path.parent / text.partition("\n")[0].partition("$schema=")[2]).read_text(encoding="utf-8"))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(parse_yaml(text, "").value)] == []


@pytest.mark.parametrize("key", KEYS)
def test_the_spec_has_baseline_change_no_change_restart_and_failure(key: str) -> None:
    spec = load_spec(HERE / f"{key}{SPEC_SUFFIX}", CATALOGUE.action_keys(), trigger_keys=CATALOGUE.trigger_keys())
    steps = [step for step in spec.steps if step.fields.get("poll") == key]
    outcomes = [(step.expect.get("result") or {}).get("outcome") for step in steps]
    assert outcomes[0] == "baseline"
    assert steps[0].expect["events"] == []
    assert "unchanged" in outcomes[1:]
    events = [step for step in steps if step.expect.get("events")]
    assert all(event["event"] == f"poll.{key}" for step in events for event in step.expect["events"])
    assert any(not step.fields.get("restart") for step in events)
    failed = next(at for at, step in enumerate(steps) if step.fields.get("faults") and "error" in step.expect)
    restarted = next(at for at, step in enumerate(steps) if step.fields.get("restart"))
    assert restarted == failed + 1
    assert steps[restarted].expect["events"]


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        ("{name: idle}", "3:5: expected run, poll or simulate, got none of them"),
        ("{run: getUser, poll: newMeetingCreated}", "3:20: expected either run or poll, got both"),
        ("{poll: newMeetingCreatd}", '3:12: unknown trigger "newMeetingCreatd"; did you mean newMeetingCreated?'),
        (
            "{simulate: [{start: '1', end: '1'}]}",
            "3:17: expected one of start, join, leave, record, summarize, end, got start and end",
        ),
        ("{simulate: [{name: Ada}]}", "3:17: expected one of start, join, leave, record, summarize, end, got none"),
        ("{simulate: [{join: '1'}]}", "3:17: name is required: the person who takes part in join"),
        ("{simulate: [{begin: '1'}]}", '3:18: unknown key "begin"'),
        ('{simulate: [{start: "${made.id}"}]}', '3:25: no earlier step or capture is named "made"'),
    ],
)
def test_an_invalid_step_is_reported_with_its_place(write: Write, step: str, fault: str) -> None:
    path = write(f"name: One\nsteps:\n  - {step}\n")
    with pytest.raises(SpecError) as raised:
        load_spec(path, CATALOGUE.action_keys(), trigger_keys=CATALOGUE.trigger_keys())
    assert [each for each in raised.value.diagnostics if each.startswith(f"one.test.yaml:{fault}")], (
        raised.value.diagnostics
    )


def test_an_impossible_activity_fails_with_its_place(outcome_of: Outcomes) -> None:
    (failure,) = outcome_of('steps:\n  - simulate: [{end: "85746065001"}]\n').failures
    assert (failure.line, failure.step) == (3, "step 1, simulate")
    assert "is not in progress" in failure.message


def test_a_poll_that_emits_something_else_fails_with_a_diff(outcome_of: Outcomes) -> None:
    steps = "steps:\n  - {name: first, poll: newMeetingCreated, expect: {events: [{event: poll.newMeetingCreated}]}}\n"
    (failure,) = outcome_of(steps).failures
    assert failure.step == "step 1, first (newMeetingCreated)"
    assert failure.diff


def test_a_step_may_expect_an_error_of_invalid_settings(outcome_of: Outcomes) -> None:
    steps = "steps:\n  - {poll: webhookReceiver, expect: {error: {kind: input_error}, requests: [], events: []}}\n"
    assert outcome_of(steps).failures == ()
