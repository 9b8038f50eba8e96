"""`events`: the events that are known, and everything about one of them."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from zoom_component.cli.console import Console
from zoom_component.cli.options import add_json_option
from zoom_component.cli.table import format_table, measure_columns
from zoom_component.errors import InputError, Problem
from zoom_component.events.webhook import matches_patterns
from zoom_component.events.webhook.schema_paths import iter_alternatives
from zoom_component.spec.diagnostics import suggest
from zoom_facts import EventDefinition, EventSummary, find_event, list_event_names, list_event_summaries

DESCRIPTION = (
    "Lists the events of Zoom's webhooks, or shows one with its fields, Zoom's sample and the command that sends it. "
    "NAME may be a pattern such as 'meeting.*'; several narrow down together, and !PATTERN leaves out."
)
EXAMPLES = (
    "zoom-component events meeting.started",
    "zoom-component events 'meeting.*' '!meeting.participant_*'",
    "zoom-component events --product phone --json",
)


def options(parser: ArgumentParser) -> None:
    parser.add_argument("name", nargs="*", metavar="NAME", help="an event, or patterns of names")
    parser.add_argument("--product", metavar="P", help="only this product, such as meetings")
    add_json_option(parser)


def command(args: Namespace, screen: Console) -> int:
    from zoom_sandbox.coverage import published_events

    heads = list_event_summaries()
    _check_product(args.product, heads)
    if len(args.name) == 1 and not _is_pattern(args.name[0]):
        return _print_event(_require_event(args.name[0]), screen, published_events())
    if unknown := [name for name in args.name if not _is_pattern(name) and name not in list_event_names()]:
        raise InputError([_unknown_event(name) for name in unknown])
    found = [head for head in heads if args.product in (None, head.product) and matches_patterns(head.name, args.name)]
    _print_list(found, screen, published_events())
    return 0


def _is_pattern(name: str) -> bool:
    return name.startswith("!") or "*" in name or "?" in name


def _require_event(name: str) -> EventDefinition:
    if (event := find_event(name)) is None:
        raise InputError([_unknown_event(name)])
    return event


def _unknown_event(name: str) -> Problem:
    told = suggest(name, list_event_names(), limit=0)
    near = told if told.startswith("did") else "`zoom-component events` lists them, 'meeting.*' those of a family"
    return Problem("NAME", f"there is no event {name!r}; {near}")


def _check_product(wanted: str | None, heads: Collection[EventSummary]) -> None:
    known = sorted({head.product for head in heads})
    if wanted is not None and wanted not in known:
        raise InputError([Problem("--product", f"there is no product {wanted!r}; {suggest(wanted, known)}")])


def _print_list(heads: list[EventSummary], screen: Console, announced: Collection[str]) -> None:
    if screen.as_json:
        screen.print_json([_serialize_head(head, announced) for head in heads])
        return
    by_product: dict[str, list[tuple[str, str, str]]] = {}
    for head in heads:
        cells = (head.name, "schema" if head.has_schema else "name only", "announced" if head.name in announced else "")
        by_product.setdefault(head.product, []).append(cells)
    wide = measure_columns([cells for rows in by_product.values() for cells in rows]) if heads else []
    for product, rows in sorted(by_product.items()):
        screen.print(screen.bold(product))
        for line in format_table(rows, screen.width, column_widths=wide):
            screen.print(line)
    if not heads:
        screen.report("No event fits. `zoom-component events` lists them all.")


def _serialize_head(head: EventSummary, announced: Collection[str]) -> dict[str, Any]:
    return {"event": head.name, "product": head.product, "schema": head.has_schema, "announced": head.name in announced}


def _print_event(event: EventDefinition, screen: Console, announced: Collection[str]) -> int:
    from zoom_component.events.types.lookup import to_type_name

    head, send = EventSummary(event.name, event.product, event.schema is not None), _build_send_command(event.name)
    if screen.as_json:
        more = {"type": to_type_name(event.name), "json_schema": event.schema, "sample": event.sample, "command": send}
        screen.print_json({**_serialize_head(head, announced), **more})
        return 0
    told = "announces it when that happens" if event.name in announced else "sends it by hand only"
    facts = [
        ("product", event.product),
        ("embedded Zoom", told),
        ("type", f"zoom_component.events.types.{to_type_name(event.name)}"),
    ]
    if not head.has_schema:
        facts.append(("schema", "Zoom publishes none: the name alone is known"))
    screen.print(screen.bold(event.name))
    for line in format_table(facts, screen.width):
        screen.print(line)
    if event.schema is not None:
        _print_section(screen, "Fields", format_table([*_list_fields(event.schema)], screen.width))
    if event.sample is not None:
        _print_section(screen, "Sample", screen.encode_json(event.sample, indent=2).splitlines())
    _print_section(screen, "Send it", [f"  {send}"])
    return 0


def _print_section(screen: Console, title: str, lines: Collection[str] | Iterator[str]) -> None:
    screen.print("")
    screen.print(screen.bold(title))
    for line in lines:
        screen.print(line)


def _build_send_command(name: str) -> str:
    return f"zoom-component sandbox emit {name} --webhook URL --webhook-secret SECRET"


def _list_fields(schema: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str, str]]:
    """A row for each field: its path, its type, and what may stand there. The items of a list are at `*`."""
    for way in iter_alternatives(schema):
        if "items" in way:
            yield from _list_fields(way["items"], f"{before}*.")
        required = way.get("required", ())
        for name, part in (way.get("properties") or {}).items():
            if isinstance(part, Mapping):
                told = [
                    _describe_type(part),
                    "required" if name in required else "",
                    "deprecated" if part.get("deprecated") else "",
                ]
                yield f"{before}{name}", ", ".join(filter(None, told)), _describe_values(part)
                yield from _list_fields(part, f"{before}{name}.")


def _describe_type(part: Mapping[str, Any]) -> str:
    kinds = dict.fromkeys(each for way in iter_alternatives(part) for each in _as_list(way.get("type")))
    inner = (part.get("items") or {}).get("type", "anything") if "array" in kinds else ""
    return f"list of {inner}" if inner else " or ".join(kinds) or "anything"


def _as_list(kind: Any) -> list[str]:
    return kind if isinstance(kind, list) else [kind] if kind else []


def _describe_values(part: Mapping[str, Any]) -> str:
    inner = part["items"] if isinstance(part.get("items"), Mapping) else part
    if enum := inner.get("enum"):
        labels = inner.get("x-enum-labels") or [""] * len(enum)
        return "one of " + ", ".join(map(_describe_choice, enum, labels))
    form = next((way["format"] for way in iter_alternatives(inner) if "format" in way), "")
    return "" if form.startswith("int") else form


def _describe_choice(value: Any, label: str) -> str:
    text = value if isinstance(value, str) and value else json.dumps(value)
    return f"{text} ({label})" if label else text
