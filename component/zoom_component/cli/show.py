"""`show`: everything about one action that a caller has to know."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zoom_component.cli.options import add_json, add_specs, roots
from zoom_component.cli.screen import Screen
from zoom_component.cli.table import table, wrapped
from zoom_component.spec.catalogue import Catalogue
from zoom_component.spec.names import is_slug
from zoom_component.spec.spec import ABSENT, ActionSpec, Input
from zoom_component.tools.export.codes import known_codes, meanings
from zoom_component.tools.export.command import command_line

DESCRIPTION = "Shows one action: its inputs and choices, scopes, rate label, error codes, and a command line to copy."
EXAMPLES = (
    "zoom-component show createMeeting",
    "zoom-component show listUsers --json",
    "zoom-component show ZOOM_CREATE_A_MEETING",
)
_INPUT_WORDS = (
    "key", "label", "type", "collection", "required", "shown", "default", "example", "placeholder", "comments",
    "model", "data_source", "language", "scaffold", "send", "sends", "format", "pattern", "min_length", "max_length",
    "minimum", "maximum", "each", "along", "unless", "zone", "caution", "advanced",
)  # fmt: skip


def options(parser: ArgumentParser) -> None:
    parser.add_argument("key", metavar="KEY", help="the action's key, as `list` shows it, or its slug")
    add_specs(parser)
    add_json(parser)


def command(args: Namespace, screen: Screen) -> int:
    action = Catalogue(*roots(args)).action(args.key)
    if screen.as_json:
        screen.json(described(action))
        return 0
    for line in _page(action, screen):
        screen.text(line)
    return 0


def described(action: ActionSpec) -> dict[str, Any]:
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
        "inputs": [input_json(spec) for spec in action.inputs.values()],
        "paginated": action.pages is not None,
        "mergeable": action.merge is not None,
        "scopes": list(action.scopes),
        "granular_scopes": list(action.granular_scopes),
        "rate_limit": action.rate_limit,
        "plan": action.plan,
        "notes": action.notes,
        "errors": list(_errors(action)),
        "command": example(action),
    }


def input_json(spec: Input) -> dict[str, Any]:
    """An input as JSON, without the words that it does not have."""
    words = {word: getattr(spec, word) for word in _INPUT_WORDS}
    return {word: value for word, value in words.items() if value is not None and value is not ABSENT}


def example(action: ActionSpec) -> str:
    """A command line to copy: the first example of the spec, else the required inputs with their examples."""
    inputs: Mapping[str, Any] = action.examples[0]["inputs"] if action.examples else _required(action)
    return command_line(action.key, inputs, width=0)


def _required(action: ActionSpec) -> dict[str, Any]:
    wanted = [spec for spec in action.inputs.values() if spec.required and spec.type != "connection"]
    return {spec.key: "..." if spec.example is ABSENT else spec.example for spec in wanted}


def _errors(action: ActionSpec) -> Iterator[dict[str, Any]]:
    """The operation's codes; `kind` and `means` are there where the table of known codes tells them for sure.

    A row that looks at the words of an answer speaks of some answers only, so it stands back for one that does not.
    """
    codes = [row for row in known_codes() if "code" in row]
    for error in action.errors:
        told = next(iter(meanings(codes, error["status"], error["code"])[::-1]), None)
        yield {**error, **({"kind": told["kind"], "means": told["next"]} if told else {})}


def _page(action: ActionSpec, screen: Screen) -> Iterator[str]:
    width = screen.width
    yield f"{screen.bold(action.key)}  {action.label}"
    yield from wrapped(action.description, width)
    yield ""
    yield from table(list(_facts(action)), width)
    if action.notes:
        yield ""
        yield from wrapped(action.notes, width)
    yield from _inputs(action, screen)
    if errors := list(_errors(action)):
        yield ""
        yield screen.bold("Errors")
        yield from table([_error_row(error) for error in errors], width)
    yield ""
    yield screen.bold("Example")
    yield f"  {example(action)}"


def _facts(action: ActionSpec) -> Iterator[tuple[str, str]]:
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
        yield "pages", f"all of {action.pages.items}, {action.pages.size} at a time"
    if action.daily:
        yield "a day", f"{action.daily.limit} for the same {', '.join(action.daily.per)}"


def _inputs(action: ActionSpec, screen: Screen) -> Iterator[str]:
    known = [spec for spec in action.inputs.values() if spec.type != "connection"]
    shown = [spec for spec in known if spec.shown] if is_slug(action.key) else known
    for title, advanced in (("Inputs", False), ("Advanced inputs", True)):
        if part := [spec for spec in shown if spec.advanced is advanced]:
            yield ""
            yield screen.bold(title)
            yield from table(input_rows(part, applied=action.applies_defaults), screen.width)


def input_rows(inputs: Sequence[Input], *, applied: bool = True) -> list[tuple[str, str, str]]:
    """The rows of a table of inputs. `applied`: defaults are sent, not only shown."""
    return [(spec.key, _kind(spec), "; ".join(_words(spec, applied))) for spec in inputs]


def _kind(spec: Input) -> str:
    kind = f"{spec.type} list" if spec.collection == "valuelist" else spec.type
    kind = "pairs" if spec.collection == "keyvaluelist" else kind
    return f"{kind}, required" if spec.required else kind


def _words(spec: Input, applied: bool) -> Iterator[str]:
    yield spec.label
    if spec.model:
        yield "choices " + ", ".join(f"{value} ({label})" for value, label in spec.model.items())
    if spec.default is not ABSENT:
        yield f"default {json.dumps(spec.default, ensure_ascii=False)}{'' if applied else ' (shown, never sent)'}"
    if spec.data_source:
        yield f"values from {spec.data_source}"
    if spec.example is not ABSENT:
        yield f"example {_flat(spec.example)}"
    if spec.along:
        yield f"only along with {spec.along}"
    if spec.unless:
        yield f"not beside {spec.unless}"
    if spec.comments:
        yield _flat(spec.comments)


def _flat(value: Any) -> str:
    return " ".join((value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)).split())


def _error_row(error: Mapping[str, Any]) -> tuple[str, str, str]:
    said = error.get("means", "")
    return f"{error['status']} / {error['code']}", error.get("kind", ""), said
