"""Build docs/triggers.md: webhook triggers first, then polling triggers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zoom_component.spec.spec import ABSENT, TriggerSpec
from zoom_component.tools.export.component_page import render_input_table
from zoom_component.tools.export.example_calls import format_command
from zoom_component.tools.export.markdown import code_block, escape_prose, format_filled_columns

__all__ = ["format_poll_command", "render_triggers_page"]

_POLLING_INTRODUCTION = (
    "The triggers below poll Zoom: they run an action at intervals, and store an event for each new item or change. "
    "[Polling](polling.md) explains how. Each input also has its name in the [toolkit catalogue](catalogue.md), such "
    "as `meeting_id` for `meetingId`."
)


def render_triggers_page(definition: Mapping[str, Any], specs: Mapping[str, TriggerSpec]) -> str:
    """Return the page: branches or polled action, inputs, fields of events, and notes of each trigger."""
    known = sorted(definition["triggers"], key=lambda trigger: ("polls" in trigger, trigger["label"]))
    parts = ["# Triggers"]
    for at, trigger in enumerate(known):
        if "polls" in trigger and (at == 0 or "polls" not in known[at - 1]):
            parts.append(_POLLING_INTRODUCTION)
        parts += _render_trigger(trigger, specs[trigger["key"]])
    return "\n\n".join(parts) + "\n"


def format_poll_command(spec: TriggerSpec, *, width: int = 100) -> str:
    """Return a command line with the required settings and their examples."""
    required = [known for known in spec.inputs.values() if known.required]
    inputs = {known.key: "..." if known.example is ABSENT else known.example for known in required}
    return format_command(spec.key, inputs, width=width, command="poll")


def _render_trigger(known: Mapping[str, Any], spec: TriggerSpec) -> Iterator[str]:
    yield f"## {escape_prose(known['label'])}"
    yield f"{escape_prose(known['description'])} | key: `{known['key']}`"
    if known["branches"]:
        yield f"Branches: {', '.join(map(escape_prose, known['branches']))}."
    if "polls" in known:
        yield from _render_poll(known["polls"])
    yield from render_input_table(known["inputs"])
    if "polls" in known:
        rows = [_render_field(field) for field in known["polls"]["payload"]]
        yield format_filled_columns(["Field of the event", "Type", "Meaning"], rows)
        yield code_block("console", f"$ {format_poll_command(spec)}")
    if spec.notes:
        yield spec.notes.strip()


def _render_poll(polls: Mapping[str, Any]) -> Iterator[str]:
    types = ", ".join(f"`{each}`" for each in polls["event_types"])
    slug = f" Slug in the toolkit catalogue: `{polls['slug']}`." if polls["slug"] else ""
    event_types = f" Event types: {types}." if types else ""
    yield f"Polls the action `{polls['action']}`, and requires its scopes and plan.{event_types}{slug}"


def _render_field(field: Mapping[str, Any]) -> list[str]:
    kind = field["type"] + (", always" if field["required"] else "")
    return [f"`{field['name']}`", escape_prose(kind), escape_prose(field["comments"] or "")]
