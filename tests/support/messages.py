"""For properties over inputs that may be refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zoom_component.client.request.values import InvalidValue


def call_or_message(function: Callable[..., Any], *arguments: Any) -> tuple[Any, str | None]:
    """What a function gives, or the sentence that it refuses with; any other exception fails the test."""
    try:
        return function(*arguments), None
    except InvalidValue as mismatch:
        return None, str(mismatch)
