"""Show the inputs, scopes and errors of one action."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zoom_component.cli.arguments import find_spec_folders
from zoom_component.cli.console import Console
from zoom_component.cli.parser import add_json_option, add_specs_option
from zoom_component.cli.table import format_table, wrap_text
from zoom_component.spec.catalogue import Catalogue, is_slug
from zoom_component.spec.spec import ABSENT, EFFECTS_WITH_DEFAULTS, ActionSpec, Input
from zoom_component.tools.export.error_codes import load_error_codes, match_error_codes
from zoom_component.tools.export.example_calls import format_command

DESCRIPTION = "Show one action: its inputs and choices, scopes, rate limit label, error codes, and an example command."
EXAMPLES = (
    "zoom-component show createMeeting",
    "zoom-component show listUsers --json",
    "zoom-component show ZOOM_CREATE_A_MEETING",
)
_INPUT_FIELDS = (
    "key", "label", "type", "collection", "required", "shown", "default", "example", "placeholder", "comments",
    "model", "data_source", "language", "template", "target", "wire_type", "format", "pattern", "min_length",
    "max_length", "minimum", "maximum", "items", "depends_on", "conflicts_with", "time_zone", "past_warning", "warning",
    "advanced",
)  # fmt: skip


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("key", metavar="KEY", help="the key or slug of the action, as in `list`")
    add_specs_option(parser)
    add_json_option(parser)


def run(args: Namespace, console: Console) -> int:
    action = Catalogue(*find_spec_folders(args)).action(args.key)
    if console.as_json:
        console.print_json(serialize_action(action))
        return 0
    for line in _format_page(action, console):
        console.print(line)
    return 0


def serialize_action(action: ActionSpec) -> dict[str, Any]:
    """Return the action as a JSON object."""
    return {
        "key": action.key,
        "slug": action.slug,
        "label": action.label,
        "description": action.description,
        "resource": action.resource,
        "effect": action.effect,
        "method": action.method,
        "path": action.path,
        "operation": action.operation,
        "inputs": [serialize_input(spec) for spec in action.inputs.values()],
        "paginated": action.pages is not None,
        "mergeable": action.merge is not None,
        "scopes": list(action.scopes),
        "granular_scopes": list(action.granular_scopes),
        "rate_limit": action.rate_limit,
        "plan": action.plan,
        "notes": action.notes,
        "errors": list(_list_errors(action)),
        "command": build_example_command(action),
    }


def serialize_input(spec: Input) -> dict[str, Any]:
    """Return an input as a JSON object, without fields that are not set."""
    values = {name: getattr(spec, name) for name in _INPUT_FIELDS}
    return {name: value for name, value in values.items() if value is not None and value is not ABSENT}


def build_example_command(action: ActionSpec) -> str:
    """Return a command line to copy: the first example of the spec, or the required inputs."""
    inputs: Mapping[str, Any] = action.examples[0]["inputs"] if action.examples else _example_inputs(action)
    return format_command(action.key, inputs, width=0)


def _example_inputs(action: ActionSpec) -> dict[str, Any]:
    required = [spec for spec in action.inputs.values() if spec.required and spec.type != "connection"]
    return {spec.key: "..." if spec.example is ABSENT else spec.example for spec in required}


def _list_errors(action: ActionSpec) -> Iterator[dict[str, Any]]:
    """Yield the error codes of the operation.

    `kind` and `means` are set if the table of known codes has them. A row of that table that matches the text of an
    answer applies to some answers only, so a row without such a match is preferred.
    """
    codes = [row for row in load_error_codes() if "code" in row]
    for error in action.errors:
        known = next(iter(match_error_codes(codes, error["status"], error["code"])[::-1]), None)
        yield {**error, **({"kind": known["kind"], "means": known["next"]} if known else {})}


def _format_page(action: ActionSpec, console: Console) -> Iterator[str]:
    width = console.width
    yield f"{console.bold(action.key)}  {action.label}"
    yield from wrap_text(action.description, width)
    yield ""
    yield from format_table(list(_list_facts(action)), width)
    if action.notes:
        yield ""
        yield from wrap_text(action.notes, width)
    yield from _format_inputs(action, console)
    if errors := list(_list_errors(action)):
        yield ""
        yield console.bold("Errors")
        yield from format_table([_error_row(error) for error in errors], width)
    yield ""
    yield console.bold("Example")
    yield f"  {build_example_command(action)}"


def _list_facts(action: ActionSpec) -> Iterator[tuple[str, str]]:
    yield "request", f"{action.method} {action.path}" if action.path else "set by the inputs"
    yield "effect", action.effect
    if action.slug:
        yield "slug", action.slug
    if action.scopes:
        yield "scopes", "one of " + ", ".join(action.scopes)
    if action.granular_scopes:
        yield "granular scopes", "one of " + ", ".join(action.granular_scopes)
    if action.rate_limit:
        yield "rate limit", action.rate_limit
    if action.plan:
        yield "plan", action.plan
    if action.pages:
        yield "pages", f"all items of {action.pages.items}, {action.pages.page_size} per page"
    if action.daily_quota:
        yield "daily limit", f"{action.daily_quota.limit} for the same {', '.join(action.daily_quota.per)}"


def _format_inputs(action: ActionSpec, console: Console) -> Iterator[str]:
    inputs = [spec for spec in action.inputs.values() if spec.type != "connection"]
    visible = [spec for spec in inputs if spec.shown] if is_slug(action.key) else inputs
    for title, advanced in (("Inputs", False), ("Advanced inputs", True)):
        if group := [spec for spec in visible if spec.advanced is advanced]:
            yield ""
            yield console.bold(title)
            rows = build_input_rows(group, defaults_are_sent=action.effect in EFFECTS_WITH_DEFAULTS)
            yield from format_table(rows, console.width)


def build_input_rows(inputs: Sequence[Input], *, defaults_are_sent: bool = True) -> list[tuple[str, str, str]]:
    """Return the rows of a table of inputs. `defaults_are_sent`: defaults are sent, not only displayed."""
    return [(spec.key, _describe_type(spec), "; ".join(_describe_input(spec, defaults_are_sent))) for spec in inputs]


def _describe_type(spec: Input) -> str:
    kind = f"{spec.type} list" if spec.collection == "valuelist" else spec.type
    kind = "pairs" if spec.collection == "keyvaluelist" else kind
    return f"{kind}, required" if spec.required else kind


def _describe_input(spec: Input, defaults_are_sent: bool) -> Iterator[str]:
    yield spec.label
    if spec.model:
        yield "choices " + ", ".join(f"{value} ({label})" for value, label in spec.model.items())
    if spec.default is not ABSENT:
        default = json.dumps(spec.default, ensure_ascii=False, allow_nan=False)
        yield f"default {default}{'' if defaults_are_sent else ' (not sent)'}"
    if spec.data_source:
        yield f"values from {spec.data_source}"
    if spec.example is not ABSENT:
        yield f"example {_to_single_line(spec.example)}"
    if spec.depends_on:
        yield f"requires {spec.depends_on}"
    if spec.conflicts_with:
        yield f"cannot be combined with {spec.conflicts_with}"
    if spec.comments:
        yield _to_single_line(spec.comments)


def _to_single_line(value: Any) -> str:
    return " ".join(
        (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, allow_nan=False)).split()
    )


def _error_row(error: Mapping[str, Any]) -> tuple[str, str, str]:
    return f"{error['status']} / {error['code']}", error.get("kind", ""), error.get("means", "")
