"""`drift`: where the specs and facts differ from an OpenAPI document of the API."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from zoom_component.cli.console import Console
from zoom_component.cli.options import add_json_option, add_specs_option, find_spec_folders
from zoom_component.spec.catalogue import Catalogue

DESCRIPTION = (
    "Compares the operations that the actions use with an OpenAPI 3.0 or 3.1 document, as JSON or YAML. The exit code "
    "is 1 where a call would fail, 20 where there is only something new to offer, and 0 where neither is so."
)
EXAMPLES = (
    "zoom-component drift ZoomMeetingAPISpec.json",
    "zoom-component drift openapi.yaml --breaking",
    "zoom-component drift openapi.yaml --json",
)


def options(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="the OpenAPI document")
    parser.add_argument("--breaking", action="store_true", help="tell only what calls would fail of")
    add_specs_option(parser)
    add_json_option(parser)


def command(args: Namespace, screen: Console) -> int:
    from zoom_component.tools.compare.drift import find_covered_products, find_drift
    from zoom_component.tools.compare.published_api import load_openapi
    from zoom_component.tools.compare.spec_changes import changes_to_json, exit_code_for, format_changelog

    catalogue, document = Catalogue(*find_spec_folders(args)), load_openapi(args.file)
    changes = find_drift([catalogue.action(row["key"]) for row in catalogue.listing()], document)
    told = [change for change in changes if change.severity == "breaking" or not args.breaking]
    products = sorted(find_covered_products(document))
    if screen.as_json:
        screen.print_json({"operations": len(document), "products": products, **changes_to_json(told)})
    else:
        for line in format_changelog(told):
            screen.print(line)
    screen.report(f"{len(document)} operations read; compared in whole: {', '.join(products) or 'no product'}.")
    return exit_code_for(changes)
