"""Offer every action as a method that editors and mypy know: `zoom.create_meeting(user_id="me", topic="Daily")`.

    from zoom_component import Component
    from zoom_component.client.typed import Typed

    with Component.load().connect() as session:
        zoom = Typed(session)
        meeting = zoom.create_meeting(user_id="me", topic="Daily")
        for user in zoom.stream.list_users(status="active"):
            print(user["email"])

This package renames the calls of a session and decides nothing. At run time the methods follow the catalogue, including
further spec folders. The generated .pyi files in this folder describe the methods to tools.
"""

from __future__ import annotations

# Not from typing: importing it takes a tenth of the time of `list`.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_CLASSES = ("AsyncTyped", "Typed")


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name in _CLASSES:
        return getattr(import_module(f"{__name__}.methods"), name)
    from zoom_component.client.typed.names import list_type_names

    if name in list_type_names():
        return dict[str, object]  # the type at run time, so that a program may import the name
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    from zoom_component.client.typed.names import list_type_names

    return [*_CLASSES, *list_type_names()]
