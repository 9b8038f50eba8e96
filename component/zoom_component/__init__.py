"""Provide a Zoom connector: actions, triggers and connections in YAML, and their runtime.

Public names are imported when first used, so that importing the package is fast.
"""

from __future__ import annotations

__version__ = "0.2.0"

# Not from typing, whose import takes a tenth of the time of `zoom-component list`.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from zoom_component.client.calls import Plan, Result, SessionOptions
    from zoom_component.client.session import AsyncSession, Session
    from zoom_component.component import Component

__all__ = ["AsyncSession", "Component", "Plan", "Result", "Session", "SessionOptions", "__version__"]

# The module of each public name.
_MODULES = {
    "AsyncSession": "client.session",
    "Component": "component",
    "SessionOptions": "client.calls",
    "Plan": "client.calls",
    "Result": "client.calls",
    "Session": "client.session",
}


def __getattr__(name: str) -> Any:
    """Import a public name."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
