"""Build docs/events.md: every known event, by product."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby

from zoom_component.events.types.lookup import to_type_name
from zoom_component.tools.export.markdown import escape_prose, format_table, inline_code
from zoom_facts import EventSummary, list_event_summaries
from zoom_facts.events import REFERENCE_PRODUCT

__all__ = ["render_events_page"]

_TITLES = {"cobrowse_sdk": "Cobrowse SDK", "qss": "QSS", "rooms": "Zoom Rooms", "video_sdk": "Video SDK"}


def render_events_page(announced: Collection[str]) -> str:
    """Return the page. `announced` are the events that the sandbox sends by itself."""
    every = sorted(
        list_event_summaries(), key=lambda head: (head.product != REFERENCE_PRODUCT, head.product, head.name)
    )
    products = [(product, list(heads)) for product, heads in groupby(every, key=lambda head: head.product)]
    parts = [
        "# Events",
        "This page lists every known event of Zoom's webhooks, by product. `zoom-component events NAME` shows one "
        "event with its fields and a sample. [Events in code](events-in-code.md) explains how to parse, check and "
        "filter events. The receiver stores events that are not on this page too; they are reported as unknown.",
        "- **Schema**: whether Zoom publishes the schema of the event, or only its name is known.\n"
        "- **Sandbox**: whether the [sandbox](sandbox.md) sends the event when it happens there, or only by hand, with "
        "`zoom-component sandbox emit NAME`.\n"
        "- **Type**: the name of its type in `zoom_component.events`.",
        format_table(
            ["Product", "Events", "With schema", "Sent by the sandbox"],
            [_count_row(product, heads, announced) for product, heads in [*products, ("all", every)]],
        ),
    ]
    for product, heads in products:
        rows = [
            [
                inline_code(head.name),
                _schema(head),
                _describe_sender(head, announced),
                inline_code(to_type_name(head.name)),
            ]
            for head in heads
        ]
        parts += [f"## {_product_title(product)}", format_table(["Event", "Schema", "Sandbox", "Type"], rows)]
    return "\n\n".join(parts) + "\n"


def _count_row(product: str, heads: Sequence[EventSummary], announced: Collection[str]) -> list[str]:
    sent = sum(head.name in announced for head in heads)
    return [_product_title(product), str(len(heads)), str(sum(head.has_schema for head in heads)), str(sent)]


def _schema(head: EventSummary) -> str:
    return "known" if head.has_schema else "name only"


def _describe_sender(head: EventSummary, announced: Collection[str]) -> str:
    return "sends" if head.name in announced else "by hand"


def _product_title(product: str) -> str:
    return escape_prose(_TITLES.get(product, product.replace("_", " ").capitalize()))
