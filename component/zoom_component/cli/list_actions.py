"""`list`: what actions there are. It reads the index alone: nothing heavy may be imported on this way."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from zoom_component.cli.console import Console
from zoom_component.cli.options import add_json_option, add_specs_option, find_spec_folders
from zoom_component.spec.catalogue import Catalogue

# Not from typing: importing that costs a tenth of a listing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DESCRIPTION = "Lists the actions by resource. A word narrows them: it is looked for in key, slug, label and words."
EXAMPLES = (
    "zoom-component list",
    "zoom-component list recording",
    "zoom-component list --resource meetings --effect read --json",
)
EFFECTS = ("read", "create", "update", "delete", "any")


def options(parser: ArgumentParser) -> None:
    parser.add_argument("word", nargs="?", default="", metavar="WORD", help="part of a key, label or description")
    parser.add_argument("--resource", metavar="R", help="only this resource, such as meetings")
    parser.add_argument("--effect", choices=EFFECTS, help="only actions that do this to Zoom")
    add_specs_option(parser)
    add_json_option(parser)


def command(args: Namespace, screen: Console) -> int:
    catalogue = Catalogue(*find_spec_folders(args))
    rows = catalogue.listing()
    _check_resource(args.resource, rows)
    found = [row for row in rows if _is_match(row, args)]
    if screen.as_json:
        screen.print_json(found)
    else:
        _print_groups(found, screen)
        if not found:
            screen.report("No action matches. `zoom-component list` shows them all.")
    if faults := len(catalogue.problems()):
        few = (
            "1 fault in the spec files keeps an action out"
            if faults == 1
            else f"{faults} faults in the spec files keep actions out"
        )
        screen.report(f"{few}; `zoom-component check` names them.")
    return 0


def _is_match(row: dict[str, Any], args: Namespace) -> bool:
    if args.resource and row["resource"] != args.resource:
        return False
    if args.effect and row["effect"] != args.effect:
        return False
    word = args.word.casefold()
    return any(word in str(row[name] or "").casefold() for name in ("key", "label", "description", "slug"))


def _print_groups(rows: list[dict[str, Any]], screen: Console) -> None:
    from zoom_component.cli.table import format_table, measure_columns

    by_resource: dict[str, list[tuple[str, str, str]]] = {}
    for row in rows:
        by_resource.setdefault(row["resource"], []).append((row["key"], row["effect"], row["description"]))
    wide = measure_columns([cells for group in by_resource.values() for cells in group])
    for resource, group in by_resource.items():
        screen.print(screen.bold(resource or "without a resource"))
        for line in format_table(group, screen.width, column_widths=wide):
            screen.print(line)


def _check_resource(wanted: str | None, rows: list[dict[str, Any]]) -> None:
    known = sorted({row["resource"] for row in rows})
    if wanted is None or wanted in known:
        return
    from zoom_component.errors import InputError, Problem
    from zoom_component.spec.diagnostics import suggest

    raise InputError([Problem("resource", f"there is no resource {wanted!r}; {suggest(wanted, known)}")])
