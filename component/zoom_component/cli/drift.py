"""`drift`: where the specs and facts differ from an OpenAPI document of the API."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from zoom_component.cli.options import add_json, add_specs, roots
from zoom_component.cli.screen import Screen
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
    add_specs(parser)
    add_json(parser)


def command(args: Namespace, screen: Screen) -> int:
    from zoom_component.tools.compare.changes import as_json, exit_code, markdown
    from zoom_component.tools.compare.drift import covered, drift
    from zoom_component.tools.compare.openapi import read

    catalogue, document = Catalogue(*roots(args)), read(args.file)
    changes = drift([catalogue.action(row["key"]) for row in catalogue.listing()], document)
    told = [change for change in changes if change.weight == "breaking" or not args.breaking]
    products = sorted(covered(document))
    if screen.as_json:
        screen.json({"operations": len(document), "products": products, **as_json(told)})
    else:
        for line in markdown(told):
            screen.text(line)
    screen.say(f"{len(document)} operations read; compared in whole: {', '.join(products) or 'no product'}.")
    return exit_code(changes)
