"""An account on a still clock, and a client whose every answer is held against the facts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import httpx
import pytest
from jsonschema import Draft202012Validator
from tests.support.answers import unknown_keys
from tests.support.receiver import check_event

from zoom_component.facts import Operation, operations
from zoom_component.sandbox import Sandbox, StillClock
from zoom_component.sandbox.announce import Announcer

NOW = 1_773_140_400  # 2026-03-10T11:00:00Z
COMMON = {(400, 300), (400, 200), (401, 124), (400, 4711), (429, 429)}


class CheckedTransport(httpx.BaseTransport):
    """Passes every call on, and fails the test when an answer is not one that the facts allow."""

    def __init__(self, inner: httpx.BaseTransport) -> None:
        self._inner = inner
        self.played: set[tuple[str, str]] = set()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        path = request.url.raw_path.decode().partition("?")[0]
        if path.startswith("/v2/"):
            self._check(request.method, path.removeprefix("/v2"), response)
        return response

    def _check(self, method: str, path: str, response: httpx.Response) -> None:
        assert response.headers["x-zm-trackingid"]
        operation = operation_of(method, path)
        if operation is None:
            assert response.status_code in (404, 405)
            return
        response.read()
        if response.is_success:
            self.played.add((operation.method, operation.path))
            check_answer(operation, response)
        elif response.status_code != 501:
            body = response.json()
            listed = {(int(error["status"]), int(error["code"])) for error in operation.errors}
            assert (response.status_code, body["code"]) in listed | COMMON, (operation.path, body)
            assert isinstance(body["message"], str)
            assert body["message"]


def check_answer(operation: Operation, response: httpx.Response) -> None:
    """The status is documented, the body fits the schema, and no key is unknown to it."""
    assert response.status_code in operation.successes
    schema = operation.responses[str(response.status_code)]
    if schema is None:
        assert response.content == b""
        return
    assert response.headers["content-type"] == "application/json;charset=UTF-8"
    errors = list(Draft202012Validator(schema).iter_errors(response.json()))
    # The facts list single weekdays; Zoom takes and gives several in one text.
    assert [error.message for error in errors if "weekly_days" not in error.absolute_path] == []
    assert unknown_keys(response.json(), schema) == []


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[str, re.Pattern[str], Operation]]:
    # The most literal template first, as `/users/email` before `/users/{userId}`.
    found = sorted(operations(), key=lambda operation: operation.path.count("{"))
    return [(each.method, re.compile(re.sub(r"\{[^}]+\}", "[^/]+", each.path)), each) for each in found]


def operation_of(method: str, path: str) -> Operation | None:
    """The operation that a raw path below /v2 means, found without the sandbox's router."""
    clean = re.sub("/+", "/", path)
    for verb, pattern, operation in _patterns():
        if verb == method and pattern.fullmatch(clean):
            return operation
    return None


@pytest.fixture
def clock() -> StillClock:
    return StillClock(NOW)


@pytest.fixture
def sandbox(clock: StillClock) -> Sandbox:
    """An account whose every event is held against the facts, too."""
    opened = Sandbox(clock=clock)
    opened.zoom.world.part(Announcer).listen(check_event)
    return opened


@pytest.fixture
def checked(sandbox: Sandbox) -> CheckedTransport:
    return CheckedTransport(sandbox.transport())


@pytest.fixture
def played(checked: CheckedTransport) -> set[tuple[str, str]]:
    """The operations, as (method, template), that `client` had a valid answer from."""
    return checked.played


@pytest.fixture
def client(sandbox: Sandbox, checked: CheckedTransport) -> Iterator[httpx.Client]:
    """A client with a token, without a socket."""
    headers = {"authorization": f"Bearer {sandbox.token()}"}
    with httpx.Client(transport=checked, base_url="http://zoom.test/v2", headers=headers) as opened:
        yield opened
