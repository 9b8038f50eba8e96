"""Build docs/actions/<resource>.md: every action of a resource with its request, inputs, scopes and error codes."""

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
    "read": "read: changes nothing; retried after temporary errors",
    "create": "create: retried only if the request certainly had no effect",
    "update": "update: sends only the inputs of the call, without defaults; retried after temporary errors",
    "delete": (
        "delete: sends only the inputs of the call, without defaults; "
        "retried if the request certainly had no effect, or after a 503"
    ),
    "any": "any: depends on the method; retried only if the inputs request it",
}


def render_action_index(listing: Sequence[Mapping[str, Any]]) -> str:
    """Return docs/actions/README.md: the actions by resource, each with its request and a link."""
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
    """Return the page of a resource, with its actions in this order."""
    parts = [f"# {resource.replace('/', ' ').title() or 'Actions'}"]
    for spec in actions:
        parts += _render_action(spec, codes)
    return "\n\n".join(parts) + "\n"


def _render_action(spec: ActionSpec, codes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield f"## {escape_prose(spec.label)}"
    yield f"{escape_prose(spec.description)} | key: `{spec.key}`"
    yield format_bullets(_list_facts(spec))
    if spec.notes:
        yield spec.notes.strip()
    for title, advanced in (("Inputs", False), ("Advanced inputs", True)):
        if part := [known for known in spec.inputs.values() if known.advanced is advanced]:
            yield f"### {title}"
            yield _render_inputs(part)
    if spec.rules:
        yield "### Rules"
        yield format_bullets(escape_prose(rule.message) for rule in spec.rules if not rule.is_warning)
    if warnings := [*_list_warnings(spec)]:
        yield "### Warnings"
        yield format_bullets(warnings)
    if spec.examples:
        yield "### Examples"
        for example in spec.examples:
            yield from _render_example(spec.key, example)
    if spec.errors:
        yield "### Error codes"
        yield _render_errors(spec.errors, codes)


def _list_facts(spec: ActionSpec) -> Iterator[str]:
    if spec.method:
        operation = f" (operation {inline_code(spec.operation)})" if spec.operation else ""
        yield f"Request: {inline_code(f'{spec.method} {spec.path}')}{operation}"
    yield f"Effect: {_EFFECTS[spec.effect]}"
    for title, scopes in (("Classic scopes", spec.scopes), ("Granular scopes", spec.granular_scopes)):
        if scopes:
            yield f"{title}, one of: {', '.join(map(inline_code, scopes))}"
    if spec.rate_limit:
        yield f"Rate limit label: {spec.rate_limit}"
    if spec.slug:
        yield f"In [the toolkit catalogue](../catalogue.md): {inline_code(spec.slug)}"
    if spec.plan:
        yield f"Plan: {escape_prose(spec.plan)}"
    if spec.pages:
        size, most, items = spec.pages.page_size, spec.pages.max_page_size, inline_code(spec.pages.items)
        yield f"Pages: {size} {items} per page by default, at most {most}; all pages are read"
    if spec.daily_quota:
        per = ", ".join(map(inline_code, spec.daily_quota.per))
        yield f"Daily quota: {spec.daily_quota.limit} calls per {per}, counted on this machine until 00:00 UTC"
    if spec.merge:
        groups = ", ".join(map(inline_code, spec.merge.groups))
        yield f"Merge: with `--merge`, {inline_code(f'GET {spec.merge.path}')} is read first, and {groups} merged"


def _render_inputs(inputs: Any) -> str:
    head = ["Input", "Type", "Default", "Choices", "Limits", "Notes"]
    return format_filled_columns(head, [_render_input(known) for known in inputs])


def _render_input(known: Input) -> list[str]:
    name = f"`{known.key}`<br>{escape_prose(known.label)}"
    kind = COLLECTIONS.get(known.collection or "", known.type)
    return [
        name,
        f"{kind}, required" if known.required else kind,
        "" if known.default is ABSENT else inline_code(known.default),
        _render_choices(known.model),
        "; ".join(_list_limits(known)),
        escape_prose(known.comments or ""),
    ]


def _render_choices(model: Mapping[str, str] | None) -> str:
    if model is None:
        return ""
    return "<br>".join(
        inline_code(value) if value == label else f"{inline_code(value)} {escape_prose(label)}"
        for value, label in model.items()
    )


def _list_limits(known: Input) -> Iterator[str]:
    if known.wire_type in ("integer", "number"):
        yield "integer" if known.wire_type == "integer" else "number"
    if known.format:
        yield known.format
    yield from _describe_range(known.minimum, known.maximum, "")
    yield from _describe_range(known.min_length, known.max_length, " characters")
    if known.pattern:
        yield f"matches {inline_code(known.pattern)}"
    if known.depends_on:
        yield f"requires {inline_code(known.depends_on)}"
    if known.conflicts_with:
        yield f"conflicts with {inline_code(known.conflicts_with)}"
    if known.not_before:
        yield f"not before {inline_code(known.not_before)}"
    if known.time_zone:
        yield f"in the time zone of {inline_code(known.time_zone)}"


def _describe_range(least: int | None, most: int | None, unit: str) -> Iterator[str]:
    if least is not None and most is not None:
        yield f"{least} to {most}{unit}"
    elif least is not None:
        yield f"at least {least}{unit}"
    elif most is not None:
        yield f"at most {most}{unit}"


def _list_warnings(spec: ActionSpec) -> Iterator[str]:
    for known in spec.inputs.values():
        if known.warning:
            yield f"{inline_code(known.key)}: {escape_prose(known.warning)}"
        if known.past_warning:
            yield f"{inline_code(known.key)}: In the past, {escape_prose(known.past_warning)}"
    yield from (escape_prose(rule.message) for rule in spec.rules if rule.is_warning)


def _render_example(key: str, example: Mapping[str, Any]) -> Iterator[str]:
    request = example["sends"]
    if example.get("name"):
        yield f"{escape_prose(example['name'])}:"
    yield code_block("sh", format_command(key, example["inputs"]))
    yield code_block("python", format_python_call(key, example["inputs"]))
    query = ", ".join(inline_code(f"{name}={value}") for name, value in (request.get("query") or {}).items())
    target = inline_code(f"{request['method']} {request['path']}")
    sentence = f"Sends {target}" + (f" with the query {query}" if query else "")
    if request.get("body") is None:
        yield f"{sentence}."
        return
    yield f"{sentence} and this body:"
    yield json_block(request["body"])


def _render_errors(errors: Sequence[Mapping[str, Any]], codes: Sequence[Mapping[str, Any]]) -> str:
    rows = []
    for error in errors:
        status, number = int(error["status"]), error.get("code")
        matches = match_error_codes(codes, status, number) or [{"kind": "refused", "next": ""}]
        kinds = ", ".join(dict.fromkeys(f"`{row['kind']}`" for row in matches))
        advice = "<br>".join(dict.fromkeys(row["next"] for row in matches if row["next"]))
        rows.append([str(status), "" if number is None else str(number), kinds, advice])
    return format_filled_columns(["Status", "Code", "Kind", "What to do next"], rows)


def _anchor(label: str) -> str:
    """Return the anchor that Markdown renderers give a heading."""
    characters = [char for char in label.lower() if char.isalnum() or char in " -_"]
    return "".join(characters).replace(" ", "-")
