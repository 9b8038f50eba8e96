"""docs/events.md: every event by product, with what is known of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby

from zoom_component.events.types.known import type_name
from zoom_component.tools.export.markdown import code, prose, table
from zoom_facts import Head, event_heads
from zoom_facts.events import REFERENCE

__all__ = ["events_page"]


def events_page(announced: Collection[str]) -> str:
    """The page. `announced` are the events that the embedded Zoom announces by itself; export knows no sandbox."""
    every = sorted(event_heads(), key=lambda head: (head.product != REFERENCE, head.product, head.name))
    products = [(product, list(heads)) for product, heads in groupby(every, key=lambda head: head.product)]
    parts = [
        "# Events",
        "Every event that is known, by product: whether Zoom publishes a schema for it, whether the embedded Zoom "
        "announces it when something happens there (any can be sent by hand), and its type in "
        "`zoom_component.events.types`. `zoom-component events NAME` shows one with its fields and a sample. "
        "[Reading events](reading-events.md) tells how to read, filter and check them; an event that is not here "
        "passes too, and is marked as unknown.",
        table(
            ["Product", "Events", "With schema", "Announced"],
            [_sums(product, heads, announced) for product, heads in [*products, ("all", every)]],
        ),
    ]
    for product, heads in products:
        rows = [
            [code(head.name), _schema(head), _announced(head, announced), code(type_name(head.name))] for head in heads
        ]
        parts += [f"## {_words(product)}", table(["Event", "Schema", "Embedded Zoom", "Type"], rows)]
    return "\n\n".join(parts) + "\n"


def _sums(product: str, heads: Sequence[Head], announced: Collection[str]) -> list[str]:
    told = sum(head.name in announced for head in heads)
    return [_words(product), str(len(heads)), str(sum(head.schema for head in heads)), str(told)]


def _schema(head: Head) -> str:
    return "known" if head.schema else "name only"


def _announced(head: Head, announced: Collection[str]) -> str:
    return "announces" if head.name in announced else "by hand"


def _words(product: str) -> str:
    return prose(product.replace("_", " ").capitalize())
