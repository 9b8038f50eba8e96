"""`triggers`: what triggers there are; one of them with its settings, what its events hold, and an example to copy."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import Any

from zoom_component.cli.console import Console
from zoom_component.cli.options import add_json_option, add_specs_option, find_spec_folders
from zoom_component.cli.show import build_input_rows, serialize_input
from zoom_component.cli.table import format_table, wrap_text
from zoom_component.events.polling.config import find_trigger
from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.spec import ActionSpec, TriggerSpec
from zoom_component.tools.export.triggers_page import format_poll_command

DESCRIPTION = "Lists the triggers. With a KEY: its settings, what its events hold, scopes, and a command line to copy."
EXAMPLES = ("zoom-component triggers", "zoom-component triggers newMeetingCreated", "zoom-component triggers --json")


def options(parser: ArgumentParser) -> None:
    parser.add_argument("key", nargs="?", metavar="KEY", help="the trigger's key, or its slug in the toolkit catalogue")
    add_specs_option(parser)
    add_json_option(parser)


def command(args: Namespace, screen: Console) -> int:
    catalogue = Catalogue(*find_spec_folders(args))
    if args.key is None:
        return _print_list([catalogue.trigger(key) for key in catalogue.trigger_keys()], screen)
    trigger = find_trigger(catalogue, args.key)
    action = catalogue.action(trigger.poll.action) if trigger.poll else None
    if screen.as_json:
        screen.print_json(serialize_trigger(trigger, action))
        return 0
    for line in _format_page(trigger, action, screen):
        screen.print(line)
    return 0


def serialize_trigger(trigger: TriggerSpec, action: ActionSpec | None) -> dict[str, Any]:
    """The trigger as JSON; `action` is what it polls."""
    known: dict[str, Any] = {
        "key": trigger.key,
        "slug": trigger.slug,
        "label": trigger.label,
        "description": trigger.description,
        "kind": _describe_kind(trigger),
        "inputs": [serialize_input(spec) for spec in trigger.inputs.values()],
        "branches": list(trigger.branches),
        "payload": [{"name": name, **field._asdict()} for name, field in trigger.payload.items()],
        "notes": trigger.notes,
    }
    if trigger.poll is None or action is None:
        return known
    return {
        **known,
        "event": f"poll.{trigger.key}",
        "event_types": [each.event for each in trigger.poll.types],
        "action": action.key,
        "ignored": list(trigger.poll.snapshot.ignore) if trigger.poll.snapshot else [],
        "scopes": list(action.scopes),
        "granular_scopes": list(action.granular_scopes),
        "rate_limit": action.rate_limit,
        "plan": action.plan,
        "command": format_poll_command(trigger, width=0),
    }


def _print_list(triggers: list[TriggerSpec], screen: Console) -> int:
    if screen.as_json:
        rows = [(each.key, each.label, each.description, each.slug, _describe_kind(each)) for each in triggers]
        screen.print_json(
            [dict(zip(("key", "label", "description", "slug", "kind"), row, strict=True)) for row in rows]
        )
        return 0
    for line in format_table(
        [(each.key, _describe_kind(each), each.description) for each in triggers], screen.width, indent=0
    ):
        screen.print(line)
    return 0


def _describe_kind(trigger: TriggerSpec) -> str:
    return "webhook" if trigger.poll is None else "poll"


def _format_page(trigger: TriggerSpec, action: ActionSpec | None, screen: Console) -> Iterator[str]:
    width = screen.width
    yield f"{screen.bold(trigger.key)}  {trigger.label}"
    yield from wrap_text(trigger.description, width)
    yield ""
    yield from format_table(list(_list_facts(trigger, action)), width)
    if trigger.notes:
        yield ""
        yield from wrap_text(trigger.notes, width)
    yield ""
    yield screen.bold("Settings")
    yield from format_table(build_input_rows(list(trigger.inputs.values())), width)
    if trigger.payload:
        yield ""
        yield screen.bold("An event holds")
        rows = [
            (name, f"{field.type}{', always' if field.required else ''}", field.comments or "")
            for name, field in trigger.payload.items()
        ]
        yield from format_table(rows, width)
    if action is not None:
        yield ""
        yield screen.bold("Example")
        yield f"  {format_poll_command(trigger, width=0)}"


def _list_facts(trigger: TriggerSpec, action: ActionSpec | None) -> Iterator[tuple[str, str]]:
    yield "kind", _describe_kind(trigger)
    if trigger.branches:
        yield "branches", ", ".join(trigger.branches)
    if trigger.slug:
        yield "in the catalogue", trigger.slug
    if trigger.poll is None or action is None:
        return
    yield "polls", action.key
    yield "event", f"poll.{trigger.key}"
    if trigger.poll.types:
        yield "event types", ", ".join(each.event for each in trigger.poll.types)
    if trigger.poll.snapshot and trigger.poll.snapshot.ignore:
        yield "never counts", ", ".join(trigger.poll.snapshot.ignore)
    if action.scopes:
        yield "scopes", "one of " + ", ".join(action.scopes)
    if action.granular_scopes:
        yield "granular scopes", "one of " + ", ".join(action.granular_scopes)
    if action.plan:
        yield "plan", action.plan
