"""Build docs/component.md in the layout and the order of the component document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zoom_component.tools.export.markdown import escape_prose, format_filled_columns, inline_code, json_block

__all__ = ["render_component_page", "render_input_table"]


def render_component_page(definition: Mapping[str, Any], notes: Mapping[tuple[str, str], str | None]) -> str:
    """Return the page of a component, from its definition and the notes of its parts by (group, key).

    Actions are sorted by label and inputs by key. A table has the columns Default, Notes and Example only if an input
    fills them.
    """
    about = definition["component"]
    parts = [
        f"# {about['label']} Component",
        escape_prose(about["description"]),
        f"Component key: `{about['key']}`",
        "## Description",
        escape_prose(about["about"]),
        "## Connections",
    ]
    for connection in definition["connections"]:
        parts += _render_connection(connection, notes.get(("connections", connection["key"])))
    parts.append("## Triggers")
    for trigger in definition["triggers"]:
        if "polls" not in trigger:
            parts += _render_section(trigger, notes.get(("triggers", trigger["key"])))
    if polling := [escape_prose(trigger["label"]) for trigger in definition["triggers"] if "polls" in trigger]:
        parts.append(f"[Further triggers](triggers.md) poll Zoom: {', '.join(polling)}.")
    parts.append("## Actions")
    for action in definition["actions"]:
        parts += _render_section(action, notes.get(("actions", action["key"])))
        if advanced := [known for known in action["inputs"] if known.get("advanced")]:
            parts += [f"#### Advanced Inputs of {escape_prose(action['label'])}", *render_input_table(advanced)]
        if action["example_payload"] is not None:
            parts += [
                f"#### Example Payload for {escape_prose(action['label'])}",
                json_block(action["example_payload"]),
            ]
    return "\n\n".join(parts) + "\n"


def render_input_table(inputs: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a list with the table of these inputs, or an empty list without inputs."""
    if not inputs:
        return []
    rows = [_render_input(known) for known in inputs]
    return [format_filled_columns(["Input", "Default", "Notes", "Example"], rows)]


def _render_input(known: Mapping[str, Any]) -> list[str]:
    default, example = _format_value(known["default"]), _format_value(known["example"])
    return [_format_name(known), default, escape_prose(known["notes"] or ""), example]


def _render_connection(connection: Mapping[str, Any], notes: str | None) -> list[str]:
    parts = [f"### {escape_prose(connection['label'])}", f"{escape_prose(connection['description'])}."]
    if notes:
        parts.append(notes.strip())
    return parts + render_input_table(connection["inputs"])


def _render_section(known: Mapping[str, Any], notes: str | None) -> list[str]:
    parts = [f"### {escape_prose(known['label'])}", f"{escape_prose(known['description'])} | key: `{known['key']}`"]
    parts += render_input_table([each for each in known["inputs"] if not each.get("advanced")])
    if notes:
        parts.append(notes.strip())
    return parts


def _format_name(known: Mapping[str, Any]) -> str:
    words = [f"**{escape_prose(known['label'])}**", known["type"] + (" / Required" if known["required"] else "")]
    if known["hidden"]:
        words.append("Hidden Field")
    if known["collection"]:
        words.append(known["collection"].title())
    return "<br>".join([*words, f"`{known['key']}`"])


def _format_value(text: str | None) -> str:
    return "" if text is None else inline_code(text)
