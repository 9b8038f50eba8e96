"""`connections`: what is saved on this machine, without a secret; and `connections remove`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict

from zoom_component.cli.options import add_json, add_specs, add_verbose, kinds, roots
from zoom_component.cli.screen import Screen
from zoom_component.cli.table import table
from zoom_component.client.connections.named import Connections
from zoom_component.errors import InputError, Problem
from zoom_component.spec.catalogue import Catalogue

DESCRIPTION = "Lists the saved connections, never a secret; `remove NAME` forgets one."
EXAMPLES = ("zoom-component connections", "zoom-component connections --json", "zoom-component connections remove work")
_HEAD = ("NAME", "KIND", "STATE", "CLIENT ID", "TOKEN UNTIL", "BASE URL")


def options(parser: ArgumentParser) -> None:
    parser.add_argument("act", nargs="?", choices=("remove",), help="forget the connection NAME")
    parser.add_argument("name", nargs="?", metavar="NAME", help="which one")
    add_specs(parser)
    add_json(parser)
    add_verbose(parser)


def command(args: Namespace, screen: Screen) -> int:
    stored = Connections(kinds(Catalogue(*roots(args))))
    if args.act == "remove":
        return _remove(args.name, stored, screen)
    rows = stored.describe()
    if screen.as_json:
        screen.json([asdict(row) for row in rows])
        return 0
    if not rows:
        screen.say("No connection is saved. `zoom-component connect` makes one.")
        return 0
    cells = [(row.name, row.kind, row.state, row.client_id, row.expires_at, row.base_url) for row in rows]
    for line in table([_HEAD, *cells], screen.width, indent=0):
        screen.text(line)
    return 0


def _remove(name: str | None, stored: Connections, screen: Screen) -> int:
    if name is None:
        raise InputError([Problem("NAME", "say which connection to forget: zoom-component connections remove NAME")])
    stored.remove(name)
    screen.say(f"Forgotten: {name}.")
    if screen.as_json:
        screen.json({"removed": name})
    return 0
