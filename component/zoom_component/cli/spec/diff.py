"""Compare two versions of the specs, for a changelog."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from zoom_component.cli.console import Console
from zoom_component.cli.parser import add_json_option

DESCRIPTION = (
    "Compare two versions of the specs: folders, or manifests of releases. The exit code is 1 if a change breaks "
    "callers, 20 if there are only additions, and 0 otherwise."
)
EXAMPLES = (
    "zoom-component spec diff old.json .",
    "zoom-component spec diff old.json new.json --json",
    "zoom-component spec diff ../released . --breaking",
)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("old", metavar="OLD", help="the old version: a folder with actions/, or a manifest")
    parser.add_argument("new", metavar="NEW", help="the new version")
    parser.add_argument("--breaking", action="store_true", help="report only breaking changes")
    add_json_option(parser)


def run(args: Namespace, console: Console) -> int:
    from zoom_component.tools.compare.manifest_changes import compare_manifests
    from zoom_component.tools.compare.manifest_loader import load_manifest
    from zoom_component.tools.compare.spec_changes import changes_to_json, exit_code_for, format_changelog

    changes = compare_manifests(load_manifest(args.old, "OLD"), load_manifest(args.new, "NEW"))
    reported = [change for change in changes if change.severity == "breaking" or not args.breaking]
    if console.as_json:
        console.print_json(changes_to_json(reported))
    else:
        for line in format_changelog(reported):
            console.print(line)
    if not reported:
        console.report("No changes." if not changes else "No breaking changes.")
    return exit_code_for(changes)
