"""List the known webhook events, or show one of them."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from zoom_component.cli.console import Console, quote
from zoom_component.cli.parser import add_json_option
from zoom_component.cli.table import format_table, measure_columns
from zoom_component.errors import InputError, Problem
from zoom_component.events.webhook import matches_patterns
from zoom_component.events.webhook.schema_paths import iter_alternatives
from zoom_component.spec.diagnostics import suggest
from zoom_facts import EventDefinition, EventSummary, find_event, list_event_names, list_event_summaries

DESCRIPTION = (
    "List the events of Zoom's webhooks, or show one with its fields, the sample of Zoom and the command that sends "
    "it. NAME may be a pattern such as 'meeting.*'; an event has to match all of them, and !PATTERN excludes."
)
EXAMPLES = (
    "zoom-component events meeting.started",
    "zoom-component events 'meeting.*' '!meeting.participant_*'",
    "zoom-component events --product phone --json",
)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "name", nargs="*", metavar="NAME", help="show this event, or list those that match the patterns"
    )
    parser.add_argument("--product", metavar="P", help="list this product, such as meetings")
    add_json_option(parser)


def run(args: Namespace, console: Console) -> int:
    from zoom_sandbox.coverage import published_events

    summaries = list_event_summaries()
    _check_product(args.product, summaries)
    if len(args.name) == 1 and not _is_pattern(args.name[0]):
        return _print_event(_require_event(args.name[0]), console, published_events())
    if unknown := [name for name in args.name if not _is_pattern(name) and name not in list_event_names()]:
        raise InputError([_unknown_event(name) for name in unknown])
    of_product = [summary for summary in summaries if args.product in (None, summary.product)]
    selected = [summary for summary in of_product if matches_patterns(summary.name, args.name)]
    _print_list(selected, console, published_events())
    return 0


def _is_pattern(name: str) -> bool:
    return name.startswith("!") or "*" in name or "?" in name


def _require_event(name: str) -> EventDefinition:
    if (event := find_event(name)) is None:
        raise InputError([_unknown_event(name)])
    return event


def _unknown_event(name: str) -> Problem:
    hint = suggest(name, list_event_names(), limit=0)
    if not hint.startswith("did"):
        hint = "`zoom-component events` lists all, `zoom-component events 'meeting.*'` a group"
    return Problem("NAME", f"unknown event {quote(name)}; {hint}")


def _check_product(product: str | None, summaries: Collection[EventSummary]) -> None:
    known = sorted({summary.product for summary in summaries})
    if product is not None and product not in known:
        raise InputError([Problem("--product", f"unknown product {quote(product)}; {suggest(product, known)}")])


def _print_list(summaries: list[EventSummary], console: Console, published: Collection[str]) -> None:
    if console.as_json:
        console.print_json([_serialize_summary(summary, published) for summary in summaries])
        return
    by_product: dict[str, list[tuple[str, str, str]]] = {}
    for summary in summaries:
        cells = (
            summary.name,
            "schema" if summary.has_schema else "name only",
            "sent by the sandbox" if summary.name in published else "",
        )
        by_product.setdefault(summary.product, []).append(cells)
    column_widths = measure_columns([cells for rows in by_product.values() for cells in rows]) if summaries else []
    for product, rows in sorted(by_product.items()):
        console.print(console.bold(product))
        for line in format_table(rows, console.width, column_widths=column_widths):
            console.print(line)
    if not summaries:
        console.report("No event matches. `zoom-component events` lists all of them.")


def _serialize_summary(summary: EventSummary, published: Collection[str]) -> dict[str, Any]:
    return {
        "event": summary.name,
        "product": summary.product,
        "schema": summary.has_schema,
        "sent_by_sandbox": summary.name in published,
    }


def _print_event(event: EventDefinition, console: Console, published: Collection[str]) -> int:
    from zoom_component.events.types.lookup import to_type_name

    summary, command = (
        EventSummary(event.name, event.product, event.schema is not None),
        _build_send_command(event.name),
    )
    if console.as_json:
        more = {
            "type": to_type_name(event.name),
            "json_schema": event.schema,
            "sample": event.sample,
            "command": command,
        }
        console.print_json({**_serialize_summary(summary, published), **more})
        return 0
    description = "sent when it happens" if event.name in published else "sent only by `sandbox emit`"
    facts = [
        ("product", event.product),
        ("sandbox", description),
        ("type", f"zoom_component.events.types.{to_type_name(event.name)}"),
    ]
    if not summary.has_schema:
        facts.append(("schema", "Zoom publishes none; only the name is known"))
    console.print(console.bold(event.name))
    for line in format_table(facts, console.width):
        console.print(line)
    if event.schema is not None:
        _print_section(console, "Fields", format_table([*_list_fields(event.schema)], console.width))
    if event.sample is not None:
        _print_section(console, "Sample", console.encode_json(event.sample, indent=2).splitlines())
    _print_section(console, "Command", [f"  {command}"])
    return 0


def _print_section(console: Console, title: str, lines: Collection[str] | Iterator[str]) -> None:
    console.print("")
    console.print(console.bold(title))
    for line in lines:
        console.print(line)


def _build_send_command(name: str) -> str:
    # The secret that signs the event comes from ZOOM_WEBHOOK_SECRET: arguments are visible to others.
    return f"zoom-component sandbox emit {name} --webhook URL"


def _list_fields(schema: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield a row for each field: its path, its type and its values. `*` stands for the items of a list."""
    for alternative in iter_alternatives(schema):
        if "items" in alternative:
            yield from _list_fields(alternative["items"], f"{prefix}*.")
        required = alternative.get("required", ())
        for name, field in (alternative.get("properties") or {}).items():
            if isinstance(field, Mapping):
                description = [
                    _describe_type(field),
                    "required" if name in required else "",
                    "deprecated" if field.get("deprecated") else "",
                ]
                yield f"{prefix}{name}", ", ".join(filter(None, description)), _describe_values(field)
                yield from _list_fields(field, f"{prefix}{name}.")


def _describe_type(field: Mapping[str, Any]) -> str:
    types = dict.fromkeys(
        name for alternative in iter_alternatives(field) for name in _as_list(alternative.get("type"))
    )
    item = (field.get("items") or {}).get("type", "anything") if "array" in types else ""
    return f"list of {item}" if item else " or ".join(types) or "anything"


def _as_list(type_name: Any) -> list[str]:
    return type_name if isinstance(type_name, list) else [type_name] if type_name else []


def _describe_values(field: Mapping[str, Any]) -> str:
    item = field["items"] if isinstance(field.get("items"), Mapping) else field
    if enum := item.get("enum"):
        labels = item.get("x-enum-labels") or [""] * len(enum)
        return "one of " + ", ".join(map(_describe_choice, enum, labels))
    format_name = next(
        (alternative["format"] for alternative in iter_alternatives(item) if "format" in alternative), ""
    )
    return "" if format_name.startswith("int") else format_name


def _describe_choice(value: Any, label: str) -> str:
    text = value if isinstance(value, str) and value else json.dumps(value, allow_nan=False)
    return f"{text} ({label})" if label else text
