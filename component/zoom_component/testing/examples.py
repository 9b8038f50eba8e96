"""The examples of actions: what one says it sends, gets and gives is what happens."""

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
    """One example of an action; `words` are those of its file."""

    action: ActionSpec
    number: int
    fields: Mapping[str, Any]

    @property
    def name(self) -> str:
        return f"{self.action.key}: {self.fields.get('name') or f'example {self.number + 1}'}"


class FixedTransport(httpx.BaseTransport):
    """Gives every request the same answer."""

    def __init__(self, status: int, answer: Any) -> None:
        self._reply = (status, answer)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer."""
        status, answer = self._reply
        return httpx.Response(status) if answer is None else httpx.Response(status, json=answer)


def list_examples(actions: Actions, key: str) -> Iterator[Example]:
    """The examples of one action. Raises SpecError for a faulty file."""
    action = actions.get_action(key)
    for number, words in enumerate(action.examples):
        yield Example(action, number, words)


def run_example(actions: Actions, example: Example, home: Path) -> SpecResult:
    """Runs an example against its own answer. `home` is the action's file."""
    began = time.perf_counter()
    witness = RecordingTransport(FixedTransport(*_choose_answer(example.action, example.fields)), BASE_URL)
    wire = Driver(StaticToken("example-token", base_url=BASE_URL), witness, sleep=lambda seconds: None)
    try:
        with Session(actions, wire, SessionOptions(retries=0)) as session:
            data = session.run(example.action.key, example.fields["inputs"]).data
        found = [*_compare_request(example.fields["sends"], witness.exchanges[0]), *_compare_result(example, data)]
    except ComponentError as error:
        found = [Mismatch((), f"it failed with {error.kind}: {error.message}")]
    file, line = str(home), _find_line(home, example.number)
    sent = tuple(text for exchange in witness.exchanges for text in exchange.describe())
    failures = tuple(SpecFailure(file, line, example.name, each.message, each.diff, sent) for each in found)
    return SpecResult(example.name, file, line, time.perf_counter() - began, failures)


def _compare_request(sends: Mapping[str, Any], exchange: RecordedExchange) -> Iterator[Mismatch]:
    """How the first request differs from what the example says."""
    wanted = {"method": sends["method"], "path": sends["path"], "query": sends.get("query", {})}
    got: dict[str, Any] = {"method": exchange.method, "path": exchange.path, "query": exchange.group_query()}
    if not exchange.is_form:
        wanted["body"], got["body"] = sends.get("body"), exchange.body
    if not is_equal(wanted, got):
        yield Mismatch(("sends",), "what is sent is another", make_diff(wanted, got))


def _compare_result(example: Example, data: Any) -> Iterator[Mismatch]:
    """How the result differs from what the example promises, or from its answer where it promises nothing."""
    action, words = example.action, example.fields
    answer = _choose_answer(action, words)[1]
    wanted: Any
    if "result" in words:
        wanted = words["result"]
    elif action.handler != "http":
        return
    elif answer is None:
        wanted = {}
    elif action.pages is not None:
        wanted, data = answer[action.pages.items], data[action.pages.items]
    else:
        wanted = answer
    if not is_equal(wanted, data):
        yield Mismatch(("result",), "the result is another", make_diff(wanted, data))


def _choose_answer(action: ActionSpec, example: Mapping[str, Any]) -> tuple[int, Any]:
    """The example's answer, else the action's payload; nothing where the operation answers with nothing."""
    documented = action.response.statuses[0] if action.response else 200
    status = example.get("status", documented)
    if "answer" in example:
        return status, example["answer"]
    if action.example_payload is not ABSENT and status != 204:
        return status, action.example_payload["data"]
    return status, _smallest_success(action)


def _smallest_success(action: ActionSpec) -> Any:
    """The least that is a success: nothing where that is documented, an empty list, or a field of the answer."""
    if action.response is None or action.response.may_be_empty:
        return None
    return {action.pages.items: []} if action.pages else dict.fromkeys(sorted(action.response.keys)[:1])


def _find_line(path: Path, number: int) -> int:
    """Where an example stands in its file."""
    from zoom_component.spec.yaml12 import parse_yaml

    try:
        return parse_yaml(path.read_text(encoding="utf-8"), str(path)).position(("examples", number))[0]
    except OSError:
        return 1
