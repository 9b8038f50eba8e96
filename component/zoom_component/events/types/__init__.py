"""Provide each event that Zoom publishes as a type: `isinstance(event, MeetingStarted)`, with a typed object.

    from zoom_component.events import Event, MeetingStarted

    def handle(event: Event) -> None:
        if isinstance(event, MeetingStarted):
            print(event.object["topic"])

A type is created when it is first used. Editors and mypy read the types from the generated .pyi files of this package.
"""

from __future__ import annotations

# Not imported from typing, because that import would slow down the command line.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def __getattr__(name: str) -> Any:
    if name == "detect_drift":
        from zoom_component.events.types.schema_drift import detect_drift

        return detect_drift
    from zoom_component.events.types.lookup import find_event_type

    if (event_type := find_event_type(name)) is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return event_type


def __dir__() -> list[str]:
    from zoom_component.events.types.lookup import list_type_names

    return ["detect_drift", *list_type_names()]
