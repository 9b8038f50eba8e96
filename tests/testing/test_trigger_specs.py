"""Each polling trigger has a test spec: a baseline, a change, no change, a restart and a failure at least."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from tests.testing.conftest import COMPONENT, Outcomes, Write

from zoom_component.errors import SpecError
from zoom_component.spec.yaml12 import parse_yaml
from zoom_component.testing.spec_files import SPEC_SUFFIX, load_spec

HERE = Path(__file__).resolve().parents[1] / "specs" / "triggers"
CATALOGUE = COMPONENT.catalogue
KEYS = [key for key in CATALOGUE.trigger_keys() if CATALOGUE.trigger(key).poll is not None]


def test_there_is_one_for_each_trigger_and_none_besides() -> None:
    assert {path.name for path in HERE.iterdir()} == {f"{key}{SPEC_SUFFIX}" for key in KEYS}
    assert len(KEYS) == 11


@pytest.mark.parametrize("key", KEYS)
def test_an_editor_finds_the_schema_and_the_schema_accepts_the_spec(key: str) -> None:
    path = HERE / f"{key}{SPEC_SUFFIX}"
    text = path.read_text(encoding="utf-8")
    schema = json.loads((path.parent / text.partition("\n")[0].partition("$schema=")[2]).read_text(encoding="utf-8"))
    assert [error.message for error in Draft202012Validator(schema).iter_errors(parse_yaml(text, "").value)] == []


@pytest.mark.parametrize("key", KEYS)
def test_it_shows_a_baseline_a_change_no_change_a_restart_and_a_failure(key: str) -> None:
    found = load_spec(HERE / f"{key}{SPEC_SUFFIX}", CATALOGUE.action_keys(), trigger_keys=CATALOGUE.trigger_keys())
    steps = [step for step in found.steps if step.fields.get("poll") == key]
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
        ("{name: idle}", "3:5: the step does nothing: give run, poll or play"),
        ("{run: getUser, poll: newMeetingCreated}", "3:20: a step runs an action or polls a trigger, not both"),
        ("{poll: newMeetingCreatd}", "3:12: there is no trigger 'newMeetingCreatd'; did you mean newMeetingCreated?"),
        ("{play: [{start: '1', end: '1'}]}", "3:13: one thing at a time: give one of start, join"),
        ("{play: [{name: Ada}]}", "3:13: one thing at a time"),
        ("{play: [{join: '1'}]}", "3:13: who does it? join needs a name"),
        ("{play: [{begin: '1'}]}", "3:14: the word 'begin' is not known here"),
        ('{play: [{start: "${made.id}"}]}', "3:21: there is no step and no capture 'made' before"),
    ],
)
def test_a_faulty_step_is_told_with_its_place(write: Write, step: str, fault: str) -> None:
    path = write(f"name: One\nsteps:\n  - {step}\n")
    with pytest.raises(SpecError) as raised:
        load_spec(path, CATALOGUE.action_keys(), trigger_keys=CATALOGUE.trigger_keys())
    assert [told for told in raised.value.diagnostics if told.startswith(f"one.test.yaml:{fault}")], (
        raised.value.diagnostics
    )


def test_what_cannot_happen_fails_with_its_place(outcome_of: Outcomes) -> None:
    (failure,) = outcome_of('steps:\n  - play: [{end: "85746065001"}]\n').failures
    assert (failure.line, failure.step) == (3, "step 1, play")
    assert "is not in progress" in failure.message


def test_a_poll_that_emits_something_else_fails_with_a_diff(outcome_of: Outcomes) -> None:
    steps = "steps:\n  - {name: first, poll: newMeetingCreated, expect: {events: [{event: poll.newMeetingCreated}]}}\n"
    (failure,) = outcome_of(steps).failures
    assert failure.step == "step 1, first (newMeetingCreated)"
    assert failure.diff


def test_settings_that_cannot_be_used_are_an_error_that_a_step_may_expect(outcome_of: Outcomes) -> None:
    steps = "steps:\n  - {poll: webhookReceiver, expect: {error: {kind: input_error}, requests: [], events: []}}\n"
    assert outcome_of(steps).failures == ()
