"""`list`: what actions there are. It reads the index alone: nothing heavy may be imported on this way."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from zoom_component.cli.options import add_json, add_specs, roots
from zoom_component.cli.screen import Screen
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
    add_specs(parser)
    add_json(parser)


def command(args: Namespace, screen: Screen) -> int:
    catalogue = Catalogue(*roots(args))
    rows = catalogue.listing()
    _known_resource(args.resource, rows)
    found = [row for row in rows if _matches(row, args)]
    if screen.as_json:
        screen.json(found)
    else:
        _draw(found, screen)
        if not found:
            screen.say("No action matches. `zoom-component list` shows them all.")
    if faults := len(catalogue.faults()):
        few = (
            "1 fault in the spec files keeps an action out"
            if faults == 1
            else f"{faults} faults in the spec files keep actions out"
        )
        screen.say(f"{few}; `zoom-component check` names them.")
    return 0


def _matches(row: dict[str, Any], args: Namespace) -> bool:
    if args.resource and row["resource"] != args.resource:
        return False
    if args.effect and row["effect"] != args.effect:
        return False
    word = args.word.casefold()
    return any(word in str(row[name] or "").casefold() for name in ("key", "label", "description", "slug"))


def _draw(rows: list[dict[str, Any]], screen: Screen) -> None:
    from zoom_component.cli.table import table, widths

    by_resource: dict[str, list[tuple[str, str, str]]] = {}
    for row in rows:
        by_resource.setdefault(row["resource"], []).append((row["key"], row["effect"], row["description"]))
    wide = widths([cells for group in by_resource.values() for cells in group])
    for resource, group in by_resource.items():
        screen.text(screen.bold(resource or "without a resource"))
        for line in table(group, screen.width, wide=wide):
            screen.text(line)


def _known_resource(wanted: str | None, rows: list[dict[str, Any]]) -> None:
    known = sorted({row["resource"] for row in rows})
    if wanted is None or wanted in known:
        return
    from zoom_component.errors import InputError, Problem
    from zoom_component.spec.faults import suggest

    raise InputError([Problem("resource", f"there is no resource {wanted!r}; {suggest(wanted, known)}")])
