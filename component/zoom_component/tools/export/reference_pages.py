"""docs/connections.md and docs/errors.md: the pages that are looked up in."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from zoom_component import errors
from zoom_component.errors import ComponentError
from zoom_component.tools.export.component_page import render_input_table
from zoom_component.tools.export.markdown import code_block, escape_prose, format_filled_columns, format_table

__all__ = ["render_connections_page", "render_errors_page"]

_TREE = re.compile(r"^\* ComponentError\n(?:[ ]+[x+] .+\n)+", re.MULTILINE)


def render_connections_page(definition: Mapping[str, Any], notes: Mapping[tuple[str, str], str | None]) -> str:
    """Every kind of connection: how to set it up, and its inputs."""
    parts = ["# Connections"]
    for known in definition["connections"]:
        parts += [f"## {escape_prose(known['label'])}", f"{escape_prose(known['description'])} | key: `{known['key']}`"]
        parts.append(f"Kind: {known['type']}.")
        parts += render_input_table(known["inputs"])
        if said := notes.get(("connections", known["key"])):
            parts.append(said.strip())
    return "\n\n".join(parts) + "\n"


def render_errors_page(codes: Sequence[Mapping[str, Any]]) -> str:
    """The tree of errors, the exit code of each, and what is known of Zoom's codes."""
    return "\n\n".join(
        [
            "# Errors",
            "Errors are grouped by what to do next. The word after the class is the `kind` of every JSON error.",
            code_block("text", _tree()),
            "## Kinds and exit codes",
            "The command line ends with 0 when all went well, and with the code of the error otherwise; with 1 where "
            "`docs --check` finds a stale page, 70 for a failure that nobody foresaw, 130 when it was interrupted.",
            format_table(["Kind", "Class", "Exit code", "Meaning"], _kinds()),
            "## Known codes",
            "The first row that fits an answer wins; *Words* has to be found in its message. An empty cell fits all.",
            format_filled_columns(["Code", "Status", "Words", "Kind", "What to do next"], [_code(row) for row in codes]),
        ]
    ) + "\n"  # fmt: skip


def _tree() -> str:
    found = _TREE.search(inspect.getdoc(errors) or "")
    assert found is not None, "errors.py draws its tree in the docstring"
    return found.group()


def _classes(above: type[ComponentError]) -> Iterator[type[ComponentError]]:
    for below in above.__subclasses__():
        if below.__module__ == errors.__name__:
            if below.__name__ in errors.__all__:
                yield below
            yield from _classes(below)


def _kinds() -> list[list[str]]:
    rows = []
    for known in _in_order():
        meaning = (inspect.getdoc(known) or "").partition("\n")[0]
        rows.append([f"`{known.kind}`", f"`{known.__name__}`", str(known.exit_code), meaning])
    return rows


def _in_order() -> list[type[ComponentError]]:
    tree = _tree()
    return sorted(_classes(ComponentError), key=lambda known: tree.index(f" {known.__name__} "))


def _code(row: Mapping[str, Any]) -> list[str]:
    said = ", ".join(f"`{words}`" for words in row.get("says", "").split("|") if words)
    return [str(row.get("code", "")), str(row.get("status", "")), said, f"`{row['kind']}`", row["next"]]
