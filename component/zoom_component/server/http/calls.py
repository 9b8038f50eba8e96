"""A call that came over HTTP: its inputs, how it is to be made, and the session it goes over."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect, Request

from zoom_component.client.request.values import InvalidValue, parse_json
from zoom_component.client.session import AsyncSession
from zoom_component.errors import InputError, Problem
from zoom_component.spec.diagnostics import suggest

__all__ = ["ActionCall", "CallerDisconnected", "SessionPool", "parse_call", "parse_inputs", "run_while_connected"]

QUERY_PARAMETERS = ("connection", "pageSize", "resume", "merge", "dryRun")
_TRUE, _FALSE = ("true", "1", "yes"), ("false", "0", "no", "")
Value = TypeVar("Value")


class CallerDisconnected(Exception):
    """Whoever asked has hung up."""


@dataclass(frozen=True)
class ActionCall:
    """A call: the action's inputs, and what the address says about how to make it."""

    key: str
    inputs: Mapping[str, Any]
    connection: str = ""
    page_size: int | None = None
    resume: str = ""
    merge: bool = False
    dry_run: bool = False


@dataclass
class SessionPool:
    """One session a connection, opened with its first call. `opens` gives one for a name, "" being the usual one.

    `names` are the connections that may be named; none means any that is saved on this machine.
    """

    open_session: Callable[[str], AsyncSession]
    allowed_names: tuple[str, ...] = ()
    _open: dict[str, AsyncSession] = field(default_factory=dict)

    def get(self, name: str) -> AsyncSession:
        """The session over a connection. Raises InputError or ConnectionFailed where there is none."""
        if name and self.allowed_names and name not in self.allowed_names:
            raise InputError(
                [Problem("connection", f"{name!r} is not offered here; {suggest(name, self.allowed_names)}")]
            )
        if name not in self._open:
            self._open[name] = self.open_session(name)
        return self._open[name]

    async def close(self) -> None:
        """Close them all."""
        for session in self._open.values():
            await session.close()
        self._open.clear()


async def parse_call(request: Request, parameters: Sequence[str] = QUERY_PARAMETERS) -> ActionCall:
    """The call in a request; `words` are those that its address may have.

    Raises InputError with everything that is wrong about it, Gone when the body stops.
    """
    problems: list[Problem] = []
    inputs = await parse_inputs(request, problems)
    how = _how(request.query_params, parameters, problems)
    if problems:
        raise InputError(problems, action=request.path_params["key"])
    return ActionCall(request.path_params["key"], inputs, **how)


async def run_while_connected(request: Request, work: Awaitable[Value]) -> Value:
    """What comes of the work, given up when whoever asked hangs up: Zoom is asked for nothing more. Raises Gone."""
    working = asyncio.ensure_future(work)
    watching = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise CallerDisconnected
        return working.result()
    finally:
        for task in (working, watching):
            task.cancel()
        await asyncio.gather(working, watching, return_exceptions=True)


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def parse_inputs(request: Request, problems: list[Problem]) -> Mapping[str, Any]:
    """The inputs in a body; what is wrong with it is added to the problems. Raises Gone when it stops."""
    try:
        body = await request.body()
    except ClientDisconnect:
        raise CallerDisconnected from None
    try:
        # Strictly: what one reader takes for a key that stands twice, another may not.
        value = parse_json(body.decode(), "a JSON object of inputs") if body.strip() else {}
    except ValueError as error:
        told = str(error) if isinstance(error, InvalidValue) else "it is no text in UTF-8"
        problems.append(Problem("", f"the body cannot be used: {told}"))
        return {}
    if not isinstance(value, dict):
        problems.append(Problem("", "the body is to be a JSON object of inputs"))
        return {}
    return value


def _how(query: QueryParams, words: Sequence[str], problems: list[Problem]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, text in query.items():
        if name not in words:
            problems.append(Problem(name, f"there is no such word in an address; {suggest(name, words)}"))
        elif name == "pageSize":
            if not (text.isascii() and text.isdigit() and int(text[:9]) > 0 and len(text) < 9):
                problems.append(Problem(name, f"came {text[:40]!r}; accepted: a whole number above 0"))
            else:
                found["page_size"] = int(text)
        elif name in ("merge", "dryRun"):
            if text.lower() not in (*_TRUE, *_FALSE):
                problems.append(Problem(name, f"came {text[:40]!r}; accepted: true or false"))
            found["dry" if name == "dryRun" else name] = text.lower() in _TRUE
        else:
            found[name] = text
    return found
