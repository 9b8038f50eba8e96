"""Call handlers without a network: a connection with fixed tokens, canned replies, and a driver.

No sandbox: handlers do no I/O.
"""

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
from zoom_component.messages import BoundRequest, CallWarning, Page, Reply
from zoom_component.paths import get_bundle_dir
from zoom_component.spec.spec import ActionSpec


class FakeConnection:
    """Authorize calls with `token-1`, and with the next number after each renewal, up to `tokens`.

    `calls` records the calls of its methods.
    """

    key = "token"

    def __init__(self, base_url: str = "http://zoom.test/v2", tokens: int = 9, name: str = "fake") -> None:
        self.base_url = base_url
        self.name = name
        self.identity = name
        self.calls: list[str] = []
        self._tokens = tokens
        self._number = 1

    def get_cached_header(self) -> str | None:
        """Return None before the first token, then the header."""
        return None if self._number == 1 and not self.calls else f"Bearer token-{self._number}"

    def authorize(self) -> str:
        """Return the header."""
        self.calls.append("authorize")
        return f"Bearer token-{self._number}"

    def renew(self, rejected_header: str) -> str:
        """Return the header of the next token. Raise ConnectionFailed after the last one."""
        self.calls.append(f"renew {rejected_header}")
        if self._number >= self._tokens:
            raise ConnectionFailed("the token is rejected", connection=self.name, reconnect=True)
        self._number += 1
        return f"Bearer token-{self._number}"

    def get_scopes(self) -> tuple[str, ...] | None:
        """Return None: the scopes are not known."""
        return None

    def get_secrets(self) -> frozenset[str]:
        """Return the current token."""
        return frozenset({f"token-{self._number}"})

    def close(self) -> None:
        """Record the call."""
        self.calls.append("close")


@lru_cache(maxsize=1)
def load_codes() -> ErrorCodes:
    """Return the error codes of spec/zoom/errors.json."""
    rows: list[dict[str, Any]] = json.loads((get_bundle_dir() / "spec/zoom/errors.json").read_text(encoding="utf-8"))[
        "codes"
    ]
    return rows


def build_reply(body: Any = None, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """Return a reply with `body` as JSON; bytes are sent unchanged, None is an empty body."""
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return Reply(status, {"content-type": "application/json", **(headers or {})}, content)


def validated_inputs(action: ActionSpec, **inputs: Any) -> ValidatedInputs:
    """Return the validated inputs of a call."""
    return validate_inputs(action, inputs)


def list_problems(action: ActionSpec, **inputs: Any) -> dict[str, str]:
    """Return the problems of the inputs by input.

    Several problems of one input are joined by " | ".
    """
    problems: dict[str, str] = {}
    for problem in validate_inputs(action, inputs).problems:
        problems[problem.input] = " | ".join(filter(None, (problems.get(problem.input), problem.message)))
    return problems


def build_call(
    action: ActionSpec, inputs: Mapping[str, Any] | None = None, *, merge: bool = False, **options: Any
) -> Call:
    """Return a validated call of an action for its handler."""
    validated = validate_inputs(action, inputs or {}, merge=merge)
    if validated.problems:
        raise InputError(validated.problems, action=action.key)
    return Call(action, validated, load_codes, merge=merge, **options)


def first_request(action: ActionSpec, **inputs: Any) -> BoundRequest:
    """Return the first request of a call."""
    flow = HANDLERS[action.handler](build_call(action, inputs))
    first = next(flow)
    flow.close()
    assert isinstance(first, BoundRequest)
    return first


class HandlerRun:
    """Run a handler to its end with canned replies, and record its requests, pages, warnings and result."""

    def __init__(self, call: Call, replies: Iterable[Reply | Exception]) -> None:
        self.requests: list[tuple[str, str, list[tuple[str, str]], Any]] = []
        self.pages: list[Page] = []
        self.warnings: list[str] = []
        self.result: Any = None
        self._run(call, iter(replies))

    def _run(self, call: Call, replies: Any) -> None:
        flow = HANDLERS[call.action.handler](call)
        try:
            step = next(flow)
            while True:
                if isinstance(step, Page):
                    self.pages.append(step)
                    self.warnings += step.warnings
                    step = flow.send(None)
                    continue
                if isinstance(step, CallWarning):
                    self.warnings.append(step.text)
                    step = flow.send(None)
                    continue
                self.requests.append((step.method, step.path, list(step.query), step.body))
                answer = next(replies)
                step = flow.throw(answer) if isinstance(answer, Exception) else flow.send(answer)
        except StopIteration as end:
            self.result = end.value
