"""List the actions. Only the index is read, so nothing heavy may be imported here."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from zoom_component.cli.arguments import find_spec_folders
from zoom_component.cli.console import Console, format_count, quote
from zoom_component.cli.parser import add_json_option, add_specs_option
from zoom_component.spec.catalogue import Catalogue

# Not from typing: importing that costs a tenth of a listing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DESCRIPTION = "List the actions by resource. A WORD selects those with it in their key, slug, label or description."
EXAMPLES = (
    "zoom-component list",
    "zoom-component list recording",
    "zoom-component list --resource meetings --effect read --json",
)
EFFECTS = ("read", "create", "update", "delete", "any")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "word",
        nargs="?",
        default="",
        metavar="WORD",
        help="select actions with this text in the key, slug, label or description",
    )
    parser.add_argument("--resource", metavar="R", help="select this resource, such as meetings")
    parser.add_argument("--effect", choices=EFFECTS, help="select actions with this effect on Zoom")
    add_specs_option(parser)
    add_json_option(parser)


def run(args: Namespace, console: Console) -> int:
    catalogue = Catalogue(*find_spec_folders(args))
    rows = catalogue.listing()
    _check_resource(args.resource, rows)
    selected = [row for row in rows if _is_match(row, args)]
    if console.as_json:
        console.print_json(selected)
    else:
        _print_groups(selected, console)
        if not selected:
            console.report("No action matches. `zoom-component list` shows all of them.")
    if problems := len(catalogue.problems()):
        console.report(f"{format_count(problems, 'problem')} in spec files; `zoom-component spec check` lists them.")
    return 0


def _is_match(row: dict[str, Any], args: Namespace) -> bool:
    if args.resource and row["resource"] != args.resource:
        return False
    if args.effect and row["effect"] != args.effect:
        return False
    text = args.word.casefold()
    return any(text in str(row[name] or "").casefold() for name in ("key", "label", "description", "slug"))


def _print_groups(rows: list[dict[str, Any]], console: Console) -> None:
    from zoom_component.cli.table import format_table, measure_columns

    by_resource: dict[str, list[tuple[str, str, str]]] = {}
    for row in rows:
        by_resource.setdefault(row["resource"], []).append((row["key"], row["effect"], row["description"]))
    column_widths = measure_columns([cells for group in by_resource.values() for cells in group])
    for resource, group in by_resource.items():
        console.print(console.bold(resource or "no resource"))
        for line in format_table(group, console.width, column_widths=column_widths):
            console.print(line)


def _check_resource(resource: str | None, rows: list[dict[str, Any]]) -> None:
    known = sorted({row["resource"] for row in rows})
    if resource is None or resource in known:
        return
    from zoom_component.errors import InputError, Problem
    from zoom_component.spec.diagnostics import suggest

    raise InputError([Problem("--resource", f"unknown resource {quote(resource)}; {suggest(resource, known)}")])
