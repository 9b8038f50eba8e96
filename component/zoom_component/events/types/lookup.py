"""Create the type of a known event when it is first used."""

from __future__ import annotations

import re
from functools import cache
from typing import cast

from zoom_component.events.webhook import Event
from zoom_facts import list_event_names

__all__ = ["find_event_type", "list_type_names", "to_type_name"]


class _EventTypeMeta(type):
    """Let `isinstance` compare the name of the event, because events are parsed as plain `Event`s."""

    event_name = ""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, Event) and instance.name == cls.event_name


def to_type_name(event_name: str) -> str:
    """Return the name of an event's type: MeetingStarted for `meeting.started`."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^0-9A-Za-z]+", event_name))


def list_type_names() -> list[str]:
    """Return the names of all types."""
    return list(_event_names_by_type())


@cache
def find_event_type(name: str) -> type[Event] | None:
    """Return the type with this name; None when no event has it."""
    event_name = _event_names_by_type().get(name)
    if event_name is None:
        return None
    namespace = {"__doc__": f"`{event_name}`", "__module__": "zoom_component.events.types", "event_name": event_name}
    return cast("type[Event]", _EventTypeMeta(name, (Event,), namespace))


@cache
def _event_names_by_type() -> dict[str, str]:
    return {to_type_name(name): name for name in list_event_names()}
