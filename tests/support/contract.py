"""What every answer of every embedded Zoom of the whole test run has to keep to: the facts about its operation.

An answer that a fault bent on purpose is let be. A server's thread cannot fail a test by raising, so what is wrong is
collected, and the test that is running fails with it (tests/conftest.py).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from unittest.mock import patch

import pytest
from jsonschema_rs import Draft202012Validator

from zoom_facts import Operation, iter_operations
from zoom_sandbox import Request, Response, SandboxEngine
from zoom_sandbox.faults import Fault, FaultList

COMMON = {(400, 300), (400, 200), (401, 124), (400, 4711), (429, 429)}


class Contract:
    """Holds answers against the facts. `answered` are the operations, as (method, template), that succeeded lately."""

    def __init__(self) -> None:
        self.succeeded_operations: set[tuple[str, str]] = set()
        self.checked = 0
        self._broken: list[str] = []
        self._fault = threading.local()

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Watches every embedded Zoom of this process."""
        respond, take = SandboxEngine.respond, FaultList.find_hit

        def watched(zoom: SandboxEngine, request: Request) -> Response:
            self._fault.hit = False
            response = respond(zoom, request)
            if request.path.startswith("/v2/") and not self._fault.hit:
                self._keep(request, response)
            return response

        def noted(faults: FaultList, method: str, path: str) -> Fault | None:
            fault = take(faults, method, path)
            self._fault.hit = fault is not None
            return fault

        with patch.object(SandboxEngine, "respond", watched), patch.object(FaultList, "find_hit", noted):
            yield

    def fail_on_violations(self) -> None:
        """Fails with everything that was wrong since the last time."""
        broken, self._broken = self._broken, []
        if broken:
            pytest.fail("Answers that the facts do not allow:\n" + "\n".join(broken), pytrace=False)

    def _keep(self, request: Request, response: Response) -> None:
        path = request.path.removeprefix("/v2")
        self.checked += 1
        if 200 <= response.status < 300 and (operation := match_operation(request.method, path)) is not None:
            self.succeeded_operations.add((operation.method, operation.path))
        self._broken += [
            f"{request.method} {path}: {wrong}" for wrong in find_violations(request.method, path, response)
        ]


CONTRACT = Contract()


def find_violations(method: str, path: str, response: Response) -> list[str]:
    """What the facts about the operation at a path do not allow in an answer."""
    operation = match_operation(method, path)
    if operation is None:
        return [] if response.status in (404, 405) else [f"{response.status} where there is no operation"]
    if "x-zm-trackingid" not in response.headers:
        return ["no tracking id"]
    if 200 <= response.status < 300:
        return _wrong_success(operation, response)
    return [] if response.status == 501 else _wrong_refusal(operation, response)


def _wrong_success(operation: Operation, response: Response) -> list[str]:
    """The status is documented, the body fits the schema, and no key is unknown to it."""
    if response.status not in operation.success_statuses:
        return [f"{response.status} is not documented"]
    validator = _validator(operation.method, operation.path, response.status)
    if validator is None:
        sound = response.headers.get("content-type", "").startswith("audio/")  # bytes have no schema
        return [] if sound or response.body == b"" else ["a body where none is documented"]
    if response.headers["content-type"] != "application/json;charset=UTF-8":
        return [f"it is {response.headers['content-type']}"]
    body = response.json()
    if validator.is_valid(body):
        return []
    return [
        f"{'/'.join(map(str, error.instance_path))}: {error.message[:300]}" for error in validator.iter_errors(body)
    ]


def _wrong_refusal(operation: Operation, response: Response) -> list[str]:
    body = response.json()
    listed = {(int(error["status"]), int(error["code"])) for error in operation.errors}
    wrong = [] if (response.status, body["code"]) in listed | COMMON else [f"{response.status} {body} is not listed"]
    return wrong if isinstance(body["message"], str) and body["message"] else [*wrong, "a refusal says nothing"]


@lru_cache(maxsize=4096)
def match_operation(method: str, path: str) -> Operation | None:
    """The operation that a raw path below /v2 means, found without the sandbox's router."""
    clean = re.sub("/+", "/", path)
    for pattern, operation in _patterns().get((method, clean.count("/")), ()):
        if pattern.fullmatch(clean):
            return operation
    return None


@lru_cache(maxsize=1)
def _patterns() -> Mapping[tuple[str, int], list[tuple[re.Pattern[str], Operation]]]:
    found: dict[tuple[str, int], list[tuple[re.Pattern[str], Operation]]] = {}
    # The most literal template first, as `/users/email` before `/users/{userId}`.
    for each in sorted(iter_operations(), key=lambda operation: operation.path.count("{")):
        pattern = re.compile(re.sub(r"\{[^}]+\}", "[^/]+", each.path))
        found.setdefault((each.method, each.path.count("/")), []).append((pattern, each))
    return found


@lru_cache(maxsize=2048)
def _validator(method: str, path: str, status: int) -> Draft202012Validator | None:
    operation = match_operation(method, path)
    assert operation is not None
    schema = operation.responses[str(status)]
    return None if schema is None else Draft202012Validator(close_schema(schema))


def close_schema(schema: Any) -> Any:
    """The schema, with no key allowed that it does not name."""
    made = dict(schema)
    if "properties" in schema:
        made["properties"] = {name: close_schema(part) for name, part in schema["properties"].items()}
        made["additionalProperties"] = False
        if "weekly_days" in made["properties"]:  # the facts list single weekdays; Zoom takes and gives several
            made["properties"]["weekly_days"] = {"type": "string"}
    if isinstance(schema.get("items"), dict):
        made["items"] = close_schema(schema["items"])
    return made
