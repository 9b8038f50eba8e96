"""Parse calls from requests, hold their sessions, and stop when the caller disconnects."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect, Request

from zoom_component.client.options import MAX_LIMIT
from zoom_component.client.request.values import InvalidValue, parse_json
from zoom_component.client.session import AsyncSession
from zoom_component.errors import InputError, Problem
from zoom_component.spec.diagnostics import suggest

__all__ = [
    "ActionCall",
    "CallerDisconnected",
    "SessionPool",
    "parse_call",
    "parse_inputs",
    "parse_query",
    "run_while_connected",
]

QUERY_PARAMETERS = ("connection", "pageSize", "resume", "merge", "dryRun")
# The integers among the query parameters, with their highest value.
_INTEGERS = {"pageSize": 99_999_999, "limit": MAX_LIMIT}
_BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
# The parameters whose argument has another name.
_ARGUMENTS = {"pageSize": "page_size", "dryRun": "dry_run"}
_MAX_PROBLEMS = 20  # of unknown names: finding a similar one takes time
Value = TypeVar("Value")


class CallerDisconnected(Exception):
    """Report that the caller closed the connection, so the response is not read."""


@dataclass(frozen=True)
class ActionCall:
    """Hold a call: key and inputs of the action, and options from the query of the URL."""

    key: str
    inputs: Mapping[str, Any]
    connection: str = ""
    page_size: int | None = None
    resume: str = ""
    merge: bool = False
    dry_run: bool = False


@dataclass
class SessionPool:
    """Hold one session for each connection, opened with its first call.

    `open_session` opens one by the name of a connection, "" being the default. `allowed_names` are the connections that
    callers may name; if it is empty, they may name any that is saved on this machine.
    """

    open_session: Callable[[str], AsyncSession]
    allowed_names: tuple[str, ...] = ()
    _sessions: dict[str, AsyncSession] = field(default_factory=dict)

    def get(self, name: str) -> AsyncSession:
        """Return the session of a connection.

        Raise InputError or ConnectionFailed if there is none.
        """
        if name and self.allowed_names and name not in self.allowed_names:
            raise InputError(
                [Problem("connection", f'"{name[:100]}" is not allowed; {suggest(name, self.allowed_names)}')]
            )
        if name not in self._sessions:
            self._sessions[name] = self.open_session(name)
        return self._sessions[name]

    async def close(self) -> None:
        """Close all sessions."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()


async def parse_call(request: Request, parameters: Sequence[str] = QUERY_PARAMETERS) -> ActionCall:
    """Return the call in a request; `parameters` are the query parameters that it may have.

    Raise InputError with all problems, CallerDisconnected if the body ends early.
    """
    problems: list[Problem] = []
    inputs = await parse_inputs(request, problems)
    options = parse_query(request.query_params, parameters, problems)
    if problems:
        raise InputError(problems, action=request.path_params["key"])
    return ActionCall(request.path_params["key"], inputs, **options)


async def parse_inputs(request: Request, problems: list[Problem]) -> Mapping[str, Any]:
    """Return the inputs in a body and add its problems to the list.

    Raise CallerDisconnected if it ends early.
    """
    try:
        body = await request.body()
    except ClientDisconnect:
        raise CallerDisconnected from None
    try:
        # Strict parsing: of a duplicate key, another reader could use the other value.
        value = parse_json(body.decode(), "a JSON object of inputs") if body.strip() else {}
    except ValueError as error:
        reason = str(error) if isinstance(error, InvalidValue) else "expected UTF-8 text"
        problems.append(Problem("", f"the body: {reason}"))
        return {}
    if not isinstance(value, dict):
        problems.append(Problem("", "the body: expected a JSON object of inputs"))
        return {}
    return value


def parse_query(query: QueryParams, parameters: Sequence[str], problems: list[Problem]) -> dict[str, Any]:
    """Return the query parameters as keyword arguments and add their problems to the list. "" counts as not given."""
    arguments: dict[str, Any] = {}
    for name, text in query.items():
        value: Any = text
        if name not in parameters and len(problems) >= _MAX_PROBLEMS:
            break
        if name not in parameters:
            problems.append(Problem(name[:100], f"unknown query parameter; {suggest(name, parameters)}"))
        elif not text:
            continue
        elif (highest := _INTEGERS.get(name)) is not None:
            value = _parse_integer(text, highest)
            if value is None:
                problems.append(Problem(name, f'expected an integer from 1 to {highest:,}, got "{text[:40]}"'))
        elif name in ("merge", "dryRun"):
            value = _BOOLEANS.get(text.lower())
            if value is None:
                problems.append(Problem(name, f'expected true or false, got "{text[:40]}"'))
        arguments[_ARGUMENTS.get(name, name)] = value
    return arguments


def _parse_integer(text: str, highest: int) -> int | None:
    is_number = text.isascii() and text.isdigit() and len(text) <= 9
    return int(text) if is_number and 1 <= int(text) <= highest else None


async def run_while_connected(request: Request, work: Awaitable[Value]) -> Value:
    """Return the result of the work.

    Cancel it and raise CallerDisconnected if the caller disconnects first.
    """
    working = asyncio.ensure_future(work)
    watching = asyncio.ensure_future(_wait_for_disconnect(request))
    try:
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise CallerDisconnected
        return working.result()
    finally:
        for task in (working, watching):
            task.cancel()
        await asyncio.gather(working, watching, return_exceptions=True)


async def _wait_for_disconnect(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
