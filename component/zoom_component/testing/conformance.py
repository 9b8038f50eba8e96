"""Provide tests that every action has to pass. A fork uses them with one import:

    from zoom_component.testing.conformance import TestEveryAction

To test actions of other folders too, list the folders in pytest's setting `zoom_specs`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from zoom_component import Component
from zoom_component.errors import ComponentError, InputError, RateLimited, Unavailable, Unexpected
from zoom_component.spec.spec import ABSENT, EFFECTS_WITH_DEFAULTS, ActionSpec
from zoom_component.testing.examples import list_examples, run_example
from zoom_component.testing.sandbox_session import open_sandbox_session
from zoom_sandbox import ManualClock, Sandbox

__all__ = ["TestEveryAction"]


class FailedCall(NamedTuple):
    """Hold the error of a failed call, and how many API calls were sent for it."""

    error: ComponentError
    request_count: int


class TestEveryAction:
    """Check every action's examples, the refusal of invalid inputs, and its errors."""

    def test_examples_hold(self, zoom_component: Component, zoom_action: str) -> None:
        """Check that the action has an example, and that each sends and returns what it describes."""
        examples = list(list_examples(zoom_component, zoom_action))
        assert examples, f"{zoom_action} has no example; add one under `examples:`"
        for example in examples:
            result = run_example(zoom_component, example, Path(example.action.file))
            assert result.status == "passed", "\n".join(result.failures[0].format_lines())

    def test_an_unknown_input_is_refused(self, zoom_component: Component, zoom_action: str) -> None:
        """Check that no request is sent, and that the message names the input."""
        failed = run_with_fault(zoom_component, zoom_action, {"status": 500}, noSuchInput="x")
        assert isinstance(failed.error, InputError)
        assert "noSuchInput" in failed.error.message
        assert failed.request_count == 0

    def test_all_missing_inputs_are_reported_at_once(self, zoom_component: Component, zoom_action: str) -> None:
        """Check that no request is sent, and that each missing input has a problem."""
        action = zoom_component.get_action(zoom_action)
        required = {key for key, spec in action.inputs.items() if spec.required and spec.type != "connection"}
        if not required:
            pytest.skip(f"{zoom_action} has no required input")
        with pytest.raises(InputError) as raised:
            zoom_component.plan(zoom_action, {})
        assert required - _keys_with_defaults(action) <= {problem.input for problem in raised.value.problems}

    def test_a_rate_limit_is_retried_and_then_reported(self, zoom_component: Component, zoom_action: str) -> None:
        """Check that status 429 is retried, and that the error has the time of the next attempt."""
        body = {"code": 429, "message": "Slow down."}
        failed = run_with_fault(zoom_component, zoom_action, {"status": 429, "retry_after": 1, "body": body})
        assert isinstance(failed.error, RateLimited)
        assert failed.request_count > 1 or zoom_component.get_action(zoom_action).handler != "http"
        assert failed.error.retry_at

    def test_a_broken_connection_is_retried_only_if_that_is_safe(
        self, zoom_component: Component, zoom_action: str
    ) -> None:
        """Check that a read is retried, and a create is not: the first request may have succeeded."""
        action, failed = (
            zoom_component.get_action(zoom_action),
            run_with_fault(zoom_component, zoom_action, {"drop": True}),
        )
        assert isinstance(failed.error, Unavailable)
        if action.effect == "create":
            assert failed.request_count == 1
        elif action.effect == "read":
            assert failed.request_count > 1

    def test_a_page_of_html_is_unexpected(self, zoom_component: Component, zoom_action: str) -> None:
        """Check that a successful response that is not JSON raises Unexpected."""
        action = zoom_component.get_action(zoom_action)
        if action.effect != "read" or action.handler != "http":
            pytest.skip(f"{zoom_action} does not read with the http handler")
        failed = run_with_fault(zoom_component, zoom_action, {"status": 200, "body": "<html>Hello</html>"})
        assert isinstance(failed.error, Unexpected)

    def test_each_listed_error_keeps_its_status_and_code(self, zoom_component: Component, zoom_action: str) -> None:
        """Check that the error has the response's status and code, and a message."""
        action = zoom_component.get_action(zoom_action)
        for listed in _select_client_errors(action):
            body = {"code": listed["code"], "message": "No."}
            error = run_with_fault(zoom_component, zoom_action, {"status": listed["status"], "body": body}).error
            details = error.as_json()
            assert (details["status"], details["code"]) == (listed["status"], listed["code"])
            assert error.message


def run_with_fault(component: Component, key: str, fault: Mapping[str, Any], **more_inputs: Any) -> FailedCall:
    """Run an action's first example on a sandbox with a fault, and return the error."""
    clock = ManualClock()
    sandbox = Sandbox(clock=clock)
    sandbox.add_fault(**fault)
    inputs = {**component.get_action(key).examples[0]["inputs"], **more_inputs}
    with open_sandbox_session(component, sandbox.create_transport(sleep=clock.advance), clock) as (session, recorder):
        with pytest.raises(ComponentError) as raised:
            session.run(key, inputs)
        return FailedCall(raised.value, sum(not exchange.is_token_request for exchange in recorder.exchanges))


def _select_client_errors(action: ActionSpec) -> Sequence[Any]:
    return [error for error in action.errors if error["status"] < 500 and error["status"] != 429]


def _keys_with_defaults(action: ActionSpec) -> set[str]:
    """Return the inputs that have a default."""
    if action.effect not in EFFECTS_WITH_DEFAULTS:
        return set()
    return {key for key, spec in action.inputs.items() if spec.default is not ABSENT}
