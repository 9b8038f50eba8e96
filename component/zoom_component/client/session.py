"""Run actions over an open connection: the same calls for threads (`Session`) and for asyncio (`AsyncSession`).

A call is a generator of steps; the drivers in `transport` execute the steps.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from zoom_component.client.actions import Actions
from zoom_component.client.calls import Call, Plan, Result, SessionOptions
from zoom_component.client.handlers import HANDLERS
from zoom_component.client.request.retry import RetryPolicy
from zoom_component.client.transport.exchange import AttemptCounter, Authorize, Count, RequestExchange
from zoom_component.errors import ComponentError, InputError
from zoom_component.forked_processes import ProcessLocal
from zoom_component.messages import CallWarning, Page
from zoom_component.paths import get_state_dir

if TYPE_CHECKING:
    import httpx

    from zoom_component.client.connections.connection import Connection
    from zoom_component.client.network.transports import AsyncTransport, Transport
    from zoom_component.client.transport.async_driver import AsyncDriver
    from zoom_component.client.transport.daily_quota import DailyQuota
    from zoom_component.client.transport.driver import Driver

__all__ = ["AsyncSession", "Session", "open_async_session", "open_session"]


class _SessionCore(ProcessLocal):
    """Hold what both sessions share: checked calls, and the steps of one."""

    def __init__(self, actions: Actions, connection: Connection, options: SessionOptions) -> None:
        self.actions = actions
        self.connection = connection
        self.options = options
        policy = RetryPolicy(options.retries, options.first_wait, options.max_wait)
        self._exchange = RequestExchange(policy, options.clock, options.random)

    def plan(self, call: Call | str, inputs: Mapping[str, Any] | None = None) -> Plan:
        """Return what a call would send first; nothing is sent."""
        return self.actions.plan(self.prepare(call, inputs))

    def prepare(self, call: Call | str, inputs: Mapping[str, Any] | None = None, **options: Any) -> Call:
        """Return a checked call, as `actions.call` does. A checked call keeps its own inputs and options."""
        if isinstance(call, str):
            return self.actions.call(call, self._drop_absent(inputs or {}), now=self.options.clock(), **options)
        if inputs or any(options.values()):
            raise TypeError("expected inputs and options in the checked call itself, got them beside it")
        return call

    def _drop_absent(self, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the inputs without those that the options read as absent."""
        empty, null = self.options.empty_is_absent, self.options.null_is_absent
        if not (empty or null):
            return inputs
        from zoom_component.client.request.absence import is_empty

        return {
            name: value for name, value in inputs.items() if not (null if value is None else empty and is_empty(value))
        }

    def _run_steps(self, call: Call, counter: AttemptCounter, warnings: list[str]) -> Generator[Any, Any, Any]:
        """Yield the steps of a call: count it against a daily quota, then execute its requests one by one.

        A call whose first request cannot be built is not counted. Warnings about answers are added to `warnings`.
        """
        request: Any = None
        try:
            if self.options.preflight:
                yield from self._check_scopes(call)
            flow = HANDLERS[call.action.handler](call)
            step = request = next(flow)
            if (quota := call.action.daily_quota) is not None:
                subject = "\0".join(str(call.inputs.values.get(key)) for key in quota.per)
                yield Count(quota.name, quota.limit, subject)
            while True:
                if isinstance(step, Page | CallWarning):
                    yield from _pass_on(step, warnings)
                    step = flow.send(None)
                    continue
                request = step
                header = self.connection.get_cached_header()
                try:
                    reply = yield from self._exchange.execute(request, header, counter)
                except ComponentError as error:
                    step = flow.throw(error)
                else:
                    step = flow.send(reply)
        except StopIteration as stop:
            return stop.value
        except ComponentError as error:
            from zoom_component.client.transport.redact import mask_error

            mask_error(error, self.connection.get_secrets())
            if not isinstance(error, InputError):
                counter.complete_error(error, call.action.key, request)
            raise

    def _check_scopes(self, call: Call) -> Generator[Any, Any, None]:
        """Raise MissingScope if the scopes of the token show that the call would fail."""
        from zoom_component.client.request.preflight import find_scope_error

        if self.connection.get_cached_header() is None:
            yield Authorize()
        if (error := find_scope_error(call.action, self.connection.get_scopes())) is not None:
            raise error


class Session(_SessionCore):
    """Run actions on the calling thread. Close it, or use it in a `with`. Threads may share it."""

    def __init__(self, actions: Actions, driver: Driver, options: SessionOptions) -> None:
        super().__init__(actions, driver.connection, options)
        self._driver = driver

    def run(
        self, call: Call | str, inputs: Mapping[str, Any] | None = None, *, page_size: int | None = None,
        resume: str = "", merge: bool = False,
    ) -> Result:  # fmt: skip
        """Run an action and return its result. A list is fetched to its end.

        `call` is the key of an action with its `inputs`, or a checked call of `actions.call`, which has its own inputs
        and options. `page_size` and `resume` (the token of an error) steer a list; `merge` reads, merges and writes
        where the action supports it. Raises InputError before anything is sent, else the errors of `errors`.
        """
        call = self.prepare(call, inputs, page_size=page_size, resume=resume, merge=merge)
        counter, warnings = AttemptCounter(), list(call.inputs.warnings)
        data = self._driver.run(self._run_steps(call, counter, warnings))
        return Result(data, tuple(warnings), counter.get_attempts())

    def run_tool(self, slug: str, inputs: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Run an action as a tool of the toolkit catalogue, and return `{"data", "error", "successful"}`.

        `slug` is a toolkit slug or an action key; a list of a slug is one page. Raises none of the errors of `errors`.
        """
        from zoom_component.client.tool_result import build_failure, build_success

        try:
            return build_success(self.run(slug, inputs).data)
        except ComponentError as error:
            return build_failure(error)

    def stream(
        self, call: Call | str, inputs: Mapping[str, Any] | None = None, *, page_size: int | None = None,
        resume: str = "",
    ) -> Iterator[Any]:  # fmt: skip
        """Yield the items of a list as pages arrive; any other action yields its data once. Warnings are logged."""
        for page in self.pages(call, inputs, page_size=page_size, resume=resume):
            yield from page.items
            _log_warnings(page)

    def pages(
        self, call: Call | str, inputs: Mapping[str, Any] | None = None, *, page_size: int | None = None,
        resume: str = "",
    ) -> Iterator[Page]:  # fmt: skip
        """Return the pages of a list as they arrive, each with the token of the next."""
        call = self.prepare(call, inputs, page_size=page_size, resume=resume)._replace(stream=True)
        if call.action.pages is None:
            warnings: list[str] = []
            data = self._driver.run(self._run_steps(call, AttemptCounter(), warnings))
            return iter([Page([data], "", tuple(warnings))])
        return self._driver.stream(self._run_steps(call, AttemptCounter(), []))

    def close(self) -> None:
        """Close the connections to Zoom."""
        self._driver.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


class AsyncSession(_SessionCore):
    """Run actions on an event loop. Use it in an `async with`. Many tasks may share it."""

    def __init__(self, actions: Actions, driver: AsyncDriver, options: SessionOptions) -> None:
        super().__init__(actions, driver.connection, options)
        self._driver = driver

    async def run(
        self, call: Call | str, inputs: Mapping[str, Any] | None = None, *, page_size: int | None = None,
        resume: str = "", merge: bool = False,
    ) -> Result:  # fmt: skip
        """Run an action and return its result, as `Session.run` does."""
        call = self.prepare(call, inputs, page_size=page_size, resume=resume, merge=merge)
        counter, warnings = AttemptCounter(), list(call.inputs.warnings)
        data = await self._driver.run(self._run_steps(call, counter, warnings))
        return Result(data, tuple(warnings), counter.get_attempts())

    async def run_tool(self, slug: str, inputs: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Run an action as a tool of the toolkit catalogue, as `Session.run_tool` does."""
        from zoom_component.client.tool_result import build_failure, build_success

        try:
            return build_success((await self.run(slug, inputs)).data)
        except ComponentError as error:
            return build_failure(error)

    async def stream(
        self, call: Call | str, inputs: Mapping[str, Any] | None = None, *, page_size: int | None = None,
        resume: str = "",
    ) -> AsyncIterator[Any]:  # fmt: skip
        """Yield the items of a list as pages arrive, as `Session.stream` does."""
        async for page in self.pages(call, inputs, page_size=page_size, resume=resume):
            for item in page.items:
                yield item
            _log_warnings(page)

    async def pages(
        self, call: Call | str, inputs: Mapping[str, Any] | None = None, *, page_size: int | None = None,
        resume: str = "",
    ) -> AsyncGenerator[Page, None]:  # fmt: skip
        """Yield the pages of a list as they arrive, each with the token of the next."""
        call = self.prepare(call, inputs, page_size=page_size, resume=resume)._replace(stream=True)
        if call.action.pages is None:
            warnings: list[str] = []
            data = await self._driver.run(self._run_steps(call, AttemptCounter(), warnings))
            yield Page([data], "", tuple(warnings))
            return
        async for page in self._driver.stream(self._run_steps(call, AttemptCounter(), [])):
            yield page

    async def close(self) -> None:
        """Close the connections to Zoom."""
        await self._driver.close()

    async def __aenter__(self) -> AsyncSession:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()


def open_session(
    actions: Actions, connection: Connection, options: SessionOptions | None = None,
    transport: httpx.BaseTransport | Transport | None = None,
) -> Session:  # fmt: skip
    """Return a session over a connection. Nothing is sent before the first call."""
    from zoom_component.client.transport.driver import Driver

    options = options or SessionOptions()
    quota = _open_daily_quota(connection, options)
    return Session(actions, Driver(connection, transport, daily_quota=quota, **_get_limits(options)), options)


def open_async_session(
    actions: Actions, connection: Connection, options: SessionOptions | None = None,
    transport: httpx.AsyncBaseTransport | AsyncTransport | None = None,
) -> AsyncSession:  # fmt: skip
    """Return a session for asyncio, as `open_session` does."""
    from zoom_component.client.transport.async_driver import AsyncDriver

    options = options or SessionOptions()
    quota = _open_daily_quota(connection, options)
    driver = AsyncDriver(connection, transport, daily_quota=quota, **_get_limits(options))
    return AsyncSession(actions, driver, options)


def _get_limits(options: SessionOptions) -> dict[str, Any]:
    return {"timeout": options.timeout, "max_answer_bytes": options.max_answer_bytes}


def _pass_on(step: Page | CallWarning, warnings: list[str]) -> Iterator[Page]:
    """Yield a page, or add a warning to the others."""
    if isinstance(step, Page):
        yield step
    else:
        warnings.append(step.text)


def _log_warnings(page: Page) -> None:
    """Log the warnings of a page whose items are passed on without it."""
    if page.warnings:
        from zoom_component.log_records import get_logger

        for text in page.warnings:
            get_logger("zoom_component.lists").warning("%s", text)


def _open_daily_quota(connection: Connection, options: SessionOptions) -> DailyQuota | None:
    """Return the counter of daily quotas, if the options want one. Zoom's quotas do not apply to loopback addresses."""
    is_counted = options.count_daily
    if is_counted is None:
        from zoom_component.client.connections.urls import is_loopback_url

        is_counted = not is_loopback_url(connection.base_url)
    if not is_counted:
        return None
    from zoom_component.client.transport.daily_quota import DailyQuota

    # A fixed token does not reveal its user, so `me` is counted for each token until an answer names the user.
    me = str(connection.get_cached_header()) if connection.key == "token" else ""
    return DailyQuota(get_state_dir(), f"{connection.base_url} {connection.identity}", options.clock, me)
