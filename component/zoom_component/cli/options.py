"""Options that several commands share, and what they come to."""

from __future__ import annotations

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path

# Not from typing: importing that costs a tenth of a listing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from zoom_component.spec.catalogue import Catalogue
    from zoom_component.spec.spec import ConnectionSpec

__all__ = ["add_json", "add_specs", "add_verbose", "kinds", "roots"]

SPECS = "ZOOM_COMPONENT_SPECS"
FOLDERS = ("actions", "triggers", "sources", "connections")

WEBHOOK_SECRET = "ZOOM_WEBHOOK_SECRET"  # noqa: S105 - the name of a variable


def add_json(parser: ArgumentParser) -> None:
    """`--json`."""
    parser.add_argument("--json", action="store_true", help="JSON, even on a terminal")


def add_verbose(parser: ArgumentParser) -> None:
    """`-v`."""
    parser.add_argument("-v", "--verbose", action="store_true", help="the developer's details, too")


def add_specs(parser: ArgumentParser) -> None:
    """`--specs`."""
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


def kinds(catalogue: Catalogue) -> dict[str, ConnectionSpec]:
    """Every kind of connection by its key."""
    return {key: catalogue.connection(key) for key in catalogue.connection_keys()}


def _root(name: str) -> Path:
    path = Path(name)
    if any((path / folder).is_dir() for folder in FOLDERS):
        return path
    from zoom_component.errors import InputError, Problem

    why = f"holds none of {', '.join(f'{folder}/' for folder in FOLDERS)}" if path.is_dir() else "is no folder"
    raise InputError([Problem("specs", f"came {name!r}, which {why}; accepted: a folder that holds actions/")])
