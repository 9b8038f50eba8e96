"""`diff`: what changed between two states of the specs, in words for a changelog."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from zoom_component.cli.console import Console
from zoom_component.cli.options import add_json_option

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
    add_json_option(parser)


def command(args: Namespace, screen: Console) -> int:
    from zoom_component.tools.compare.manifest_changes import compare_manifests
    from zoom_component.tools.compare.manifest_loader import load_manifest
    from zoom_component.tools.compare.spec_changes import changes_to_json, exit_code_for, format_changelog

    changes = compare_manifests(load_manifest(args.old, "OLD"), load_manifest(args.new, "NEW"))
    told = [change for change in changes if change.severity == "breaking" or not args.breaking]
    if screen.as_json:
        screen.print_json(changes_to_json(told))
    else:
        for line in format_changelog(told):
            screen.print(line)
    if not told:
        screen.report("Nothing changed." if not changes else "Nothing that breaks callers.")
    return exit_code_for(changes)
