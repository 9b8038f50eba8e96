"""Compare the specs with an OpenAPI document of the API."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from zoom_component.cli.arguments import find_spec_folders
from zoom_component.cli.console import Console, format_count
from zoom_component.cli.parser import add_json_option, add_specs_option
from zoom_component.spec.catalogue import Catalogue

DESCRIPTION = (
    "Compare the operations that the actions use with an OpenAPI 3.0 or 3.1 document, as JSON or YAML. The exit code "
    "is 1 if a call would fail, 20 if there are only additions, and 0 otherwise."
)
EXAMPLES = (
    "zoom-component spec drift ZoomMeetingAPISpec.json",
    "zoom-component spec drift openapi.yaml --breaking",
    "zoom-component spec drift openapi.yaml --json",
)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="the OpenAPI document")
    parser.add_argument("--breaking", action="store_true", help="report only changes that make calls fail")
    add_specs_option(parser)
    add_json_option(parser)


def run(args: Namespace, console: Console) -> int:
    from zoom_component.tools.compare.drift import find_covered_products, find_drift
    from zoom_component.tools.compare.published_api import load_openapi
    from zoom_component.tools.compare.spec_changes import changes_to_json, exit_code_for, format_changelog

    catalogue, document = Catalogue(*find_spec_folders(args)), load_openapi(args.file)
    changes = find_drift([catalogue.action(row["key"]) for row in catalogue.listing()], document)
    reported = [change for change in changes if change.severity == "breaking" or not args.breaking]
    products = sorted(find_covered_products(document))
    if console.as_json:
        console.print_json({"operations": len(document), "products": products, **changes_to_json(reported)})
    else:
        for line in format_changelog(reported):
            console.print(line)
    count = format_count(len(document), "operation")
    console.report(f"{count} read; completely compared products: {', '.join(products) or 'none'}.")
    return exit_code_for(changes)
