"""Calls without a wire: a connection that always has a token, canned replies, and a driver for handlers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from zoom_component.client.calls import Call
from zoom_component.client.handlers import HANDLERS
from zoom_component.client.request.inputs import ValidatedInputs, validate_inputs
from zoom_component.client.request.replies import ErrorCodes
from zoom_component.errors import ConnectionFailed, InputError
from zoom_component.messages import BoundRequest, Page, Reply
from zoom_component.paths import get_bundle_dir
from zoom_component.spec.spec import ActionSpec


class FakeConnection:
    """A connection that hands out `token-1`, and after each refusal the next one, until `tokens` are spent."""

    key = "token"

    def __init__(self, base_url: str = "http://zoom.test/v2", tokens: int = 9, name: str = "fake") -> None:
        self.base_url = base_url
        self.name = name
        self.identity = name
        self.calls: list[str] = []
        self._tokens = tokens
        self._at = 1

    def get_cached_header(self) -> str | None:
        return None if self._at == 1 and not self.calls else f"Bearer token-{self._at}"

    def authorize(self) -> str:
        self.calls.append("authorize")
        return f"Bearer token-{self._at}"

    def renew(self, rejected_header: str) -> str:
        self.calls.append(f"renew {rejected_header}")
        if self._at >= self._tokens:
            raise ConnectionFailed("the token is refused", connection=self.name, reconnect=True)
        self._at += 1
        return f"Bearer token-{self._at}"

    def get_scopes(self) -> tuple[str, ...] | None:
        return None

    def get_secrets(self) -> frozenset[str]:
        return frozenset({f"token-{self._at}"})

    def close(self) -> None:
        self.calls.append("close")


@lru_cache(maxsize=1)
def load_codes() -> ErrorCodes:
    """The table of known codes, as the facts have it."""
    rows: list[dict[str, Any]] = json.loads((get_bundle_dir() / "spec/zoom/errors.json").read_text(encoding="utf-8"))[
        "codes"
    ]
    return rows


def build_reply(body: Any = None, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """A reply: JSON of `body`, or the bytes themselves; None is an empty body."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return Reply(status, {"content-type": "application/json", **(headers or {})}, content)


def validated_inputs(action: ActionSpec, **inputs: Any) -> ValidatedInputs:
    """The inputs of a call, coerced and checked."""
    return validate_inputs(action, inputs)


def list_problems(action: ActionSpec, **inputs: Any) -> dict[str, str]:
    """What is wrong with inputs: a sentence for each; sentences for one input are joined by " | "."""
    found: dict[str, str] = {}
    for problem in validate_inputs(action, inputs).problems:
        found[problem.input] = " | ".join(filter(None, (found.get(problem.input), problem.message)))
    return found


def build_call(
    action: ActionSpec, inputs: Mapping[str, Any] | None = None, *, merge: bool = False, **how: Any
) -> Call:
    """A checked call of an action, ready for its handler."""
    found = validate_inputs(action, inputs or {}, merge=merge)
    if found.problems:
        raise InputError(found.problems, action=action.key)
    return Call(action, found, load_codes, merge=merge, **how)


def first_request(action: ActionSpec, **inputs: Any) -> BoundRequest:
    """The first request of a call."""
    flow = HANDLERS[action.handler](build_call(action, inputs))
    first = next(flow)
    flow.close()
    assert isinstance(first, BoundRequest)
    return first


class HandlerRun:
    """A handler driven to its end by canned replies: what it asked for, the pages it gave, and its result."""

    def __init__(self, called: Call, replies: Iterable[Reply | Exception]) -> None:
        self.requests: list[tuple[str, str, list[tuple[str, str]], Any]] = []
        self.pages: list[Page] = []
        self.result: Any = None
        self._play(called, iter(replies))

    def _play(self, called: Call, replies: Any) -> None:
        flow = HANDLERS[called.action.handler](called)
        try:
            step = next(flow)
            while True:
                if isinstance(step, Page):
                    self.pages.append(step)
                    step = flow.send(None)
                    continue
                self.requests.append((step.method, step.path, list(step.query), step.body))
                answer = next(replies)
                step = flow.throw(answer) if isinstance(answer, Exception) else flow.send(answer)
        except StopIteration as done:
            self.result = done.value
