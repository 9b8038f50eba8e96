"""Await the results of `async` functions on an event loop of their own, and replace the loop when one blocks it."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable
from threading import Event, Lock, Thread
from typing import Any

from zoom_component.events.listeners.listener import NotStarted
from zoom_component.forked_processes import ForkSafeLock, ProcessLocal, abandon, registered
from zoom_component.log_records import get_logger

__all__ = ["CoroutineRunner"]

_log = get_logger("zoom_component.events.listeners")
_RESPONSE = 0.25  # seconds in which a loop that is not blocked runs a callback


class CoroutineRunner(ProcessLocal):
    """Run awaitables of several threads on one event loop.

    A function that blocks the loop, such as `time.sleep` in a coroutine, keeps all others from running. Then the next
    awaitable gets a new loop, and the blocked loop ends once the function returns.
    """

    def __init__(self) -> None:
        self._guard = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        registered.add(self)

    def reset_after_fork(self) -> None:
        """Leave the loop to the parent."""
        abandon(self._loop)
        self._guard, self._loop, self._thread = Lock(), None, None

    def run(self, awaitable: Awaitable[Any], timeout: float) -> None:
        """Await within `timeout` seconds, else cancel. Raise TimeoutError, or NotStarted if it never began."""
        task, loop = _Task(awaitable), self._start_loop()
        future = asyncio.run_coroutine_threadsafe(task.run(), loop)
        try:
            future.result(timeout)
        except TimeoutError:
            if future.done():
                raise  # the function itself raised it
            has_begun = not task.withdraw()
            future.cancel()
            if not _is_responsive(loop):
                self._abandon(loop)
            if has_begun:
                raise TimeoutError(f"the function did not return within {timeout:g} seconds") from None
            raise NotStarted(f"another function blocked the event loop for {timeout:g} seconds") from None

    def close(self) -> None:
        """Stop the loop and cancel what still runs on it."""
        with self._guard:
            loop, thread, self._loop, self._thread = self._loop, self._thread, None, None
        if loop is not None and thread is not None:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(2.0)

    def _start_loop(self) -> asyncio.AbstractEventLoop:
        with self._guard:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = Thread(target=_run_loop, args=(self._loop,), name="listener loop", daemon=True)
                self._thread.start()
            return self._loop

    def _abandon(self, loop: asyncio.AbstractEventLoop) -> None:
        """Use another loop from now on. The blocked one ends when the function that blocks it returns."""
        with self._guard:
            if self._loop is not loop:  # another thread noticed it first
                return
            self._loop = self._thread = None
        _log.warning("an async listener blocks its event loop; a new loop takes over. Use a plain function instead")
        loop.call_soon_threadsafe(loop.stop)


class _Task:
    """Await an awaitable, unless it was withdrawn before it began."""

    def __init__(self, awaitable: Awaitable[Any]) -> None:
        self._awaitable = awaitable
        self._guard = ForkSafeLock()
        self._is_taken = False

    async def run(self) -> Any:
        return await self._awaitable if self._take() else None

    def withdraw(self) -> bool:
        """Keep the awaitable from beginning. Return whether that was possible."""
        if not self._take():
            return False
        if inspect.iscoroutine(self._awaitable):
            self._awaitable.close()
        return True

    def _take(self) -> bool:
        with self._guard:
            is_first, self._is_taken = not self._is_taken, True
        return is_first


def _is_responsive(loop: asyncio.AbstractEventLoop) -> bool:
    response = Event()
    try:
        loop.call_soon_threadsafe(response.set)
    except RuntimeError:  # it is closed
        return False
    return response.wait(_RESPONSE)


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
