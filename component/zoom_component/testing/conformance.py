"""What holds for every action, as tests that a fork gets by one import:

    from zoom_component.testing.conformance import TestEveryAction

Actions of further folders are tested too: name the folders in pytest's setting `zoom_specs`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from zoom_component import Component
from zoom_component.errors import ComponentError, InputError, RateLimited, Unavailable, Unexpected
from zoom_component.spec.spec import ABSENT, ActionSpec
from zoom_component.testing.examples import list_examples, run_example
from zoom_component.testing.sandbox_session import open_sandbox_session
from zoom_sandbox import ManualClock, Sandbox

__all__ = ["TestEveryAction"]


class FailedCall(NamedTuple):
    """What came of a call that had to fail: the error, and how many calls of the API were sent for it."""

    error: ComponentError
    request_count: int


class TestEveryAction:
    """Examples hold; wrong inputs are refused before anything is sent; failures become the right errors."""

    def test_its_examples_hold(self, zoom_component: Component, zoom_action: str) -> None:
        """There is one at least, and each sends, gets and gives what it says."""
        examples = list(list_examples(zoom_component, zoom_action))
        assert examples, f"{zoom_action} has no example; write one under `examples:`"
        for example in examples:
            outcome = run_example(zoom_component, example, Path(example.action.file))
            assert outcome.status == "passed", "\n".join(outcome.failures[0].format_lines())

    def test_an_input_that_it_does_not_have_is_refused(self, zoom_component: Component, zoom_action: str) -> None:
        """Nothing is sent, and the sentence names the input."""
        tried = run_failing(zoom_component, zoom_action, {"status": 500}, noSuchInput="x")
        assert isinstance(tried.error, InputError)
        assert "noSuchInput" in tried.error.message
        assert tried.request_count == 0

    def test_required_inputs_are_asked_for_all_at_once(self, zoom_component: Component, zoom_action: str) -> None:
        """Nothing is sent, and each that is missing has its own problem."""
        action = zoom_component.get_action(zoom_action)
        wanted = {key for key, spec in action.inputs.items() if spec.required and spec.type != "connection"}
        if not wanted:
            pytest.skip(f"{zoom_action} requires nothing")
        with pytest.raises(InputError) as raised:
            zoom_component.plan(zoom_action, {})
        assert wanted - _keys_with_defaults(action) <= {problem.input for problem in raised.value.problems}

    def test_a_busy_zoom_is_waited_for_and_given_up_in_the_end(
        self, zoom_component: Component, zoom_action: str
    ) -> None:
        """429 is tried again, unless the call says how often itself; what stays tells the time to come back."""
        body = {"code": 429, "message": "Slow down."}
        tried = run_failing(zoom_component, zoom_action, {"status": 429, "retry_after": 1, "body": body})
        assert isinstance(tried.error, RateLimited)
        assert tried.request_count > 1 or zoom_component.get_action(zoom_action).handler != "http"
        assert tried.error.retry_at

    def test_a_broken_connection_is_made_again_only_where_that_does_no_harm(
        self, zoom_component: Component, zoom_action: str
    ) -> None:
        """A create is never sent twice, for the first may have arrived; a read is."""
        action, tried = zoom_component.get_action(zoom_action), run_failing(zoom_component, zoom_action, {"drop": True})
        assert isinstance(tried.error, Unavailable)
        if action.effect == "create":
            assert tried.request_count == 1
        elif action.effect == "read":
            assert tried.request_count > 1

    def test_a_page_of_html_is_no_answer(self, zoom_component: Component, zoom_action: str) -> None:
        """An answer of 200 that is no JSON is Unexpected, where one is wanted."""
        action = zoom_component.get_action(zoom_action)
        if action.effect != "read" or action.handler != "http":
            pytest.skip(f"{zoom_action} reads nothing by itself")
        tried = run_failing(zoom_component, zoom_action, {"status": 200, "body": "<html>Hello</html>"})
        assert isinstance(tried.error, Unexpected)

    def test_each_refusal_that_is_listed_becomes_an_error_with_its_code(
        self, zoom_component: Component, zoom_action: str
    ) -> None:
        """Status and code are those of the answer, and a person finds a sentence."""
        action = zoom_component.get_action(zoom_action)
        for listed in _select_client_errors(action):
            body = {"code": listed["code"], "message": "No."}
            error = run_failing(zoom_component, zoom_action, {"status": listed["status"], "body": body}).error
            told = error.as_json()
            assert (told["status"], told["code"]) == (listed["status"], listed["code"])
            assert error.message


def run_failing(component: Component, key: str, fault: Mapping[str, Any], **further: Any) -> FailedCall:
    """An action called with the inputs of its first example, at an embedded Zoom with a fault. It has to fail."""
    clock = ManualClock()
    zoom = Sandbox(clock=clock)
    zoom.add_fault(**fault)
    inputs = {**component.get_action(key).examples[0]["inputs"], **further}
    with open_sandbox_session(component, zoom.create_transport(sleep=clock.advance), clock) as (session, witness):
        with pytest.raises(ComponentError) as raised:
            session.run(key, inputs)
        return FailedCall(raised.value, sum(not exchange.is_token_request for exchange in witness.exchanges))


def _select_client_errors(action: ActionSpec) -> Sequence[Any]:
    return [error for error in action.errors if error["status"] < 500 and error["status"] != 429]


def _keys_with_defaults(action: ActionSpec) -> set[str]:
    """The required inputs that a default fills in."""
    return {key for key, spec in action.inputs.items() if spec.default is not ABSENT and action.applies_defaults}
