"""Listeners in Python: functions, plain or `async`, given in code or by name."""

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
    """A name that leads to nothing that can be called; the sentence says where it ends."""


class FunctionHandler:
    """Runs a function with the Event and, if it takes two, the Delivery.

    What it gives to await is awaited, on a loop of its own, and cancelled when its time is over. A plain function
    cannot be ended from outside: one that may hang belongs into a command.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._takes_delivery = _accepts_two_arguments(function)
        self._guard = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None

    def handle(self, delivery: Delivery, timeout: float) -> None:
        """Call it."""
        given = (delivery.event, delivery) if self._takes_delivery else (delivery.event,)
        found = self._function(*given)
        if inspect.isawaitable(found):
            self._await(found, timeout)

    def close(self) -> None:
        """End the loop, and with it what still runs there."""
        with self._guard:
            loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop is not None and thread is not None:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(2.0)

    def list_secrets(self) -> Iterable[str]:
        """None that is known."""
        return ()

    def _await(self, found: Awaitable[Any], timeout: float) -> None:
        future = asyncio.run_coroutine_threadsafe(_await_value(found), self._start_loop())
        try:
            future.result(timeout)
        except TimeoutError:
            if future.done():
                raise
            future.cancel()
            raise TimeoutError(f"it was not done within {timeout:g} seconds") from None

    def _start_loop(self) -> asyncio.AbstractEventLoop:
        with self._guard:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = Thread(target=_run_loop, args=(self._loop,), name="listener loop", daemon=True)
                self._thread.start()
            return self._loop


def import_function(name: str) -> Callable[..., Any]:
    """The function at `module:function`. Raises NotCallable."""
    module, mark, path = name.partition(":")
    if not mark or not module or not path:
        raise NotCallableError(f"came {name!r}; accepted: module:function, as in shop.zoom:on_ended")
    try:
        found: Any = import_module(module)
    except Exception as problem:
        raise NotCallableError(f"{module} cannot be imported: {type(problem).__name__}: {problem}") from problem
    for step in path.split("."):
        found = getattr(found, step, None)
        if found is None:
            raise NotCallableError(f"there is no {path!r} in {module}")
    if not callable(found):
        raise NotCallableError(f"{name} is there, but cannot be called")
    return found  # type: ignore[no-any-return]


def _accepts_two_arguments(function: Callable[..., Any]) -> bool:
    try:
        inspect.signature(function).bind(None, None)
    except TypeError:
        return False
    except ValueError:  # written in C, and silent about what it takes
        return False
    return True


async def _await_value(found: Awaitable[Any]) -> Any:
    return await found


def _run_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Runs a loop until it is stopped, and leaves nothing of it behind."""
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()
