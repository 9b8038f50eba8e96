"""List the triggers, or show one with its settings and payload."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from typing import Any

from zoom_component.cli.arguments import find_spec_folders
from zoom_component.cli.console import Console
from zoom_component.cli.parser import add_json_option, add_specs_option
from zoom_component.cli.show import build_input_rows, serialize_input
from zoom_component.cli.table import format_table, wrap_text
from zoom_component.events.polling.config import find_trigger
from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.spec import ActionSpec, TriggerSpec
from zoom_component.tools.export.triggers_page import format_poll_command

DESCRIPTION = "List the triggers. With a KEY: its inputs, payload, scopes, and an example command."
EXAMPLES = ("zoom-component triggers", "zoom-component triggers newMeetingCreated", "zoom-component triggers --json")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("key", nargs="?", metavar="KEY", help="the key or slug of the trigger")
    add_specs_option(parser)
    add_json_option(parser)


def run(args: Namespace, console: Console) -> int:
    catalogue = Catalogue(*find_spec_folders(args))
    if args.key is None:
        return _print_list([catalogue.trigger(key) for key in catalogue.trigger_keys()], console)
    trigger = find_trigger(catalogue, args.key)
    action = catalogue.action(trigger.poll.action) if trigger.poll else None
    if console.as_json:
        console.print_json(serialize_trigger(trigger, action))
        return 0
    for line in _format_page(trigger, action, console):
        console.print(line)
    return 0


def serialize_trigger(trigger: TriggerSpec, action: ActionSpec | None) -> dict[str, Any]:
    """Return the trigger as a JSON object; `action` is the action that it polls."""
    fields: dict[str, Any] = {
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
        return fields
    return {
        **fields,
        "event": f"poll.{trigger.key}",
        "event_types": [trigger.event for trigger in trigger.poll.types],
        "action": action.key,
        "ignored": list(trigger.poll.snapshot.ignore) if trigger.poll.snapshot else [],
        "scopes": list(action.scopes),
        "granular_scopes": list(action.granular_scopes),
        "rate_limit": action.rate_limit,
        "plan": action.plan,
        "command": format_poll_command(trigger, width=0),
    }


def _print_list(triggers: list[TriggerSpec], console: Console) -> int:
    if console.as_json:
        fields = ("key", "label", "description", "slug")
        rows = [{field: getattr(trigger, field) for field in fields} for trigger in triggers]
        console.print_json(
            [{**row, "kind": _describe_kind(trigger)} for row, trigger in zip(rows, triggers, strict=True)]
        )
        return 0
    for line in format_table(
        [(trigger.key, _describe_kind(trigger), trigger.description) for trigger in triggers], console.width, indent=0
    ):
        console.print(line)
    return 0


def _describe_kind(trigger: TriggerSpec) -> str:
    return "webhook" if trigger.poll is None else "poll"


def _format_page(trigger: TriggerSpec, action: ActionSpec | None, console: Console) -> Iterator[str]:
    width = console.width
    yield f"{console.bold(trigger.key)}  {trigger.label}"
    yield from wrap_text(trigger.description, width)
    yield ""
    yield from format_table(list(_list_facts(trigger, action)), width)
    if trigger.notes:
        yield ""
        yield from wrap_text(trigger.notes, width)
    yield ""
    yield console.bold("Inputs")
    yield from format_table(build_input_rows(list(trigger.inputs.values())), width)
    if trigger.payload:
        yield ""
        yield console.bold("Payload")
        rows = [
            (name, f"{field.type}{', required' if field.required else ''}", field.comments or "")
            for name, field in trigger.payload.items()
        ]
        yield from format_table(rows, width)
    if action is not None:
        yield ""
        yield console.bold("Example")
        yield f"  {format_poll_command(trigger, width=0)}"


def _list_facts(trigger: TriggerSpec, action: ActionSpec | None) -> Iterator[tuple[str, str]]:
    yield "kind", _describe_kind(trigger)
    if trigger.branches:
        yield "branches", ", ".join(trigger.branches)
    if trigger.slug:
        yield "slug", trigger.slug
    if trigger.poll is None or action is None:
        return
    yield "polls", action.key
    yield "event", f"poll.{trigger.key}"
    if trigger.poll.types:
        yield "event types", ", ".join(trigger.event for trigger in trigger.poll.types)
    if trigger.poll.snapshot and trigger.poll.snapshot.ignore:
        yield "ignored fields", ", ".join(trigger.poll.snapshot.ignore)
    if action.scopes:
        yield "scopes", "one of " + ", ".join(action.scopes)
    if action.granular_scopes:
        yield "granular scopes", "one of " + ", ".join(action.granular_scopes)
    if action.plan:
        yield "plan", action.plan
