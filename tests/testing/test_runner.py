"""Test how specs run on a sandbox: what passes, what fails, and what a failure contains."""

from __future__ import annotations

import pytest
from tests.testing.conftest import Outcomes


def test_a_later_step_refers_to_an_earlier_result(outcome_of: Outcomes) -> None:
    result = outcome_of("""
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
    assert result.failures == ()
    assert result.status == "passed"


def test_a_failure_has_its_line_a_diff_and_the_requests(outcome_of: Outcomes) -> None:
    result = outcome_of("""
        steps:
          - name: made
            run: createMeeting
            inputs: {userId: me, topic: Daily, password: tRick7}
            expect:
              result:
                topic: Weekly
                type: 2
    """)
    (failure,) = result.failures
    assert (failure.file, failure.line, failure.step) == ("one.test.yaml", 8, "step 1, made (createMeeting)")
    assert {'-  "topic": "Weekly",', '+  "topic": "Daily",'} <= set(failure.diff)
    assert failure.requests[:2] == ("request: POST /oauth/token; response: a token", "request: POST /users/me/meetings")
    assert '"topic": "Daily"' in failure.requests[2]
    assert failure.requests[3].startswith("response: 201 ")
    assert "tRick7" not in str(result)


@pytest.mark.parametrize("word", ["paths", "equals", "result"])
def test_a_different_secret_is_not_printed(outcome_of: Outcomes, word: str) -> None:
    made = "steps: [{run: createMeeting, inputs: {userId: me, password: tRick7}, expect: {"
    result = outcome_of(f"{made}{word}: {{password: wr0ng}}}}}}]")
    assert result.status == "failed"
    assert "tRick7" not in str(result)
    if word != "equals":
        assert result.failures[0].diff == ("the difference is a secret, which is not printed",)


@pytest.mark.parametrize(
    ("expect", "message"),
    [
        ("equals: {}", "the result differs"),
        ("paths: {emial: x}", "emial: the result has no emial; did you mean email?"),
        (
            "paths: {email.first: x}",
            'email.first: the result.email is "owner@example.com", so first does not exist in it',
        ),
        ("schema: {properties: {type: {type: string}}}", "result.type does not match the schema: 2 is not of type"),
        ("error: {kind: not_found}", "expected not_found, but the step succeeded"),
        ("requests: []", "expected 0 requests, got 1"),
        ("tokenRequests: 0", "expected 0 token requests, got 1"),
        ("requests: [{path: /users/you}]", "request 1 differs: GET /users/me"),
        ("result: {type: true}", "the result does not contain the expected part"),
    ],
)
def test_an_unmet_expectation_is_a_failure(outcome_of: Outcomes, expect: str, message: str) -> None:
    result = outcome_of(f"steps: [{{run: getUser, inputs: {{userId: me}}, expect: {{{expect}}}}}]")
    assert [failure.message[: len(message)] for failure in result.failures] == [message]


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
def test_an_error_is_compared_by_the_given_keys(outcome_of: Outcomes, expect: str, passes: bool) -> None:
    result = outcome_of(f"steps: [{{run: getUser, inputs: {{userId: nobody}}, expect: {{{expect}}}}}]")
    assert (result.status == "passed") is passes


def test_the_first_failure_ends_the_spec(outcome_of: Outcomes) -> None:
    result = outcome_of("""
        steps:
          - {run: getUser, inputs: {userId: nobody}}
          - {run: getUser, inputs: {userId: nobody}}
    """)
    assert [failure.line for failure in result.failures] == [4]
    assert "the step failed with not_found" in result.failures[0].message


def test_an_invalid_reference_suggests_a_similar_name(outcome_of: Outcomes) -> None:
    result = outcome_of("""
        steps:
          - {name: owner, run: getUser, inputs: {userId: me}}
          - {run: getUser, inputs: {userId: "${owner.emial}"}}
    """)
    assert result.failures[0].message == "${owner.emial}: owner has no emial; did you mean email?"
    assert result.failures[0].line == 5


def test_faults_last_for_their_step_or_for_the_whole_file(outcome_of: Outcomes) -> None:
    result = outcome_of("""
        sandbox:
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
    assert result.failures == ()


def test_the_clock_is_the_sandboxs_and_waits_take_no_time(outcome_of: Outcomes) -> None:
    result = outcome_of("""
        sandbox: {clock: "2030-01-01T00:00:00Z"}
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
    assert result.failures == ()
    assert result.seconds < 5


def test_the_seed_determines_the_ids(outcome_of: Outcomes) -> None:
    step = "steps: [{{name: made, run: createMeeting, inputs: {{userId: me}}, expect: {{paths: {{id: {id}}}}}}}]"
    first = outcome_of(step.format(id=0)).failures[0].diff
    got = next(line[1:] for line in first if line.startswith("+") and line != "+++ got")
    assert outcome_of(step.format(id=got)).status == "passed"
    assert outcome_of("sandbox: {seed: 2}\n" + step.format(id=got)).status == "failed"


def test_a_fault_that_hits_nothing_fails_the_step(outcome_of: Outcomes) -> None:
    result = outcome_of("""
        steps:
          - run: getUser
            inputs: {userId: me}
            faults:
              - {path: "/users/{userId}", status: 503, calls: 1}
              - {method: POST, path: /users, status: 503}
              - {method: POST, path: /users, status: 503, probability: 0.5}
    """)
    (failure,) = result.failures
    assert failure.message.startswith("this fault hit no call of the step")
    assert failure.line == 8


def test_each_invalid_input_is_reported_at_its_place(outcome_of: Outcomes) -> None:
    result = outcome_of("""
        steps:
          - run: createMeeting
            inputs:
              userId: me
              duration: long
              topc: Daily
    """)
    (failure,) = result.failures
    assert failure.message == "the step failed with input_error: 2 inputs are invalid"
    assert failure.line in (7, 8)
    assert [line.partition(":")[0] for line in failure.diff] == ["topc", "duration"]


def test_matching_requests_are_context_of_the_diff(outcome_of: Outcomes) -> None:
    expect = "{requests: [{path: /users/me}, {method: GET, path: /users}]}"
    (failure,) = outcome_of(f"steps: [{{run: getUser, inputs: {{userId: me}}, expect: {expect}}}]").failures
    assert failure.message == "expected 2 requests, got 1"
    assert failure.diff[-1:] == ("-GET /users",)
    assert failure.diff[-2].startswith(" GET /users/me?")
