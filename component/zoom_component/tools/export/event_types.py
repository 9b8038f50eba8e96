"""Write the types of the known events for editors and mypy: one .pyi file for each product. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from zoom_component.events.types.lookup import to_type_name
from zoom_component.tools.export.typed_dicts import TypedDictBuilder, object_fields
from zoom_facts import EventDefinition, find_event, list_event_summaries

__all__ = ["EVENT_TYPES_FOLDER", "EVENT_TYPES_MARK", "build_event_types"]

EVENT_TYPES_FOLDER = "component/zoom_component/events/types"
EVENT_TYPES_MARK = "# Generated from triggers/events by `zoom-component spec docs`. Do not edit.\n"
_HEAD = """\
from typing import Any, Literal, NotRequired, TypedDict

from zoom_component.events.webhook import Event
"""


def build_event_types() -> dict[str, str]:
    """Return the text of every .pyi file by its path below the root."""
    products: dict[str, list[EventDefinition]] = {}
    for head in list_event_summaries():
        if (event := find_event(head.name)) is not None:
            products.setdefault(head.product, []).append(event)
    files = {f"{EVENT_TYPES_FOLDER}/_{product}.pyi": _product(events) for product, events in sorted(products.items())}
    return {f"{EVENT_TYPES_FOLDER}/__init__.pyi": _index(products), **files}


def _index(products: Mapping[str, list[EventDefinition]]) -> str:
    lines = [f"{EVENT_TYPES_MARK}\nfrom zoom_component.events.types.schema_drift import detect_drift as detect_drift"]
    for product, events in sorted(products.items()):
        names = sorted(to_type_name(event.name) for event in events)
        lines += [
            f"from zoom_component.events.types._{product} import (",
            *(f"    {name} as {name}," for name in names),
            ")",
        ]
    return "\n".join(lines) + "\n"


def _product(events: list[EventDefinition]) -> str:
    return "\n".join([f"{EVENT_TYPES_MARK}\n{_HEAD}", *("\n".join(_Types(event).lines()) + "\n" for event in events)])


class _Types:
    """Write the types of one event: those of its objects, the innermost first, and its own."""

    def __init__(self, event: EventDefinition) -> None:
        self._event = event
        self._name = to_type_name(event.name)
        self._types = TypedDictBuilder(self._name, inner=self._inner_name)

    def lines(self) -> Iterator[str]:
        """Yield the lines of the classes."""
        parts = dict(self._parts())
        for block in self._types.blocks:
            yield from block
            yield ""
        yield f"class {self._name}(Event):"
        yield f'    """`{self._event.name}`"""'
        for part, kind in parts.items():
            yield ""
            yield "    @property"
            yield f"    def {part}(self) -> {kind}: ..."

    def _inner_name(self, name: str, key: str) -> str:
        """Name the object of the payload after the event alone."""
        return f"{self._name}Object" if name.endswith("Payload") and key == "object" else name + to_type_name(key)

    def _parts(self) -> Iterator[tuple[str, str]]:
        """Yield the parts of the event with their types: `payload`, and the `object` in it."""
        payload = object_fields(self._event.schema).get("payload")
        if payload and object_fields(payload):
            yield "payload", self._types.type_of(payload, f"{self._name}Payload", "payload")
            inner = object_fields(payload).get("object")
            if inner and object_fields(inner):
                yield "object", self._types.type_of(inner, f"{self._name}Object", "object")
