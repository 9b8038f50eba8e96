"""`show`: everything about one action that a caller has to know."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zoom_component.cli.console import Console
from zoom_component.cli.options import add_json_option, add_specs_option, find_spec_folders
from zoom_component.cli.table import format_table, wrap_text
from zoom_component.spec.api_names import is_slug
from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.spec import ABSENT, ActionSpec, Input
from zoom_component.tools.export.error_codes import load_error_codes, match_error_codes
from zoom_component.tools.export.example_calls import format_command

DESCRIPTION = "Shows one action: its inputs and choices, scopes, rate label, error codes, and a command line to copy."
EXAMPLES = (
    "zoom-component show createMeeting",
    "zoom-component show listUsers --json",
    "zoom-component show ZOOM_CREATE_A_MEETING",
)
_INPUT_FIELDS = (
    "key", "label", "type", "collection", "required", "shown", "default", "example", "placeholder", "comments",
    "model", "data_source", "language", "template", "target", "wire_type", "format", "pattern", "min_length", "max_length",
    "minimum", "maximum", "items", "depends_on", "conflicts_with", "time_zone", "warning", "advanced",
)  # fmt: skip


def options(parser: ArgumentParser) -> None:
    parser.add_argument("key", metavar="KEY", help="the action's key, as `list` shows it, or its slug")
    add_specs_option(parser)
    add_json_option(parser)


def command(args: Namespace, screen: Console) -> int:
    action = Catalogue(*find_spec_folders(args)).action(args.key)
    if screen.as_json:
        screen.print_json(serialize_action(action))
        return 0
    for line in _format_page(action, screen):
        screen.print(line)
    return 0


def serialize_action(action: ActionSpec) -> dict[str, Any]:
    """The action as JSON."""
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
    """An input as JSON, without the words that it does not have."""
    words = {word: getattr(spec, word) for word in _INPUT_FIELDS}
    return {word: value for word, value in words.items() if value is not None and value is not ABSENT}


def build_example_command(action: ActionSpec) -> str:
    """A command line to copy: the first example of the spec, else the required inputs with their examples."""
    inputs: Mapping[str, Any] = action.examples[0]["inputs"] if action.examples else _example_inputs(action)
    return format_command(action.key, inputs, width=0)


def _example_inputs(action: ActionSpec) -> dict[str, Any]:
    wanted = [spec for spec in action.inputs.values() if spec.required and spec.type != "connection"]
    return {spec.key: "..." if spec.example is ABSENT else spec.example for spec in wanted}


def _list_errors(action: ActionSpec) -> Iterator[dict[str, Any]]:
    """The operation's codes; `kind` and `means` are there where the table of known codes tells them for sure.

    A row that looks at the words of an answer speaks of some answers only, so it stands back for one that does not.
    """
    codes = [row for row in load_error_codes() if "code" in row]
    for error in action.errors:
        told = next(iter(match_error_codes(codes, error["status"], error["code"])[::-1]), None)
        yield {**error, **({"kind": told["kind"], "means": told["next"]} if told else {})}


def _format_page(action: ActionSpec, screen: Console) -> Iterator[str]:
    width = screen.width
    yield f"{screen.bold(action.key)}  {action.label}"
    yield from wrap_text(action.description, width)
    yield ""
    yield from format_table(list(_list_facts(action)), width)
    if action.notes:
        yield ""
        yield from wrap_text(action.notes, width)
    yield from _format_inputs(action, screen)
    if errors := list(_list_errors(action)):
        yield ""
        yield screen.bold("Errors")
        yield from format_table([_error_row(error) for error in errors], width)
    yield ""
    yield screen.bold("Example")
    yield f"  {build_example_command(action)}"


def _list_facts(action: ActionSpec) -> Iterator[tuple[str, str]]:
    yield "request", f"{action.method} {action.path}" if action.path else "as the inputs say"
    yield "effect", action.effect
    if action.slug:
        yield "slug", action.slug
    if action.scopes:
        yield "scopes", "one of " + ", ".join(action.scopes)
    if action.granular_scopes:
        yield "granular scopes", "one of " + ", ".join(action.granular_scopes)
    if action.rate_limit:
        yield "rate label", action.rate_limit
    if action.plan:
        yield "plan", action.plan
    if action.pages:
        yield "pages", f"all of {action.pages.items}, {action.pages.page_size} at a time"
    if action.daily_quota:
        yield "a day", f"{action.daily_quota.limit} for the same {', '.join(action.daily_quota.per)}"


def _format_inputs(action: ActionSpec, screen: Console) -> Iterator[str]:
    known = [spec for spec in action.inputs.values() if spec.type != "connection"]
    shown = [spec for spec in known if spec.shown] if is_slug(action.key) else known
    for title, advanced in (("Inputs", False), ("Advanced inputs", True)):
        if part := [spec for spec in shown if spec.advanced is advanced]:
            yield ""
            yield screen.bold(title)
            yield from format_table(build_input_rows(part, defaults_are_sent=action.applies_defaults), screen.width)


def build_input_rows(inputs: Sequence[Input], *, defaults_are_sent: bool = True) -> list[tuple[str, str, str]]:
    """The rows of a table of inputs. `applied`: defaults are sent, not only shown."""
    return [(spec.key, _describe_type(spec), "; ".join(_describe_input(spec, defaults_are_sent))) for spec in inputs]


def _describe_type(spec: Input) -> str:
    kind = f"{spec.type} list" if spec.collection == "valuelist" else spec.type
    kind = "pairs" if spec.collection == "keyvaluelist" else kind
    return f"{kind}, required" if spec.required else kind


def _describe_input(spec: Input, applied: bool) -> Iterator[str]:
    yield spec.label
    if spec.model:
        yield "choices " + ", ".join(f"{value} ({label})" for value, label in spec.model.items())
    if spec.default is not ABSENT:
        yield f"default {json.dumps(spec.default, ensure_ascii=False)}{'' if applied else ' (shown, never sent)'}"
    if spec.data_source:
        yield f"values from {spec.data_source}"
    if spec.example is not ABSENT:
        yield f"example {_to_single_line(spec.example)}"
    if spec.depends_on:
        yield f"only along with {spec.depends_on}"
    if spec.conflicts_with:
        yield f"not beside {spec.conflicts_with}"
    if spec.comments:
        yield _to_single_line(spec.comments)


def _to_single_line(value: Any) -> str:
    return " ".join((value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)).split())


def _error_row(error: Mapping[str, Any]) -> tuple[str, str, str]:
    said = error.get("means", "")
    return f"{error['status']} / {error['code']}", error.get("kind", ""), said
