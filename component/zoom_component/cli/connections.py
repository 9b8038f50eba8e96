"""`connections`: what is saved on this machine, without a secret; and `connections remove`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict

from zoom_component.cli.console import Console
from zoom_component.cli.options import (
    add_json_option,
    add_specs_option,
    add_verbose_option,
    find_spec_folders,
    load_connection_kinds,
)
from zoom_component.cli.table import format_table
from zoom_component.client.connections.registry import ConnectionRegistry
from zoom_component.errors import InputError, Problem
from zoom_component.spec.catalogue import Catalogue

DESCRIPTION = "Lists the saved connections, never a secret; `remove NAME` forgets one."
EXAMPLES = ("zoom-component connections", "zoom-component connections --json", "zoom-component connections remove work")
_HEAD = ("NAME", "KIND", "STATE", "CLIENT ID", "TOKEN UNTIL", "BASE URL")


def options(parser: ArgumentParser) -> None:
    parser.add_argument("act", nargs="?", choices=("remove",), help="forget the connection NAME")
    parser.add_argument("name", nargs="?", metavar="NAME", help="which one")
    add_specs_option(parser)
    add_json_option(parser)
    add_verbose_option(parser)


def command(args: Namespace, screen: Console) -> int:
    stored = ConnectionRegistry(load_connection_kinds(Catalogue(*find_spec_folders(args))))
    if args.act == "remove":
        return _remove(args.name, stored, screen)
    rows = stored.summarize()
    if screen.as_json:
        screen.print_json([asdict(row) for row in rows])
        return 0
    if not rows:
        screen.report("No connection is saved. `zoom-component connect` makes one.")
        return 0
    cells = [(row.name, row.kind, row.state, row.client_id, row.expires_at, row.base_url) for row in rows]
    for line in format_table([_HEAD, *cells], screen.width, indent=0):
        screen.print(line)
    return 0


def _remove(name: str | None, stored: ConnectionRegistry, screen: Console) -> int:
    if name is None:
        raise InputError([Problem("NAME", "say which connection to forget: zoom-component connections remove NAME")])
    stored.remove(name)
    screen.report(f"Forgotten: {name}.")
    if screen.as_json:
        screen.print_json({"removed": name})
    return 0
