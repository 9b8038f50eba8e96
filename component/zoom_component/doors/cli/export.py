"""`export`: the component as data."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from zoom_component.doors.cli.options import add_json, add_specs, roots
from zoom_component.doors.cli.screen import Screen
from zoom_component.errors import InputError, Problem
from zoom_component.language.catalogue import Catalogue

DESCRIPTION = "Writes the component as JSON: its actions, triggers and connections with their inputs and payloads."
EXAMPLES = ("zoom-component export component", "zoom-component export component --out component.json")


def options(parser: ArgumentParser) -> None:
    parser.add_argument("what", choices=("component",), help="what to export")
    parser.add_argument("--out", metavar="FILE", help="a file instead of stdout")
    add_specs(parser)
    add_json(parser)


def command(args: Namespace, screen: Screen) -> int:
    from zoom_component.export.definition import component

    found = component(Catalogue(*roots(args)))
    if args.out is None:
        screen.json(found)
        return 0
    try:
        Path(args.out).write_text(screen.encode(found, indent=2) + "\n", encoding="utf-8")
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or "that is no file name").lower()
        raise InputError([Problem("--out", f"{args.out!r} cannot be written: {reason}")]) from None
    screen.say(f"Written: {args.out}")
    return 0
