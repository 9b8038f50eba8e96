"""The types of the known events, made when they are asked for."""

from __future__ import annotations

import re
from functools import cache
from typing import cast

from zoom_component.events.webhook import Event
from zoom_facts import list_event_names

__all__ = ["find_event_type", "list_type_names", "to_type_name"]


class _ByName(type):
    """Makes `isinstance` go by an event's name: whatever came under that name is of the type."""

    event_name = ""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, Event) and instance.name == cls.event_name


def to_type_name(event: str) -> str:
    """What the type of an event is called: MeetingStarted for `meeting.started`."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^0-9A-Za-z]+", event))


def list_type_names() -> list[str]:
    """What every type is called."""
    return list(_events())


@cache
def find_event_type(name: str) -> type[Event] | None:
    """The type of that name; None where no event has it."""
    event = _events().get(name)
    if event is None:
        return None
    words = {"__doc__": f"`{event}`", "__module__": "zoom_component.events.types", "event_name": event}
    return cast("type[Event]", _ByName(name, (Event,), words))


@cache
def _events() -> dict[str, str]:
    return {to_type_name(name): name for name in list_event_names()}
