"""`events`: the events that are known, and everything about one of them."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from zoom_component.cli.options import add_json
from zoom_component.cli.screen import Screen
from zoom_component.cli.table import table, widths
from zoom_component.errors import InputError, Problem
from zoom_component.events.webhook import fits
from zoom_component.events.webhook.paths import ways
from zoom_component.spec.faults import suggest
from zoom_facts import Event, Head, event_heads, event_names, find_event

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
    add_json(parser)


def command(args: Namespace, screen: Screen) -> int:
    from zoom_sandbox.coverage import announced

    heads = event_heads()
    _known_product(args.product, heads)
    if len(args.name) == 1 and not _is_pattern(args.name[0]):
        return _show(_found(args.name[0]), screen, announced())
    if unknown := [name for name in args.name if not _is_pattern(name) and name not in event_names()]:
        raise InputError([_unknown(name) for name in unknown])
    found = [head for head in heads if args.product in (None, head.product) and fits(head.name, args.name)]
    _list(found, screen, announced())
    return 0


def _is_pattern(name: str) -> bool:
    return name.startswith("!") or "*" in name or "?" in name


def _found(name: str) -> Event:
    if (event := find_event(name)) is None:
        raise InputError([_unknown(name)])
    return event


def _unknown(name: str) -> Problem:
    told = suggest(name, event_names(), most=0)
    near = told if told.startswith("did") else "`zoom-component events` lists them, 'meeting.*' those of a family"
    return Problem("NAME", f"there is no event {name!r}; {near}")


def _known_product(wanted: str | None, heads: Collection[Head]) -> None:
    known = sorted({head.product for head in heads})
    if wanted is not None and wanted not in known:
        raise InputError([Problem("--product", f"there is no product {wanted!r}; {suggest(wanted, known)}")])


def _list(heads: list[Head], screen: Screen, announced: Collection[str]) -> None:
    if screen.as_json:
        screen.json([_row(head, announced) for head in heads])
        return
    by_product: dict[str, list[tuple[str, str, str]]] = {}
    for head in heads:
        cells = (head.name, "schema" if head.schema else "name only", "announced" if head.name in announced else "")
        by_product.setdefault(head.product, []).append(cells)
    wide = widths([cells for rows in by_product.values() for cells in rows]) if heads else []
    for product, rows in sorted(by_product.items()):
        screen.text(screen.bold(product))
        for line in table(rows, screen.width, wide=wide):
            screen.text(line)
    if not heads:
        screen.say("No event fits. `zoom-component events` lists them all.")


def _row(head: Head, announced: Collection[str]) -> dict[str, Any]:
    return {"event": head.name, "product": head.product, "schema": head.schema, "announced": head.name in announced}


def _show(event: Event, screen: Screen, announced: Collection[str]) -> int:
    from zoom_component.events.types.known import type_name

    head, send = Head(event.name, event.product, event.schema is not None), _send(event.name)
    if screen.as_json:
        more = {"type": type_name(event.name), "json_schema": event.schema, "sample": event.sample, "command": send}
        screen.json({**_row(head, announced), **more})
        return 0
    told = "announces it when that happens" if event.name in announced else "sends it by hand only"
    facts = [
        ("product", event.product),
        ("embedded Zoom", told),
        ("type", f"zoom_component.events.types.{type_name(event.name)}"),
    ]
    if not head.schema:
        facts.append(("schema", "Zoom publishes none: the name alone is known"))
    screen.text(screen.bold(event.name))
    for line in table(facts, screen.width):
        screen.text(line)
    if event.schema is not None:
        _section(screen, "Fields", table([*_fields(event.schema)], screen.width))
    if event.sample is not None:
        _section(screen, "Sample", screen.encode(event.sample, indent=2).splitlines())
    _section(screen, "Send it", [f"  {send}"])
    return 0


def _section(screen: Screen, title: str, lines: Collection[str] | Iterator[str]) -> None:
    screen.text("")
    screen.text(screen.bold(title))
    for line in lines:
        screen.text(line)


def _send(name: str) -> str:
    return f"zoom-component sandbox emit {name} --webhook URL --webhook-secret SECRET"


def _fields(schema: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str, str]]:
    """A row for each field: its path, its type, and what may stand there. The items of a list are at `*`."""
    for way in ways(schema):
        if "items" in way:
            yield from _fields(way["items"], f"{before}*.")
        required = way.get("required", ())
        for name, part in (way.get("properties") or {}).items():
            if isinstance(part, Mapping):
                told = [
                    _kind(part),
                    "required" if name in required else "",
                    "deprecated" if part.get("deprecated") else "",
                ]
                yield f"{before}{name}", ", ".join(filter(None, told)), _accepted(part)
                yield from _fields(part, f"{before}{name}.")


def _kind(part: Mapping[str, Any]) -> str:
    kinds = dict.fromkeys(each for way in ways(part) for each in _listed(way.get("type")))
    inner = (part.get("items") or {}).get("type", "anything") if "array" in kinds else ""
    return f"list of {inner}" if inner else " or ".join(kinds) or "anything"


def _listed(kind: Any) -> list[str]:
    return kind if isinstance(kind, list) else [kind] if kind else []


def _accepted(part: Mapping[str, Any]) -> str:
    inner = part["items"] if isinstance(part.get("items"), Mapping) else part
    if enum := inner.get("enum"):
        labels = inner.get("x-enum-labels") or [""] * len(enum)
        return "one of " + ", ".join(map(_choice, enum, labels))
    form = next((way["format"] for way in ways(inner) if "format" in way), "")
    return "" if form.startswith("int") else form


def _choice(value: Any, label: str) -> str:
    text = value if isinstance(value, str) and value else json.dumps(value)
    return f"{text} ({label})" if label else text
