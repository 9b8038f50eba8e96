"""docs/events.md: every event by product, with what is known of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby

from zoom_component.events.types.lookup import to_type_name
from zoom_component.tools.export.markdown import escape_prose, format_table, inline_code
from zoom_facts import EventSummary, list_event_summaries
from zoom_facts.events import REFERENCE_PRODUCT

__all__ = ["render_events_page"]


def render_events_page(announced: Collection[str]) -> str:
    """The page. `announced` are the events that the embedded Zoom announces by itself; export knows no sandbox."""
    every = sorted(
        list_event_summaries(), key=lambda head: (head.product != REFERENCE_PRODUCT, head.product, head.name)
    )
    products = [(product, list(heads)) for product, heads in groupby(every, key=lambda head: head.product)]
    parts = [
        "# Events",
        "Every event that is known, by product: whether Zoom publishes a schema for it, whether the embedded Zoom "
        "announces it when something happens there (any can be sent by hand), and its type in "
        "`zoom_component.events.types`. `zoom-component events NAME` shows one with its fields and a sample. "
        "[Reading events](reading-events.md) tells how to read, filter and check them; an event that is not here "
        "passes too, and is marked as unknown.",
        format_table(
            ["Product", "Events", "With schema", "Announced"],
            [_sums(product, heads, announced) for product, heads in [*products, ("all", every)]],
        ),
    ]
    for product, heads in products:
        rows = [
            [inline_code(head.name), _schema(head), _announced(head, announced), inline_code(to_type_name(head.name))]
            for head in heads
        ]
        parts += [f"## {_words(product)}", format_table(["Event", "Schema", "Embedded Zoom", "Type"], rows)]
    return "\n\n".join(parts) + "\n"


def _sums(product: str, heads: Sequence[EventSummary], announced: Collection[str]) -> list[str]:
    told = sum(head.name in announced for head in heads)
    return [_words(product), str(len(heads)), str(sum(head.has_schema for head in heads)), str(told)]


def _schema(head: EventSummary) -> str:
    return "known" if head.has_schema else "name only"


def _announced(head: EventSummary, announced: Collection[str]) -> str:
    return "announces" if head.name in announced else "by hand"


def _words(product: str) -> str:
    return escape_prose(product.replace("_", " ").capitalize())
