"""Run Python functions, plain or `async`, as event handlers."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from zoom_component.events.listeners.coroutines import CoroutineRunner
from zoom_component.events.listeners.listener import Delivery

__all__ = ["FunctionHandler", "NotCallableError", "import_function"]


class NotCallableError(ValueError):
    """Report a name that does not lead to a callable."""


class FunctionHandler:
    """Call a function with the Event and, if it accepts two arguments, the Delivery.

    An awaitable result is awaited on a separate event loop and cancelled at the timeout; if it never began because
    another function blocked that loop, NotStarted is raised. A plain function cannot be
    stopped from outside: run code that may hang as a command instead.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._takes_delivery = _accepts_two_arguments(function)
        self._runner = CoroutineRunner()

    def handle(self, delivery: Delivery, timeout: float) -> None:
        """Call the function, and await its result if that is awaitable."""
        arguments = (delivery.event, delivery) if self._takes_delivery else (delivery.event,)
        result = self._function(*arguments)
        if inspect.isawaitable(result):
            self._runner.run(result, timeout)

    def close(self) -> None:
        """Stop the event loop and cancel what still runs on it."""
        self._runner.close()

    def list_secrets(self) -> Iterable[str]:
        """Return no secrets: a function's are unknown."""
        return ()


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
