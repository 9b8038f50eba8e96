"""Run Python functions, plain or `async`, as event handlers."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Iterable
from importlib import import_module
from threading import Lock, Thread
from typing import Any

from zoom_component.events.listeners.listener import Delivery

__all__ = ["FunctionHandler", "NotCallableError", "import_function"]


class NotCallableError(ValueError):
    """Report a name that does not lead to a callable."""


class FunctionHandler:
    """Call a function with the Event and, if it accepts two arguments, the Delivery.

    An awaitable result is awaited on a separate event loop and cancelled at the timeout. A plain function cannot be
    stopped from outside: run code that may hang as a command instead.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._takes_delivery = _accepts_two_arguments(function)
        self._guard = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None

    def handle(self, delivery: Delivery, timeout: float) -> None:
        """Call the function, and await its result if that is awaitable."""
        arguments = (delivery.event, delivery) if self._takes_delivery else (delivery.event,)
        result = self._function(*arguments)
        if inspect.isawaitable(result):
            self._await(result, timeout)

    def close(self) -> None:
        """Stop the event loop and cancel what still runs on it."""
        with self._guard:
            loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop is not None and thread is not None:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(2.0)

    def list_secrets(self) -> Iterable[str]:
        """Return no secrets: a function's are unknown."""
        return ()

    def _await(self, awaitable: Awaitable[Any], timeout: float) -> None:
        future = asyncio.run_coroutine_threadsafe(_await_value(awaitable), self._start_loop())
        try:
            future.result(timeout)
        except TimeoutError:
            if future.done():
                raise
            future.cancel()
            raise TimeoutError(f"the function did not return within {timeout:g} seconds") from None

    def _start_loop(self) -> asyncio.AbstractEventLoop:
        with self._guard:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = Thread(target=_run_loop, args=(self._loop,), name="listener loop", daemon=True)
                self._thread.start()
            return self._loop


def import_function(name: str) -> Callable[..., Any]:
    """Import and return the function at `module:function`. Raise NotCallableError."""
    module, separator, path = name.partition(":")
    if not separator or not module or not path:
        raise NotCallableError(f'expected module:function, such as shop.zoom:on_ended, got "{name}"')
    try:
        value: Any = import_module(module)
    except Exception as error:
        raise NotCallableError(f"cannot import {module}: {type(error).__name__}: {error}") from error
    for step in path.split("."):
        value = getattr(value, step, None)
        if value is None:
            raise NotCallableError(f'{module} has no "{path}"')
    if not callable(value):
        raise NotCallableError(f"{name} is not callable")
    return value  # type: ignore[no-any-return]


def _accepts_two_arguments(function: Callable[..., Any]) -> bool:
    try:
        inspect.signature(function).bind(None, None)
    except TypeError:
        return False
    except ValueError:  # a function written in C without a signature
        return False
    return True


async def _await_value(awaitable: Awaitable[Any]) -> Any:
    return await awaitable


def _run_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Run a loop until it is stopped, then cancel its tasks and close it."""
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()
