"""List the saved connections without their secrets, or remove one."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import asdict

from zoom_component.cli.arguments import find_spec_folders
from zoom_component.cli.console import Console
from zoom_component.cli.parser import add_json_option, add_specs_option, add_verbose_option
from zoom_component.cli.table import format_table
from zoom_component.client.connections.registry import ConnectionRegistry
from zoom_component.client.connections.summary import summarize_connections
from zoom_component.errors import InputError, Problem
from zoom_component.spec.catalogue import Catalogue

DESCRIPTION = "List the saved connections without their secrets; `remove NAME` deletes one."
EXAMPLES = ("zoom-component connections", "zoom-component connections --json", "zoom-component connections remove work")
_HEAD = ("NAME", "KIND", "STATE", "CLIENT ID", "TOKEN UNTIL", "BASE URL")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("act", nargs="?", choices=("remove",), help="delete the connection NAME")
    parser.add_argument("name", nargs="?", metavar="NAME", help="the connection to delete")
    add_specs_option(parser)
    add_json_option(parser)
    add_verbose_option(parser)


def run(args: Namespace, console: Console) -> int:
    registry = ConnectionRegistry(Catalogue(*find_spec_folders(args)).connections())
    if args.act == "remove":
        return _remove(args.name, registry, console)
    rows = summarize_connections(registry)
    if console.as_json:
        console.print_json([asdict(row) for row in rows])
        return 0
    if not rows:
        console.report("No connection is saved. `zoom-component connect` creates one.")
        return 0
    cells: list[tuple[str, ...]] = [
        _HEAD,
        *((row.name, row.kind, row.state, row.client_id, row.expires_at, row.base_url) for row in rows),
    ]
    if any(row.proxy or row.ca_file for row in rows):
        routes = [("PROXY", "CA FILE"), *((row.proxy, row.ca_file) for row in rows)]
        cells = [(*cell, *route) for cell, route in zip(cells, routes, strict=True)]
    for line in format_table(cells, console.width, indent=0):
        console.print(line)
    return 0


def _remove(name: str | None, registry: ConnectionRegistry, console: Console) -> int:
    if name is None:
        raise InputError([Problem("NAME", "is required: zoom-component connections remove NAME")])
    registry.remove(name)
    console.report(f"Removed {name}.")
    if console.as_json:
        console.print_json({"removed": name})
    return 0
