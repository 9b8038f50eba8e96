"""`pick`: the values of an input, as people recognise them."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from zoom_component.cli import calling, reading
from zoom_component.cli.failing import plain
from zoom_component.cli.options import add_json, add_specs, add_verbose
from zoom_component.cli.screen import Screen
from zoom_component.cli.show import input_json
from zoom_component.cli.table import table

if TYPE_CHECKING:
    from zoom_component.client.options import Asking, Picked
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
    parser.add_argument("--most", type=calling.whole(1, 10_000), default=100, metavar="N", help="how many (100)")
    parser.add_argument("--resume", default="", metavar="TOKEN", help="go on where an earlier pick said next")
    calling.add_connection(parser)
    calling.add_patience(parser)
    calling.add_preflight(parser)
    add_specs(parser)
    add_json(parser)
    add_verbose(parser)


def command(args: Namespace, screen: Screen) -> int:
    calling.guarded(screen, args.token, args.client_secret)
    from zoom_component.client.options import Picked, ask

    component = calling.component(args)
    if args.name is None:
        return _list(component.catalogue, screen)
    inputs = reading.inputs(args.input, args.inputs)
    # Checked before a connection is looked for: whoever gave wrong inputs hears of those first.
    found = ask(component, args.name, inputs, search=args.search, most=args.most, resume=args.resume)
    if not isinstance(found, Picked):
        for caution in found.cautions:
            screen.say(f"caution: {caution}")
        found = _fetched(args, component, found, screen)
    return _show(found, args, screen)


def _fetched(args: Namespace, component: Component, asking: Asking, screen: Screen) -> Picked:
    from zoom_component.client.options import fetch

    connection = calling.connection(args, component, screen)
    with component.connect(connection, options=calling.session_options(args)) as session:
        return fetch(session, asking)


def _show(picked: Picked, args: Namespace, screen: Screen) -> int:
    if screen.as_json:
        screen.json(picked.as_json())
        return 0
    if picked.choices:
        for line in table([(choice.value, plain(choice.label)) for choice in picked.choices], screen.width, indent=0):
            screen.text(line)
    else:
        screen.say("Nothing matches." if args.search else "There is nothing to choose from.")
    if picked.next:
        screen.say(f"There is more: --resume {picked.next}")
    return 0


def _list(catalogue: Catalogue, screen: Screen) -> int:
    sources = [catalogue.source(key) for key in catalogue.source_keys()]
    if screen.as_json:
        screen.json([described(catalogue, each.key) for each in sources])
        return 0
    rows = [(each.key, ", ".join(_wanted(catalogue, each.key)) or "-", each.description) for each in sources]
    for line in table(rows, screen.width, indent=0):
        screen.text(line)
    return 0


def _wanted(catalogue: Catalogue, key: str) -> list[str]:
    """The inputs that a source cannot do without."""
    inputs = catalogue.source(key).inputs.values()
    return [spec.key for spec in inputs if spec.required and spec.type != "connection"]


def described(catalogue: Catalogue, key: str) -> dict[str, Any]:
    """A source as JSON."""
    source = catalogue.source(key)
    return {
        "key": source.key,
        "label": source.label,
        "description": source.description,
        "action": source.action,
        "inputs": [input_json(spec) for spec in source.inputs.values() if spec.type != "connection"],
        "notes": source.notes,
    }
