"""Check every response of every sandbox of the test run against the facts about its operation.

A response that an injected fault changed is not checked. An error in a server's thread does not fail a test, so
violations are collected, and the running test fails with them (tests/conftest.py).
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

# Status and code of errors that any operation may return.
COMMON_ERRORS = {(400, 300), (400, 200), (401, 124), (400, 4711), (429, 429)}


class Contract:
    """Check responses and collect violations.

    `succeeded_operations` are the operations that succeeded, as (method, path template); `checked` counts responses.
    """

    def __init__(self) -> None:
        self.succeeded_operations: set[tuple[str, str]] = set()
        self.checked = 0
        self._violations: list[str] = []
        self._fault = threading.local()

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Check every sandbox of this process."""
        respond, find_hit = SandboxEngine.respond, FaultList.find_hit

        def respond_and_check(engine: SandboxEngine, request: Request) -> Response:
            self._fault.hit = False
            response = respond(engine, request)
            if request.path.startswith("/v2/") and not self._fault.hit:
                self._check(request, response)
            return response

        def find_and_record(faults: FaultList, method: str, path: str) -> Fault | None:
            fault = find_hit(faults, method, path)
            self._fault.hit = fault is not None
            return fault

        with (
            patch.object(SandboxEngine, "respond", respond_and_check),
            patch.object(FaultList, "find_hit", find_and_record),
        ):
            yield

    def fail_on_violations(self) -> None:
        """Fail the test with the violations since the last call."""
        violations, self._violations = self._violations, []
        if violations:
            pytest.fail("Responses that the facts do not allow:\n" + "\n".join(violations), pytrace=False)

    def _check(self, request: Request, response: Response) -> None:
        path = request.path.removeprefix("/v2")
        self.checked += 1
        if 200 <= response.status < 300 and (operation := match_operation(request.method, path)) is not None:
            self.succeeded_operations.add((operation.method, operation.path))
        self._violations += [
            f"{request.method} {path}: {violation}" for violation in find_violations(request.method, path, response)
        ]


CONTRACT = Contract()


def find_violations(method: str, path: str, response: Response) -> list[str]:
    """Return what the facts about the operation at a path do not allow in a response."""
    operation = match_operation(method, path)
    if operation is None:
        return [] if response.status in (404, 405) else [f"{response.status} for a path without an operation"]
    if "x-zm-trackingid" not in response.headers:
        return ["no tracking id"]
    if 200 <= response.status < 300:
        return _check_success(operation, response)
    return [] if response.status == 501 else _check_error(operation, response)


def _check_success(operation: Operation, response: Response) -> list[str]:
    """Check that the status is documented and that the body fits the schema, without unknown keys."""
    if response.status not in operation.success_statuses:
        return [f"{response.status} is not documented"]
    validator = _get_validator(operation.method, operation.path, response.status)
    if validator is None:
        is_audio = response.headers.get("content-type", "").startswith("audio/")  # bytes have no schema
        return [] if is_audio or response.body == b"" else ["unexpected body: none is documented"]
    if response.headers["content-type"] != "application/json;charset=UTF-8":
        return [f"unexpected content type {response.headers['content-type']}"]
    body = response.json()
    if validator.is_valid(body):
        return []
    return [
        f"{'/'.join(map(str, error.instance_path))}: {error.message[:300]}" for error in validator.iter_errors(body)
    ]


def _check_error(operation: Operation, response: Response) -> list[str]:
    body = response.json()
    listed = {(int(error["status"]), int(error["code"])) for error in operation.errors}
    violations = (
        [] if (response.status, body["code"]) in listed | COMMON_ERRORS else [f"{response.status} {body} is not listed"]
    )
    return (
        violations
        if isinstance(body["message"], str) and body["message"]
        else [*violations, "an error without a message"]
    )


@lru_cache(maxsize=4096)
def match_operation(method: str, path: str) -> Operation | None:
    """Return the operation of a raw path below /v2, without the sandbox's router."""
    path = re.sub("/+", "/", path)
    for pattern, operation in _compile_patterns().get((method, path.count("/")), ()):
        if pattern.fullmatch(path):
            return operation
    return None


@lru_cache(maxsize=1)
def _compile_patterns() -> Mapping[tuple[str, int], list[tuple[re.Pattern[str], Operation]]]:
    patterns: dict[tuple[str, int], list[tuple[re.Pattern[str], Operation]]] = {}
    # The template with the fewest parameters first: `/users/email` before `/users/{userId}`.
    for operation in sorted(iter_operations(), key=lambda each: each.path.count("{")):
        pattern = re.compile(re.sub(r"\{[^}]+\}", "[^/]+", operation.path))
        patterns.setdefault((operation.method, operation.path.count("/")), []).append((pattern, operation))
    return patterns


@lru_cache(maxsize=2048)
def _get_validator(method: str, path: str, status: int) -> Draft202012Validator | None:
    operation = match_operation(method, path)
    assert operation is not None
    schema = operation.responses[str(status)]
    return None if schema is None else Draft202012Validator(close_schema(schema))


def close_schema(schema: Any) -> Any:
    """Return the schema with unknown keys forbidden."""
    closed = dict(schema)
    if "properties" in schema:
        closed["properties"] = {name: close_schema(part) for name, part in schema["properties"].items()}
        closed["additionalProperties"] = False
        if "weekly_days" in closed["properties"]:  # the facts list single weekdays; Zoom accepts and returns several
            closed["properties"]["weekly_days"] = {"type": "string"}
    if isinstance(schema.get("items"), dict):
        closed["items"] = close_schema(schema["items"])
    return closed
