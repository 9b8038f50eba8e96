"""The events that Zoom publishes, as types: `isinstance(event, MeetingStarted)`, and an editor knows its object.

    from zoom_component.events.types import MeetingStarted

    def on_event(event: Event) -> None:
        if isinstance(event, MeetingStarted):
            print(event.object["topic"])

This room joins events as they come with the facts about them; it knows no wire and keeps nothing. The types stand in
the .pyi files beside, which `zoom-component docs` writes; at run time a type is made when it is first asked for.
"""

from __future__ import annotations

# Not from typing: importing that costs a tenth of a listing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def __getattr__(name: str) -> Any:
    if name == "detect_drift":
        from zoom_component.events.types.schema_drift import detect_drift

        return detect_drift
    from zoom_component.events.types.lookup import find_event_type

    if (found := find_event_type(name)) is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return found


def __dir__() -> list[str]:
    from zoom_component.events.types.lookup import list_type_names

    return ["detect_drift", *list_type_names()]
