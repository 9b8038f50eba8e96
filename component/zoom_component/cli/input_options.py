"""`pick`: the values of an input, as people recognise them."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from zoom_component.cli import arguments, reading
from zoom_component.cli.console import Console
from zoom_component.cli.errors import strip_control_characters
from zoom_component.cli.options import add_json_option, add_specs_option, add_verbose_option
from zoom_component.cli.show import serialize_input
from zoom_component.cli.table import format_table

if TYPE_CHECKING:
    from zoom_component.client.options import OptionPage, OptionsQuery
    from zoom_component.component import Component
    from zoom_component.spec.catalogue import Catalogue

DESCRIPTION = (
    "Shows the values that an input can have, each with a label. NAME is a data source, or an input as ACTION.INPUT: "
    "what its source gives, or its fixed choices. Without a NAME: the sources and what each has to be told."
)
EXAMPLES = (
    "zoom-component pick",
    "zoom-component pick selectUser --search ada",
    "zoom-component pick selectMeeting -i userId=me --most 20",
    "zoom-component pick getMeeting.meetingId -i userId=me --json",
    "zoom-component pick createMeeting.recurrence",
)


def options(parser: ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", metavar="NAME", help="a source, or an input as ACTION.INPUT")
    parser.add_argument(
        "-i",
        "--input",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="what has to be chosen before, as text; NAME=@FILE reads it from a file. May be repeated",
    )
    parser.add_argument("--inputs", metavar="FILE", help="the same as a JSON or YAML file; - is stdin. -i wins")
    parser.add_argument("--search", default="", metavar="WORDS", help="only labels with these words, in any order")
    parser.add_argument(
        "--most", type=arguments.integer_between(1, 10_000), default=100, metavar="N", help="how many (100)"
    )
    parser.add_argument("--resume", default="", metavar="TOKEN", help="go on where an earlier pick said next")
    arguments.add_connection_options(parser)
    arguments.add_retry_options(parser)
    arguments.add_preflight_option(parser)
    add_specs_option(parser)
    add_json_option(parser)
    add_verbose_option(parser)


def command(args: Namespace, screen: Console) -> int:
    arguments.mask_known_secrets(screen, args.token, args.client_secret)
    from zoom_component.client.options import OptionPage, build_query

    component = arguments.load_component(args)
    if args.name is None:
        return _print_sources(component.catalogue, screen)
    inputs = reading.read_inputs(args.input, args.inputs)
    # Checked before a connection is looked for: whoever gave wrong inputs hears of those first.
    found = build_query(component, args.name, inputs, search=args.search, limit=args.most, resume=args.resume)
    if not isinstance(found, OptionPage):
        for caution in found.warnings:
            screen.report(f"caution: {caution}")
        found = _fetch_options(args, component, found, screen)
    return _print_options(found, args, screen)


def _fetch_options(args: Namespace, component: Component, asking: OptionsQuery, screen: Console) -> OptionPage:
    from zoom_component.client.options import run_query

    connection = arguments.resolve_connection(args, component, screen)
    with component.connect(connection, options=arguments.build_session_options(args)) as session:
        return run_query(session, asking)


def _print_options(picked: OptionPage, args: Namespace, screen: Console) -> int:
    if screen.as_json:
        screen.print_json(picked.as_json())
        return 0
    if picked.options:
        for line in format_table(
            [(choice.value, strip_control_characters(choice.label)) for choice in picked.options],
            screen.width,
            indent=0,
        ):
            screen.print(line)
    else:
        screen.report("Nothing matches." if args.search else "There is nothing to choose from.")
    if picked.next:
        screen.report(f"There is more: --resume {picked.next}")
    return 0


def _print_sources(catalogue: Catalogue, screen: Console) -> int:
    sources = [catalogue.data_source(key) for key in catalogue.data_source_keys()]
    if screen.as_json:
        screen.print_json([serialize_source(catalogue, each.key) for each in sources])
        return 0
    rows = [
        (each.key, ", ".join(_list_required_inputs(catalogue, each.key)) or "-", each.description) for each in sources
    ]
    for line in format_table(rows, screen.width, indent=0):
        screen.print(line)
    return 0


def _list_required_inputs(catalogue: Catalogue, key: str) -> list[str]:
    """The inputs that a source cannot do without."""
    inputs = catalogue.data_source(key).inputs.values()
    return [spec.key for spec in inputs if spec.required and spec.type != "connection"]


def serialize_source(catalogue: Catalogue, key: str) -> dict[str, Any]:
    """A source as JSON."""
    source = catalogue.data_source(key)
    return {
        "key": source.key,
        "label": source.label,
        "description": source.description,
        "action": source.action,
        "inputs": [serialize_input(spec) for spec in source.inputs.values() if spec.type != "connection"],
        "notes": source.notes,
    }
