"""Run the examples of actions: compare the request and the result with what the example describes."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from zoom_component.client.actions import Actions
from zoom_component.client.calls import SessionOptions
from zoom_component.client.connections.connection import StaticToken
from zoom_component.client.session import Session
from zoom_component.client.transport.driver import Driver
from zoom_component.errors import ComponentError
from zoom_component.spec.spec import ABSENT, ActionSpec
from zoom_component.testing.exchanges import RecordedExchange, RecordingTransport
from zoom_component.testing.expectations import Mismatch, is_equal, make_diff
from zoom_component.testing.results import SpecFailure, SpecResult

__all__ = ["Example", "list_examples", "run_example"]

BASE_URL = "https://api.zoom.us/v2"


class Example(NamedTuple):
    """Hold one example of an action; `fields` are those of its file."""

    action: ActionSpec
    number: int
    fields: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Return the action's key and the example's name or number."""
        return f"{self.action.key}: {self.fields.get('name') or f'example {self.number + 1}'}"


class FixedTransport(httpx.BaseTransport):
    """Respond to every request in the same way."""

    def __init__(self, status: int, answer: Any) -> None:
        self._response = (status, answer)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the response."""
        status, answer = self._response
        return httpx.Response(status) if answer is None else httpx.Response(status, json=answer)


def list_examples(actions: Actions, key: str) -> Iterator[Example]:
    """Yield the examples of one action. Raise SpecError for an invalid file."""
    action = actions.get_action(key)
    for number, fields in enumerate(action.examples):
        yield Example(action, number, fields)


def run_example(actions: Actions, example: Example, home: Path) -> SpecResult:
    """Run an example against its own response. `home` is the path of the action's file."""
    started = time.perf_counter()
    recorder = RecordingTransport(FixedTransport(*_choose_answer(example.action, example.fields)), BASE_URL)
    driver = Driver(StaticToken("example-token", base_url=BASE_URL), recorder, sleep=lambda seconds: None)
    try:
        with Session(actions, driver, SessionOptions(retries=0)) as session:
            data = session.run(example.action.key, example.fields["inputs"]).data
        mismatches = [
            *_compare_request(example.fields["sends"], recorder.exchanges[0]),
            *_compare_result(example, data),
        ]
    except ComponentError as error:
        mismatches = [Mismatch((), f"the action failed with {error.kind}: {error.message}")]
    file, line = str(home), _find_line(home, example.number)
    requests = tuple(text for exchange in recorder.exchanges for text in exchange.describe())
    failures = tuple(SpecFailure(file, line, example.name, each.message, each.diff, requests) for each in mismatches)
    return SpecResult(example.name, file, line, time.perf_counter() - started, failures)


def _compare_request(sends: Mapping[str, Any], exchange: RecordedExchange) -> Iterator[Mismatch]:
    """Yield how the first request differs from the example."""
    expected = {"method": sends["method"], "path": sends["path"], "query": sends.get("query", {})}
    got: dict[str, Any] = {"method": exchange.method, "path": exchange.path, "query": exchange.group_query()}
    if not exchange.is_form:
        expected["body"], got["body"] = sends.get("body"), exchange.body
    if not is_equal(expected, got):
        yield Mismatch(("sends",), "the request differs from the example", make_diff(expected, got))


def _compare_result(example: Example, data: Any) -> Iterator[Mismatch]:
    """Yield how the result differs from the example's result, else from its response."""
    action, fields = example.action, example.fields
    answer = _choose_answer(action, fields)[1]
    expected: Any
    if "result" in fields:
        expected = fields["result"]
    elif action.handler != "http":
        return
    elif answer is None:
        expected = {}
    elif action.pages is not None:
        expected, data = answer[action.pages.items], data[action.pages.items]
    else:
        expected = answer
    if not is_equal(expected, data):
        yield Mismatch(("result",), "the result differs from the example", make_diff(expected, data))


def _choose_answer(action: ActionSpec, example: Mapping[str, Any]) -> tuple[int, Any]:
    """Return status and body of the example's response, else of the action's example payload."""
    documented = action.response.statuses[0] if action.response else 200
    status = example.get("status", documented)
    if "answer" in example:
        return status, example["answer"]
    if action.example_payload is not ABSENT and status != 204:
        return status, action.example_payload["data"]
    return status, _smallest_success(action)


def _smallest_success(action: ActionSpec) -> Any:
    """Return the smallest successful body: none if that is documented, an empty list, or one field."""
    if action.response is None or action.response.may_be_empty:
        return None
    return {action.pages.items: []} if action.pages else dict.fromkeys(sorted(action.response.keys)[:1])


def _find_line(path: Path, number: int) -> int:
    """Return the line of an example in its file."""
    from zoom_component.spec.document_reader import read_document

    return read_document(path).position(("examples", number))[0]
