"""Build docs/connections.md and docs/errors.md."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zoom_component import errors
from zoom_component.errors import ComponentError
from zoom_component.tools.export.component_page import render_input_table
from zoom_component.tools.export.errors_page import render_answer_sections
from zoom_component.tools.export.markdown import code_block, escape_prose, format_filled_columns, format_table

_CODE_COLUMNS = ("Code", "Status", "Words", "Kind", "What to do next")
__all__ = ["render_connections_page", "render_errors_page"]

_CONNECTIONS_INTRODUCTION = (
    "A connection has the credentials of a Zoom app, with which actions call Zoom. Choose *Server to Server* to act "
    "for a whole account without a user, and *OAuth 2.0* to act for the user who allows the app. "
    "`zoom-component connect NAME` prompts for the inputs below and stores them, encrypted, under a name."
)
_ERRORS_INTRODUCTION = (
    "The class of an error stands for what to do next: fix the inputs, connect again, wait, or report a bug. Python "
    "raises the class. The command line prints its `kind` and ends with its exit code. The HTTP and MCP servers return "
    "the `kind` in JSON. Each message names what is wrong and what to do."
)
_CODES_INTRODUCTION = (
    "An error response of Zoom has a status, a code and a message. The first row that matches all three decides the "
    "kind of the error. *Words* is a part of the message, as a regular expression. An empty cell matches everything."
)
_TREE = re.compile(r"^\* ComponentError\b.*\n(?:[ ]+[x+-] .+\n)+", re.MULTILINE)


def render_connections_page(definition: Mapping[str, Any], notes: Mapping[tuple[str, str], str | None]) -> str:
    """Return the page of connections: the inputs of each kind, and how to set it up."""
    parts = ["# Connections", _CONNECTIONS_INTRODUCTION]
    for known in definition["connections"]:
        parts += [f"## {escape_prose(known['label'])}", f"{escape_prose(known['description'])} | key: `{known['key']}`"]
        parts.append(f"Type: {known['type']}.")
        parts += render_input_table(known["inputs"])
        if text := notes.get(("connections", known["key"])):
            parts.append(text.strip())
    return "\n\n".join(parts) + "\n"


def render_errors_page(codes: Sequence[Mapping[str, Any]]) -> str:
    """Return the page of errors: their tree, their exit codes, and the known error codes of Zoom."""
    return "\n\n".join(
        [
            "# Errors",
            _ERRORS_INTRODUCTION,
            code_block("text", _error_tree()),
            "## Kinds and exit codes",
            "A command exits with 0 on success, and with the exit code of the error otherwise. It exits with 1 if "
            "a check or a test fails (`spec docs --check`, `spec diff`, `test`), with 70 on an unexpected exception, "
            "and with 130 if you interrupt it. The `--help` of a command names its other exit codes; "
            "[batches](batches.md) have their own for signals and for a reader that ends.",
            format_table(["Kind", "Class", "Exit code", "Meaning"], _kind_rows()),
            *render_answer_sections(),
            "## Known codes",
            _CODES_INTRODUCTION,
            format_filled_columns(_CODE_COLUMNS, [_render_code(row) for row in codes]),
        ]
    ) + "\n"  # fmt: skip


def _error_tree() -> str:
    match = _TREE.search(inspect.getdoc(errors) or "")
    assert match is not None, "the docstring of errors.py contains the tree"
    return match.group()


def _iter_classes(above: type[ComponentError]) -> Iterator[type[ComponentError]]:
    for below in above.__subclasses__():
        if below.__module__ == errors.__name__:
            if below.__name__ in errors.__all__:
                yield below
            yield from _iter_classes(below)


def _kind_rows() -> list[list[str]]:
    rows = []
    for known in _classes_in_order():
        meaning = (inspect.getdoc(known) or "").partition("\n")[0].removeprefix("Report that ")
        rows.append([f"`{known.kind}`", f"`{known.__name__}`", str(known.exit_code), meaning[:1].upper() + meaning[1:]])
    return rows


def _classes_in_order() -> list[type[ComponentError]]:
    tree = _error_tree()
    return sorted(_iter_classes(ComponentError), key=lambda known: tree.index(f" {known.__name__} "))


def _render_code(row: Mapping[str, Any]) -> list[str]:
    phrases = ", ".join(f"`{words}`" for words in row.get("words", "").split("|") if words)
    return [str(row.get("code", "")), str(row.get("status", "")), phrases, f"`{row['kind']}`", row["next"]]
