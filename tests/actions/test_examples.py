"""Every example of every action runs: its inputs, what is sent, what comes back, what the result is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest

from zoom_component import Component
from zoom_component.language.spec import ABSENT, ActionSpec

COMPONENT = Component.load()
BASE = "https://api.zoom.us/v2"


def _examples() -> Iterator[Any]:
    for key in COMPONENT.catalogue.keys():  # noqa: SIM118 - a catalogue is no mapping
        action = COMPONENT.action(key)
        for at, example in enumerate(action.examples):
            yield pytest.param(action, example, id=f"{key}-{example.get('name', at)}")


class Recorded(httpx.BaseTransport):
    """Keeps requests, and answers each with the same reply."""

    def __init__(self, status: int, answer: Any) -> None:
        self.requests: list[httpx.Request] = []
        self._reply = (status, answer)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        status, answer = self._reply
        return httpx.Response(status) if answer is None else httpx.Response(status, json=answer)


@pytest.mark.parametrize(("action", "example"), list(_examples()))
def test_an_example_sends_what_it_says_and_gives_what_it_promises(
    action: ActionSpec, example: Mapping[str, Any]
) -> None:
    status, answer = _answer(action, example)
    recorded = Recorded(status, answer)
    with COMPONENT.connect(token="example-token", base_url=BASE, transport=recorded) as session:
        result = session.run(action.key, example["inputs"])

    first, sends = recorded.requests[0], example["sends"]
    target, _, query = first.url.raw_path.decode().partition("?")
    assert (first.method, target) == (sends["method"], f"/v2{sends['path']}")
    assert _grouped(query) == sends.get("query", {})
    if not first.headers.get("content-type", "").startswith("multipart/"):
        assert (json.loads(first.content) if first.content else None) == sends.get("body")
    assert first.headers["authorization"] == "Bearer example-token"
    if "result" in example:
        assert result.data == example["result"]
    elif answer is None and action.handler == "http":
        assert result.as_json() == {"data": {}}
    elif action.pages is not None:
        assert result.data[action.pages.items] == answer[action.pages.items]
    elif action.handler == "http":
        assert result.data == answer


def _answer(action: ActionSpec, example: Mapping[str, Any]) -> tuple[int, Any]:
    """The example's answer, else the action's payload, else the least that its operation answers."""
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


def _grouped(query: str) -> dict[str, Any]:
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}
