"""The examples of actions: what one says it sends, gets and gives is what happens."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from zoom_component.client.actions import Actions
from zoom_component.client.calls import Options
from zoom_component.client.connections.connection import StaticToken
from zoom_component.client.session import Session
from zoom_component.client.transport.wire import Wire
from zoom_component.errors import ComponentError
from zoom_component.spec.spec import ABSENT, ActionSpec
from zoom_component.testing.exchanges import Exchange, Witness
from zoom_component.testing.expect import Mismatch, diff, same
from zoom_component.testing.outcome import Failure, Outcome

__all__ = ["Example", "examples_of", "run_example"]

BASE = "https://api.zoom.us/v2"


class Example(NamedTuple):
    """One example of an action; `words` are those of its file."""

    action: ActionSpec
    number: int
    words: Mapping[str, Any]

    @property
    def name(self) -> str:
        return f"{self.action.key}: {self.words.get('name') or f'example {self.number + 1}'}"


class Answering(httpx.BaseTransport):
    """Gives every request the same answer."""

    def __init__(self, status: int, answer: Any) -> None:
        self._reply = (status, answer)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer."""
        status, answer = self._reply
        return httpx.Response(status) if answer is None else httpx.Response(status, json=answer)


def examples_of(actions: Actions, key: str) -> Iterator[Example]:
    """The examples of one action. Raises SpecError for a faulty file."""
    action = actions.action(key)
    for number, words in enumerate(action.examples):
        yield Example(action, number, words)


def run_example(actions: Actions, example: Example, home: Path) -> Outcome:
    """Runs an example against its own answer. `home` is the action's file."""
    began = time.perf_counter()
    witness = Witness(Answering(*_answer(example.action, example.words)), BASE)
    wire = Wire(StaticToken("example-token", base_url=BASE), witness, sleep=lambda seconds: None)
    try:
        with Session(actions, wire, Options(retries=0)) as session:
            data = session.run(example.action.key, example.words["inputs"]).data
        found = [*_sent(example.words["sends"], witness.exchanges[0]), *_given(example, data)]
    except ComponentError as error:
        found = [Mismatch((), f"it failed with {error.kind}: {error.message}")]
    file, line = str(home), _line(home, example.number)
    sent = tuple(text for exchange in witness.exchanges for text in exchange.told())
    failures = tuple(Failure(file, line, example.name, each.message, each.diff, sent) for each in found)
    return Outcome(example.name, file, line, time.perf_counter() - began, failures)


def _sent(sends: Mapping[str, Any], exchange: Exchange) -> Iterator[Mismatch]:
    """How the first request differs from what the example says."""
    wanted = {"method": sends["method"], "path": sends["path"], "query": sends.get("query", {})}
    got: dict[str, Any] = {"method": exchange.method, "path": exchange.path, "query": exchange.grouped()}
    if not exchange.form:
        wanted["body"], got["body"] = sends.get("body"), exchange.body
    if not same(wanted, got):
        yield Mismatch(("sends",), "what is sent is another", diff(wanted, got))


def _given(example: Example, data: Any) -> Iterator[Mismatch]:
    """How the result differs from what the example promises, or from its answer where it promises nothing."""
    action, words = example.action, example.words
    answer = _answer(action, words)[1]
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
    if not same(wanted, data):
        yield Mismatch(("result",), "the result is another", diff(wanted, data))


def _answer(action: ActionSpec, example: Mapping[str, Any]) -> tuple[int, Any]:
    """The example's answer, else the action's payload; nothing where the operation answers with nothing."""
    documented = action.answer.statuses[0] if action.answer else 200
    status = example.get("status", documented)
    if "answer" in example:
        return status, example["answer"]
    if action.example_payload is not ABSENT and status != 204:
        return status, action.example_payload["data"]
    return status, _least(action)


def _least(action: ActionSpec) -> Any:
    """The least that is a success: nothing where that is documented, an empty list, or a field of the answer."""
    if action.answer is None or action.answer.empty:
        return None
    return {action.pages.items: []} if action.pages else dict.fromkeys(sorted(action.answer.keys)[:1])


def _line(path: Path, number: int) -> int:
    """Where an example stands in its file."""
    from zoom_component.spec.yaml12 import read

    try:
        return read(path.read_text(encoding="utf-8"), str(path)).place(("examples", number))[0]
    except OSError:
        return 1
