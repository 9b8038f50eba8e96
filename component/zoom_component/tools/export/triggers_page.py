"""docs/triggers.md: every trigger, those of deliveries and those that poll."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zoom_component.spec.spec import ABSENT, TriggerSpec
from zoom_component.tools.export.component_page import render_input_table
from zoom_component.tools.export.example_calls import format_command
from zoom_component.tools.export.markdown import code_block, escape_prose, format_filled_columns

__all__ = ["format_poll_command", "render_triggers_page"]

_POLLING = (
    "What follows polls: it asks Zoom again and again, and what is new goes into an inbox. [Polling](polling.md) tells "
    "how. Each name of a setting in the toolkit catalogue (`meeting_id`) is understood as well."
)


def render_triggers_page(definition: Mapping[str, Any], specs: Mapping[str, TriggerSpec]) -> str:
    """Every trigger: how deliveries branch or what is polled, its inputs, what its events hold, how to set it up."""
    known = sorted(definition["triggers"], key=lambda trigger: ("polls" in trigger, trigger["label"]))
    parts = ["# Triggers"]
    for at, trigger in enumerate(known):
        if "polls" in trigger and (at == 0 or "polls" not in known[at - 1]):
            parts.append(_POLLING)
        parts += _trigger(trigger, specs[trigger["key"]])
    return "\n\n".join(parts) + "\n"


def format_poll_command(spec: TriggerSpec, *, width: int = 100) -> str:
    """A command line to copy: the required settings with their examples."""
    wanted = [known for known in spec.inputs.values() if known.required]
    inputs = {known.key: "..." if known.example is ABSENT else known.example for known in wanted}
    return format_command(spec.key, inputs, width=width, command="poll")


def _trigger(known: Mapping[str, Any], spec: TriggerSpec) -> Iterator[str]:
    yield f"## {escape_prose(known['label'])}"
    yield f"{escape_prose(known['description'])} | key: `{known['key']}`"
    if known["branches"]:
        yield f"Branches: {', '.join(map(escape_prose, known['branches']))}."
    if "polls" in known:
        yield from _polls(known["polls"])
    yield from render_input_table(known["inputs"])
    if "polls" in known:
        rows = [_field(field) for field in known["polls"]["payload"]]
        yield format_filled_columns(["An event holds", "Type", "Meaning"], rows)
        yield code_block("console", f"$ {format_poll_command(spec)}")
    if spec.notes:
        yield spec.notes.strip()


def _polls(polls: Mapping[str, Any]) -> Iterator[str]:
    types = ", ".join(f"`{each}`" for each in polls["event_types"])
    named = f" In the toolkit catalogue: `{polls['slug']}`." if polls["slug"] else ""
    told = f" Event types: {types}." if types else ""
    yield f"Polls the action `{polls['action']}`, whose scopes and plan it needs.{told}{named}"


def _field(field: Mapping[str, Any]) -> list[str]:
    kind = field["type"] + (", always" if field["required"] else "")
    return [f"`{field['name']}`", escape_prose(kind), escape_prose(field["comments"] or "")]
