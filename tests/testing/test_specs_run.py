"""Test specs against the embedded Zoom: what passes, what fails, and how a failure reads."""

from __future__ import annotations

import pytest
from tests.testing.conftest import Outcomes


def test_a_later_step_refers_to_an_earlier_result(outcome_of: Outcomes) -> None:
    outcome = outcome_of("""
        steps:
          - name: made
            run: createMeeting
            inputs: {userId: me, topic: Daily, duration: "45"}
            capture: {hostVideo: settings.host_video}
            expect: {result: {topic: Daily, duration: 45}}
          - run: getMeeting
            inputs: {meetingId: "${made.id}"}
            expect:
              paths: {id: "${made.id}", duration: 45, settings.host_video: "${hostVideo}"}
              requests: [{method: GET, path: "/meetings/${made.id}", query: {show_previous_occurrences: "false"}}]
          - run: listMeetings
            inputs: {userId: me}
            expect: {paths: {"meetings[0].topic": Daily}}
    """)
    assert outcome.failures == ()
    assert outcome.status == "passed"


def test_a_failure_tells_its_line_both_sides_and_what_was_sent(outcome_of: Outcomes) -> None:
    outcome = outcome_of("""
        steps:
          - name: made
            run: createMeeting
            inputs: {userId: me, topic: Daily, password: tRick7}
            expect:
              result:
                topic: Weekly
                type: 2
    """)
    (failure,) = outcome.failures
    assert (failure.file, failure.line, failure.step) == ("one.test.yaml", 8, "step 1, made (createMeeting)")
    assert {'-  "topic": "Weekly",', '+  "topic": "Daily",'} <= set(failure.diff)
    assert failure.requests[:2] == ("sent: POST /oauth/token, and a token came", "sent: POST /users/me/meetings")
    assert '"topic": "Daily"' in failure.requests[2]
    assert failure.requests[3].startswith("came: 201 ")
    assert "tRick7" not in str(outcome)


@pytest.mark.parametrize("word", ["paths", "equals", "result"])
def test_a_secret_that_is_another_is_not_shown(outcome_of: Outcomes, word: str) -> None:
    made = "steps: [{run: createMeeting, inputs: {userId: me, password: tRick7}, expect: {"
    outcome = outcome_of(f"{made}{word}: {{password: wr0ng}}}}}}]")
    assert outcome.status == "failed"
    assert "tRick7" not in str(outcome)
    if word != "equals":
        assert outcome.failures[0].diff == ("what differs is a secret, which is not shown",)


@pytest.mark.parametrize(
    ("expect", "told"),
    [
        ("equals: {}", "the result is another"),
        ("paths: {emial: x}", "emial: there is no 'emial' in the result; did you mean email?"),
        ("paths: {email.first: x}", 'email.first: the result.email is "owner@example.com", so there is no'),
        ("schema: {properties: {type: {type: string}}}", "result.type does not fit the schema: 2 is not of type"),
        ("error: {kind: not_found}", "it succeeded, and not_found was expected"),
        ("requests: []", "0 requests were expected, 1 request was sent"),
        ("tokens: 0", "0 token requests were expected, 1 token request was sent"),
        ("requests: [{path: /users/you}]", "request 1 is another: GET /users/me"),
        ("result: {type: true}", "the result lacks a part or has another"),
    ],
)
def test_what_was_expected_and_did_not_come(outcome_of: Outcomes, expect: str, told: str) -> None:
    outcome = outcome_of(f"steps: [{{run: getUser, inputs: {{userId: me}}, expect: {{{expect}}}}}]")
    assert [failure.message[: len(told)] for failure in outcome.failures] == [told]


@pytest.mark.parametrize(
    ("expect", "passes"),
    [
        ("error: {kind: not_found, status: 404, code: 1001}", True),
        ("error: {code: 1001, message: does not exist}", True),
        ("error: {}", True),
        ("error: {kind: refused}", False),
        ("error: {code: 3001}", False),
        ("error: {message: no such words}", False),
        ("result: {}", False),
    ],
)
def test_a_refusal_is_compared_by_what_is_written(outcome_of: Outcomes, expect: str, passes: bool) -> None:
    outcome = outcome_of(f"steps: [{{run: getUser, inputs: {{userId: nobody}}, expect: {{{expect}}}}}]")
    assert (outcome.status == "passed") is passes


def test_the_first_failing_step_is_the_last(outcome_of: Outcomes) -> None:
    outcome = outcome_of("""
        steps:
          - {run: getUser, inputs: {userId: nobody}}
          - {run: getUser, inputs: {userId: nobody}}
    """)
    assert [failure.line for failure in outcome.failures] == [4]
    assert "it failed with not_found" in outcome.failures[0].message


def test_a_reference_into_a_result_that_lacks_it_names_the_near_one(outcome_of: Outcomes) -> None:
    outcome = outcome_of("""
        steps:
          - {name: owner, run: getUser, inputs: {userId: me}}
          - {run: getUser, inputs: {userId: "${owner.emial}"}}
    """)
    assert outcome.failures[0].message == "${owner.emial}: there is no 'emial' in owner; did you mean email?"
    assert outcome.failures[0].line == 5


def test_faults_of_a_step_end_with_it_and_those_of_the_file_do_not(outcome_of: Outcomes) -> None:
    outcome = outcome_of("""
        zoom:
          faults: [{method: GET, path: "/users/{userId}/meetings", status: 403, body: {code: 2306, message: No}}]
        steps:
          - run: getUser
            inputs: {userId: me}
            faults: [{path: "/users/{userId}", drop: true, calls: [1]}]
            expect:
              requests: [{path: /users/me}, {path: /users/me}]
          - run: getUser
            inputs: {userId: me}
            expect: {requests: [{path: /users/me}]}
          - run: listMeetings
            inputs: {userId: me}
            expect: {error: {code: 2306}}
    """)
    assert outcome.failures == ()


def test_time_is_the_embedded_zooms_and_waits_take_none(outcome_of: Outcomes) -> None:
    outcome = outcome_of("""
        zoom: {clock: "2030-01-01T00:00:00Z"}
        steps:
          - run: getUser
            inputs: {userId: me}
            faults: [{delay: 3600}]
            expect: {error: {kind: timed_out}}
          - run: getUser
            inputs: {userId: me}
            faults: [{status: 429, headers: {Retry-After: "20"}, body: {code: 429, message: Slow down}, calls: [1]}]
          - name: made
            run: createMeeting
            inputs: {userId: me, topic: Later}
            advance: 86400
            expect: {schema: {properties: {created_at: {pattern: "^2030-01-02"}}}}
    """)
    assert outcome.failures == ()
    assert outcome.seconds < 5


def test_the_same_seed_gives_the_same_ids_and_another_gives_others(outcome_of: Outcomes) -> None:
    step = "steps: [{{name: made, run: createMeeting, inputs: {{userId: me}}, expect: {{paths: {{id: {id}}}}}}}]"
    first = outcome_of(step.format(id=0)).failures[0].diff
    got = next(line[1:] for line in first if line.startswith("+") and line != "+++ got")
    assert outcome_of(step.format(id=got)).status == "passed"
    assert outcome_of("zoom: {seed: 2}\n" + step.format(id=got)).status == "failed"


def test_a_fault_that_hits_nothing_fails_the_step(outcome_of: Outcomes) -> None:
    outcome = outcome_of("""
        steps:
          - run: getUser
            inputs: {userId: me}
            faults:
              - {path: "/users/{userId}", status: 503, calls: 1}
              - {method: POST, path: /users, status: 503}
              - {method: POST, path: /users, status: 503, probability: 0.5}
    """)
    (failure,) = outcome.failures
    assert failure.message.startswith("this fault hit no call of the step")
    assert failure.line == 8


def test_inputs_that_are_wrong_are_told_one_by_one_at_their_place(outcome_of: Outcomes) -> None:
    outcome = outcome_of("""
        steps:
          - run: createMeeting
            inputs:
              userId: me
              duration: long
              topc: Daily
    """)
    (failure,) = outcome.failures
    assert failure.message == "it failed with input_error: 2 things are wrong with its inputs"
    assert failure.line in (7, 8)
    assert [line.partition(":")[0] for line in failure.diff] == ["topc", "duration"]


def test_requests_that_fit_are_no_part_of_the_diff(outcome_of: Outcomes) -> None:
    expect = "{requests: [{path: /users/me}, {method: GET, path: /users}]}"
    (failure,) = outcome_of(f"steps: [{{run: getUser, inputs: {{userId: me}}, expect: {expect}}}]").failures
    assert failure.message == "2 requests were expected, 1 request was sent"
    assert failure.diff[-1:] == ("-GET /users",)
    assert failure.diff[-2].startswith(" GET /users/me?")
