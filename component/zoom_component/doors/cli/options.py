"""Options that several commands share, and what they come to."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path

__all__ = ["add_json", "add_specs", "add_verbose", "roots"]

SPECS = "ZOOM_COMPONENT_SPECS"
FOLDERS = ("actions", "triggers", "connections")


def add_json(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="JSON, even on a terminal")


def add_verbose(parser: ArgumentParser) -> None:
    parser.add_argument("-v", "--verbose", action="store_true", help="the developer's details, too")


def add_specs(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--specs",
        action="append",
        default=[],
        metavar="FOLDER",
        help=f"a further folder with actions/; may be repeated, or given in {SPECS}",
    )


def roots(args: Namespace) -> list[Path]:
    """The further spec folders of flags and environment. Raises InputError for one that is none."""
    named = [*args.specs, *(part for part in os.environ.get(SPECS, "").split(os.pathsep) if part)]
    return [_root(name) for name in named]


def _root(name: str) -> Path:
    path = Path(name)
    if any((path / folder).is_dir() for folder in FOLDERS):
        return path
    from zoom_component.errors import InputError, Problem

    why = "holds none of actions/, triggers/ and connections/" if path.is_dir() else "is no folder"
    raise InputError([Problem("specs", f"came {name!r}, which {why}; accepted: a folder that holds actions/")])
