"""List the values of an input, with labels."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from zoom_component.cli import arguments
from zoom_component.cli.console import Console, strip_controls
from zoom_component.cli.parser import (
    add_connection_options,
    add_json_option,
    add_preflight_option,
    add_retry_options,
    add_specs_option,
    add_verbose_option,
    integer_between,
)
from zoom_component.cli.show import serialize_input
from zoom_component.cli.table import format_table

if TYPE_CHECKING:
    from zoom_component.client.options import OptionPage, OptionsQuery
    from zoom_component.component import Component
    from zoom_component.spec.catalogue import Catalogue

DESCRIPTION = (
    "List the values of an input, with labels. NAME is a data source, or an input as ACTION.INPUT: the values of its "
    "data source, or its fixed choices. Without a NAME: the data sources and their required inputs."
)
EXAMPLES = (
    "zoom-component options",
    "zoom-component options selectUser --search ada",
    "zoom-component options selectMeeting -i userId=me --limit 20",
    "zoom-component options getMeeting.meetingId -i userId=me --json",
    "zoom-component options createMeeting.recurrence",
)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="a data source, or an input as ACTION.INPUT")
    parser.add_argument(
        "-i",
        "--input",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="set an input of the data source; NAME=@FILE reads a file; repeatable",
    )
    parser.add_argument(
        "--inputs", metavar="FILE", help="read inputs from a JSON or YAML file; - is stdin; -i takes precedence"
    )
    parser.add_argument("--search", default="", metavar="WORDS", help="select labels with these words, in any order")
    parser.add_argument(
        "--limit",
        type=integer_between(1, 10_000),
        default=100,
        metavar="N",
        help="list at most this many (default: 100)",
    )
    parser.add_argument("--resume", default="", metavar="TOKEN", help="continue with the token of an earlier list")
    add_connection_options(parser)
    add_retry_options(parser)
    add_preflight_option(parser)
    add_specs_option(parser)
    add_json_option(parser)
    add_verbose_option(parser)


def run(args: Namespace, console: Console) -> int:
    arguments.mask_known_secrets(console, args.token, args.client_secret)
    from zoom_component.client.options import OptionPage, build_query

    component = arguments.load_component(args)
    if args.name is None:
        return _print_sources(component.catalogue, console)
    inputs = arguments.read_inputs(args.input, args.inputs)
    # Validated before a connection is resolved, so that input errors are reported first.
    result = build_query(component, args.name, inputs, search=args.search, limit=args.limit, resume=args.resume)
    if not isinstance(result, OptionPage):
        for warning in result.warnings:
            console.report(f"warning: {warning}")
        result = _fetch_options(args, component, result, console)
    return _print_options(result, args, console)


def _fetch_options(args: Namespace, component: Component, query: OptionsQuery, console: Console) -> OptionPage:
    from zoom_component.client.options import run_query

    connection = arguments.resolve_connection(args, component, console)
    with component.connect(connection, options=arguments.build_session_options(args)) as session:
        return run_query(session, query)


def _print_options(page: OptionPage, args: Namespace, console: Console) -> int:
    if console.as_json:
        console.print_json(page.as_json())
        return 0
    if page.options:
        for line in format_table(
            [(option.value, strip_controls(option.label)) for option in page.options],
            console.width,
            indent=0,
        ):
            console.print(line)
    else:
        console.report("No value matches." if args.search else "There are no values.")
    if page.next:
        console.report(f"More values: --resume {page.next}")
    return 0


def _print_sources(catalogue: Catalogue, console: Console) -> int:
    sources = [catalogue.data_source(key) for key in catalogue.data_source_keys()]
    if console.as_json:
        console.print_json([serialize_source(catalogue, source.key) for source in sources])
        return 0
    rows = [
        (source.key, ", ".join(_list_required_inputs(catalogue, source.key)) or "-", source.description)
        for source in sources
    ]
    for line in format_table(rows, console.width, indent=0):
        console.print(line)
    return 0


def _list_required_inputs(catalogue: Catalogue, key: str) -> list[str]:
    """Return the required inputs of a source."""
    inputs = catalogue.data_source(key).inputs.values()
    return [spec.key for spec in inputs if spec.required and spec.type != "connection"]


def serialize_source(catalogue: Catalogue, key: str) -> dict[str, Any]:
    """Return a source as a JSON object."""
    source = catalogue.data_source(key)
    return {
        "key": source.key,
        "label": source.label,
        "description": source.description,
        "action": source.action,
        "inputs": [serialize_input(spec) for spec in source.inputs.values() if spec.type != "connection"],
        "notes": source.notes,
    }
