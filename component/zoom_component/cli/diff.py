"""`diff`: what changed between two states of the specs, in words for a changelog."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from zoom_component.cli.options import add_json
from zoom_component.cli.screen import Screen

DESCRIPTION = (
    "Compares two states of the specs: folders, or manifests of releases. The exit code is 1 where a change breaks "
    "callers, 20 where there is only something new, and 0 where neither is so."
)
EXAMPLES = (
    "zoom-component diff old.json .",
    "zoom-component diff old.json new.json --json",
    "zoom-component diff ../released . --breaking",
)


def options(parser: ArgumentParser) -> None:
    parser.add_argument("old", metavar="OLD", help="the state before: a folder with actions/, or a manifest")
    parser.add_argument("new", metavar="NEW", help="the state after")
    parser.add_argument("--breaking", action="store_true", help="tell only what breaks callers")
    add_json(parser)


def command(args: Namespace, screen: Screen) -> int:
    from zoom_component.tools.compare.changes import as_json, exit_code, markdown
    from zoom_component.tools.compare.difference import difference
    from zoom_component.tools.compare.states import state

    changes = difference(state(args.old, "OLD"), state(args.new, "NEW"))
    told = [change for change in changes if change.weight == "breaking" or not args.breaking]
    if screen.as_json:
        screen.json(as_json(told))
    else:
        for line in markdown(told):
            screen.text(line)
    if not told:
        screen.say("Nothing changed." if not changes else "Nothing that breaks callers.")
    return exit_code(changes)
