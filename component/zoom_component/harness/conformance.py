"""What holds for every action, as tests that a fork gets by one import:

    from zoom_component.harness.conformance import TestEveryAction

Actions of further folders are tested too: name the folders in pytest's setting `zoom_specs`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from zoom_component import Component
from zoom_component.calls import Options
from zoom_component.connections.connection import StaticToken
from zoom_component.errors import ComponentError, InputError, RateLimited, Unavailable, Unexpected
from zoom_component.harness.examples import examples_of, run_example
from zoom_component.language.spec import ABSENT, ActionSpec
from zoom_component.session import Session
from zoom_component.transport.wire import Wire

__all__ = ["TestEveryAction"]


class Canned(httpx.BaseTransport):
    """Gives its answers in turn, the last again and again; an exception is raised. `asked` counts the requests."""

    def __init__(self, *answers: httpx.Response | httpx.HTTPError) -> None:
        self._answers = list(answers)
        self.asked = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The next answer."""
        answer = self._answers[min(self.asked, len(self._answers) - 1)]
        self.asked += 1
        if isinstance(answer, httpx.HTTPError):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


class TestEveryAction:
    """Examples hold; wrong inputs are refused before anything is sent; failures become the right errors."""

    def test_its_examples_hold(self, zoom_component: Component, zoom_action: str) -> None:
        """There is one at least, and each sends, gets and gives what it says."""
        examples = list(examples_of(zoom_component, zoom_action))
        assert examples, f"{zoom_action} has no example; write one under `examples:`"
        for example in examples:
            outcome = run_example(zoom_component, example, Path(example.action.file))
            assert outcome.status == "passed", "\n".join(outcome.failures[0].lines())

    def test_an_input_that_it_does_not_have_is_refused(self, zoom_component: Component, zoom_action: str) -> None:
        """Nothing is sent, and the sentence names the input."""
        wire = Canned(httpx.Response(500))
        with pytest.raises(InputError, match="noSuchInput"):
            called(zoom_component, zoom_action, wire, noSuchInput="x")
        assert wire.asked == 0

    def test_required_inputs_are_asked_for_all_at_once(self, zoom_component: Component, zoom_action: str) -> None:
        """Nothing is sent, and each that is missing has its own problem."""
        action = zoom_component.action(zoom_action)
        wanted = {key for key, spec in action.inputs.items() if spec.required and spec.type != "connection"}
        if not wanted:
            pytest.skip(f"{zoom_action} requires nothing")
        with pytest.raises(InputError) as raised:
            zoom_component.plan(zoom_action, {})
        assert wanted - _filled(action) <= {problem.input for problem in raised.value.problems}

    def test_a_busy_zoom_is_waited_for_and_given_up_in_the_end(
        self, zoom_component: Component, zoom_action: str
    ) -> None:
        """429 is tried again, unless the call says how often itself; what stays tells the time to come back."""
        wire = Canned(httpx.Response(429, headers={"retry-after": "1"}, json={"code": 429, "message": "Slow down."}))
        with pytest.raises(RateLimited) as raised:
            called(zoom_component, zoom_action, wire)
        assert wire.asked > 1 or zoom_component.action(zoom_action).handler != "http"
        assert raised.value.retry_at

    def test_a_broken_connection_is_made_again_only_where_that_does_no_harm(
        self, zoom_component: Component, zoom_action: str
    ) -> None:
        """A create is never sent twice, for the first may have arrived; a read is."""
        action, wire = zoom_component.action(zoom_action), Canned(httpx.ReadError("it broke"))
        with pytest.raises(Unavailable):
            called(zoom_component, zoom_action, wire)
        if action.effect == "create":
            assert wire.asked == 1
        elif action.effect == "read":
            assert wire.asked > 1

    def test_a_page_of_html_is_no_answer(self, zoom_component: Component, zoom_action: str) -> None:
        """An answer of 200 that is no JSON is Unexpected, where one is wanted."""
        action = zoom_component.action(zoom_action)
        if action.effect != "read" or action.handler != "http":
            pytest.skip(f"{zoom_action} reads nothing by itself")
        wire = Canned(httpx.Response(200, headers={"content-type": "text/html"}, content=b"<html>Hello</html>"))
        with pytest.raises(Unexpected):
            called(zoom_component, zoom_action, wire)

    def test_each_refusal_that_is_listed_becomes_an_error_with_its_code(
        self, zoom_component: Component, zoom_action: str
    ) -> None:
        """Status and code are those of the answer, and a person finds a sentence."""
        action = zoom_component.action(zoom_action)
        for listed in _refusals(action):
            wire = Canned(httpx.Response(listed["status"], json={"code": listed["code"], "message": "No."}))
            with pytest.raises(ComponentError) as raised:
                called(zoom_component, zoom_action, wire)
            told = raised.value.as_json()
            assert (told["status"], told["code"]) == (listed["status"], listed["code"])
            assert raised.value.message


def called(component: Component, key: str, transport: httpx.BaseTransport, **further: Any) -> Any:
    """An action called with the inputs of its first example, without waiting for anything."""
    inputs = {**component.action(key).examples[0]["inputs"], **further}
    base = StaticToken("conformance-token", base_url="http://127.0.0.1/v2")
    with Session(component, Wire(base, transport, sleep=lambda seconds: None), Options(count_daily=False)) as session:
        return session.run(key, inputs).data


def _refusals(action: ActionSpec) -> Sequence[Any]:
    return [error for error in action.errors if error["status"] < 500 and error["status"] != 429]


def _filled(action: ActionSpec) -> set[str]:
    """The required inputs that a default fills in."""
    return {key for key, spec in action.inputs.items() if spec.default is not ABSENT and action.applies_defaults}
