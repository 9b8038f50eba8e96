"""A session: a component over an open connection. The same calls for threads and for asyncio.

A flow is all there is to a run; the wires do its steps.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from zoom_component.client import tool_result
from zoom_component.client.actions import Actions
from zoom_component.client.calls import Plan, Result, SessionOptions
from zoom_component.client.handlers import Call, get_handler
from zoom_component.client.request.retry import RetryPolicy
from zoom_component.client.transport.exchange import RequestExchange
from zoom_component.client.transport.steps import Authorize, Count
from zoom_component.errors import ComponentError
from zoom_component.messages import Page

if TYPE_CHECKING:
    from zoom_component.client.connections.connection import Connection
    from zoom_component.client.transport.async_driver import AsyncDriver
    from zoom_component.client.transport.driver import Driver
    from zoom_component.messages import BoundRequest

__all__ = ["AsyncSession", "Session"]


class _SessionCore:
    """What both sessions share: making checked calls, and the flow of one."""

    def __init__(self, actions: Actions, connection: Connection, options: SessionOptions) -> None:
        self.actions = actions
        self.connection = connection
        self.options = options
        policy = RetryPolicy(options.retries, options.first_wait, options.max_wait)
        self._exchange = RequestExchange(policy, options.clock, options.random)

    def plan(self, key: str, inputs: Mapping[str, Any] | None = None) -> Plan:
        """What a call would send first. Nothing is sent."""
        return self.actions.plan(key, self._said(inputs))

    def _call(self, key: str, inputs: Mapping[str, Any] | None, **how: Any) -> Call:
        return self.actions.call(key, self._said(inputs), **how)

    def _said(self, inputs: Mapping[str, Any] | None) -> Mapping[str, Any]:
        """The inputs, without those that the options read as not given."""
        empty, null = self.options.empty_is_absent, self.options.null_is_absent
        if not inputs or not (empty or null):
            return inputs or {}
        return {
            name: value
            for name, value in inputs.items()
            if not (null and value is None) and not (empty and value == "")
        }

    def _flow(self, call: Call) -> Generator[Any, Any, Any]:
        """The steps of one call: a day's count where there is one, then its requests until each is settled.

        Nothing is counted for a call whose first request cannot be made.
        """
        if self.options.preflight:
            yield from self._allowed(call)
        running = get_handler(call.action.handler)(call)
        try:
            wanted = next(running)
            if (daily := call.action.daily_quota) is not None:
                subject = "\0".join(str(call.inputs.values.get(key)) for key in daily.per)
                yield Count(daily.name, daily.limit, subject)
            while True:
                if type(wanted) is Page:
                    yield wanted
                    wanted = running.send(None)
                    continue
                try:
                    reply = yield from self._exchange.execute(
                        cast("BoundRequest", wanted), self.connection.get_cached_header()
                    )
                except ComponentError as error:
                    wanted = running.throw(error)
                else:
                    wanted = running.send(reply)
        except StopIteration as done:
            return done.value

    def _allowed(self, call: Call) -> Generator[Any, Any, None]:
        """Raises MissingScope where the token's scopes tell that the call would fail."""
        from zoom_component.client.request.preflight import find_scope_error

        if self.connection.get_cached_header() is None:
            yield Authorize()
        if (refused := find_scope_error(call.action, self.connection.get_scopes())) is not None:
            raise refused


class Session(_SessionCore):
    """Runs actions on the calling thread. Close it, or use it in a `with`. May be shared between threads."""

    def __init__(self, actions: Actions, driver: Driver, options: SessionOptions) -> None:
        super().__init__(actions, driver.connection, options)
        self._wire = driver

    def run(
        self, key: str, inputs: Mapping[str, Any] | None = None, *, page_size: int | None = None,
        resume: str = "", merge: bool = False,
    ) -> Result:  # fmt: skip
        """Runs an action. A list is fetched to its end and merged.

        `page_size` and `resume` (a token from an error) steer a list; `merge` reads, merges and writes where the
        action offers it. Raises InputError before anything is sent, else what `errors` draws.
        """
        call = self._call(key, inputs, page_size=page_size, resume=resume, merge=merge)
        return Result(self._wire.run(self._flow(call)), tuple(call.inputs.warnings))

    def run_tool(self, slug: str, inputs: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Runs an action as a tool of the toolkit catalogue: `{"data", "error", "successful"}`, failures included.

        `slug` is a slug, or any key; a list of a slug is one page. Raises nothing that `errors` draws.
        """
        try:
            return tool_result.build_success(self.run(slug, inputs).data)
        except ComponentError as error:
            return tool_result.build_failure(error)

    def stream(
        self, key: str, inputs: Mapping[str, Any] | None = None, *, page_size: int | None = None, resume: str = ""
    ) -> Iterator[Any]:
        """The items of a list as pages arrive; memory holds one page. Any other action gives its data as one item."""
        for page in self.pages(key, inputs, page_size=page_size, resume=resume):
            yield from page.items

    def pages(
        self, key: str, inputs: Mapping[str, Any] | None = None, *, page_size: int | None = None, resume: str = ""
    ) -> Iterator[Page]:
        """The pages of a list, each with the token of the next."""
        call = self._call(key, inputs, stream=True, page_size=page_size, resume=resume)
        if call.action.pages is None:
            return iter([Page([self._wire.run(self._flow(call))], "")])
        return self._wire.stream(self._flow(call))

    def close(self) -> None:
        """Closes the connections."""
        self._wire.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


class AsyncSession(_SessionCore):
    """Runs actions on an event loop. Use it in an `async with`; many tasks may share it."""

    def __init__(self, actions: Actions, driver: AsyncDriver, options: SessionOptions) -> None:
        super().__init__(actions, driver.connection, options)
        self._wire = driver

    async def run(
        self, key: str, inputs: Mapping[str, Any] | None = None, *, page_size: int | None = None,
        resume: str = "", merge: bool = False,
    ) -> Result:  # fmt: skip
        """Runs an action, as `Session.run` does."""
        call = self._call(key, inputs, page_size=page_size, resume=resume, merge=merge)
        return Result(await self._wire.run(self._flow(call)), tuple(call.inputs.warnings))

    async def run_tool(self, slug: str, inputs: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Runs an action as a tool of the toolkit catalogue, as `Session.tool` does."""
        try:
            return tool_result.build_success((await self.run(slug, inputs)).data)
        except ComponentError as error:
            return tool_result.build_failure(error)

    async def stream(
        self, key: str, inputs: Mapping[str, Any] | None = None, *, page_size: int | None = None, resume: str = ""
    ) -> AsyncIterator[Any]:
        """The items of a list as pages arrive, as `Session.stream` gives them."""
        async for page in self.pages(key, inputs, page_size=page_size, resume=resume):
            for item in page.items:
                yield item

    async def pages(
        self, key: str, inputs: Mapping[str, Any] | None = None, *, page_size: int | None = None, resume: str = ""
    ) -> AsyncGenerator[Page, None]:
        """The pages of a list, each with the token of the next."""
        call = self._call(key, inputs, stream=True, page_size=page_size, resume=resume)
        if call.action.pages is None:
            yield Page([await self._wire.run(self._flow(call))], "")
            return
        async for page in self._wire.stream(self._flow(call)):
            yield page

    async def close(self) -> None:
        """Closes the connections."""
        await self._wire.close()

    async def __aenter__(self) -> AsyncSession:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()
