"""Call functions that may refuse their input, for property tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zoom_component.client.request.values import InvalidValue


def call_or_message(function: Callable[..., Any], *arguments: Any) -> tuple[Any, str | None]:
    """Return the result of a function and None, or None and its message if it raises InvalidValue."""
    try:
        return function(*arguments), None
    except InvalidValue as error:
        return None, str(error)
