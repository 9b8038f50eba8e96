"""docs/actions/<resource>.md: every action of a resource, down to its request, scopes, choices and error codes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zoom_component.spec.spec import ABSENT, ActionSpec, Input
from zoom_component.tools.export.definition import COLLECTIONS
from zoom_component.tools.export.error_codes import match_error_codes
from zoom_component.tools.export.example_calls import format_command, format_python_call
from zoom_component.tools.export.markdown import (
    code_block,
    escape_prose,
    format_bullets,
    format_filled_columns,
    format_table,
    inline_code,
    json_block,
)

__all__ = ["render_action_index", "render_resource_page"]

_EFFECTS = {
    "read": "read: changes nothing, and is tried again where a failure may pass",
    "create": "create: tried again only where it surely did not happen",
    "update": "update: sends what is given and no defaults, and is tried again where a failure may pass",
    "delete": "delete: sends what is given and no defaults; tried again where it surely did not happen, or after a 503",
    "any": "any: the method decides, and it is tried again only where the inputs ask for it",
}


def render_action_index(listing: Sequence[Mapping[str, Any]]) -> str:
    """docs/actions/README.md: the actions by resource, each with its request and a link."""
    rows = [
        [
            f"[{escape_prose(row['label'])}]({row['resource']}.md#{_anchor(row['label'])})",
            f"`{row['key']}`",
            inline_code(f"{row['method']} {row['path']}".strip() or "any"),
            escape_prose(row["description"]),
        ]
        for row in listing
    ]
    return f"# Actions\n\n{format_table(['Action', 'Key', 'Request', 'What it does'], rows)}\n"


def render_resource_page(resource: str, actions: Sequence[ActionSpec], codes: Sequence[Mapping[str, Any]]) -> str:
    """The page of a resource: its actions in the order given."""
    parts = [f"# {resource.replace('/', ' ').title() or 'Actions'}"]
    for spec in actions:
        parts += _action(spec, codes)
    return "\n\n".join(parts) + "\n"


def _action(spec: ActionSpec, codes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield f"## {escape_prose(spec.label)}"
    yield f"{escape_prose(spec.description)} | key: `{spec.key}`"
    yield format_bullets(_facts(spec))
    if spec.notes:
        yield spec.notes.strip()
    for title, advanced in (("Inputs", False), ("Advanced inputs", True)):
        if part := [known for known in spec.inputs.values() if known.advanced is advanced]:
            yield f"### {title}"
            yield _inputs(part)
    if spec.rules:
        yield "### Rules"
        yield format_bullets(escape_prose(rule.message) for rule in spec.rules)
    if said := [*_cautions(spec)]:
        yield "### Cautions"
        yield format_bullets(said)
    if spec.examples:
        yield "### Examples"
        for example in spec.examples:
            yield from _example(spec.key, example)
    if spec.errors:
        yield "### Error codes"
        yield _errors(spec.errors, codes)


def _facts(spec: ActionSpec) -> Iterator[str]:
    if spec.method:
        named = f" (operation {inline_code(spec.operation)})" if spec.operation else ""
        yield f"Request: {inline_code(f'{spec.method} {spec.path}')}{named}"
    yield f"Effect: {_EFFECTS[spec.effect]}"
    for title, scopes in (("Classic scopes", spec.scopes), ("Granular scopes", spec.granular_scopes)):
        if scopes:
            yield f"{title}, one of: {', '.join(map(inline_code, scopes))}"
    if spec.rate_limit:
        yield f"Rate label: {spec.rate_limit}"
    if spec.slug:
        yield f"In [the toolkit catalogue](../catalogue.md): {inline_code(spec.slug)}"
    if spec.plan:
        yield f"Plan: {escape_prose(spec.plan)}"
    if spec.pages:
        size, most, items = spec.pages.page_size, spec.pages.max_page_size, inline_code(spec.pages.items)
        yield f"Pages: {size} of {items} at a time, {most} at most, followed to the end"
    if spec.daily_quota:
        per = ", ".join(map(inline_code, spec.daily_quota.per))
        yield f"Day's allowance: {spec.daily_quota.limit} for one {per}, counted on this machine until 00:00 UTC"
    if spec.merge:
        groups = ", ".join(map(inline_code, spec.merge.groups))
        yield f"Merge: on demand, {inline_code(f'GET {spec.merge.path}')} is read first and {groups} laid over it"


def _inputs(inputs: Any) -> str:
    head = ["Input", "Type", "Default", "Choices", "Limits", "Notes"]
    return format_filled_columns(head, [_row(known) for known in inputs])


def _row(known: Input) -> list[str]:
    name = f"`{known.key}`<br>{escape_prose(known.label)}"
    kind = COLLECTIONS.get(known.collection or "", known.type)
    return [
        name,
        f"{kind}, required" if known.required else kind,
        "" if known.default is ABSENT else inline_code(known.default),
        _choices(known.model),
        "; ".join(_limits(known)),
        escape_prose(known.comments or ""),
    ]


def _choices(model: Mapping[str, str] | None) -> str:
    if model is None:
        return ""
    return "<br>".join(
        inline_code(value) if value == label else f"{inline_code(value)} {escape_prose(label)}"
        for value, label in model.items()
    )


def _limits(known: Input) -> Iterator[str]:
    if known.wire_type in ("integer", "number"):
        yield "whole number" if known.wire_type == "integer" else "number"
    if known.format:
        yield known.format
    yield from _range(known.minimum, known.maximum, "")
    yield from _range(known.min_length, known.max_length, " characters")
    if known.pattern:
        yield f"matches {inline_code(known.pattern)}"
    if known.depends_on:
        yield f"only with {inline_code(known.depends_on)}"
    if known.conflicts_with:
        yield f"not with {inline_code(known.conflicts_with)}"
    if known.not_before:
        yield f"not before {inline_code(known.not_before)}"
    if known.time_zone:
        yield f"in the zone of {inline_code(known.time_zone)}"


def _range(least: int | None, most: int | None, unit: str) -> Iterator[str]:
    if least is not None and most is not None:
        yield f"{least} to {most}{unit}"
    elif least is not None:
        yield f"{least}{unit} at least"
    elif most is not None:
        yield f"{most}{unit} at most"


def _cautions(spec: ActionSpec) -> Iterator[str]:
    for known in spec.inputs.values():
        if known.warning:
            yield f"{inline_code(known.key)}: {escape_prose(known.warning)}"


def _example(key: str, example: Mapping[str, Any]) -> Iterator[str]:
    sent = example["sends"]
    if example.get("name"):
        yield f"{escape_prose(example['name'])}:"
    yield code_block("sh", format_command(key, example["inputs"]))
    yield code_block("python", format_python_call(key, example["inputs"]))
    query = ", ".join(inline_code(f"{name}={value}") for name, value in (sent.get("query") or {}).items())
    request = inline_code(f"{sent['method']} {sent['path']}")
    words = f"Sends {request}" + (f" with the query {query}" if query else "")
    if sent.get("body") is None:
        yield f"{words}."
        return
    yield f"{words} and this body:"
    yield json_block(sent["body"])


def _errors(errors: Sequence[Mapping[str, Any]], codes: Sequence[Mapping[str, Any]]) -> str:
    rows = []
    for error in errors:
        status, number = int(error["status"]), error.get("code")
        met = match_error_codes(codes, status, number) or [{"kind": "refused", "next": ""}]
        kinds = ", ".join(dict.fromkeys(f"`{row['kind']}`" for row in met))
        after = "<br>".join(dict.fromkeys(row["next"] for row in met if row["next"]))
        rows.append([str(status), "" if number is None else str(number), kinds, after])
    return format_filled_columns(["Status", "Code", "Kind", "What to do next"], rows)


def _anchor(label: str) -> str:
    """The name that a heading gets where Markdown is shown as a page."""
    kept = [char for char in label.lower() if char.isalnum() or char in " -_"]
    return "".join(kept).replace(" ", "-")
