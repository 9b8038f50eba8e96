"""The Zoom component: actions, triggers and connections as YAML, and the runtime that runs them.

Names are loaded when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

__version__ = "0.2.0"

# Not from typing: importing that costs a tenth of a listing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from zoom_component.client.calls import Plan, Result, SessionOptions
    from zoom_component.client.session import AsyncSession, Session
    from zoom_component.component import Component

__all__ = ["AsyncSession", "Component", "Plan", "Result", "Session", "SessionOptions", "__version__"]

_HOMES = {
    "AsyncSession": "client.session",
    "Component": "component",
    "SessionOptions": "client.calls",
    "Plan": "client.calls",
    "Result": "client.calls",
    "Session": "client.session",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
