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

__all__ = ["add_json_option", "add_specs_option", "add_verbose_option", "find_spec_folders", "load_connection_kinds"]

SPECS_VARIABLE = "ZOOM_COMPONENT_SPECS"
SPEC_FOLDER_NAMES = ("actions", "triggers", "sources", "connections")

WEBHOOK_SECRET_VARIABLE = "ZOOM_WEBHOOK_SECRET"  # noqa: S105 - the name of a variable


def add_json_option(parser: ArgumentParser) -> None:
    """`--json`."""
    parser.add_argument("--json", action="store_true", help="JSON, even on a terminal")


def add_verbose_option(parser: ArgumentParser) -> None:
    """`-v`."""
    parser.add_argument("-v", "--verbose", action="store_true", help="the developer's details, too")


def add_specs_option(parser: ArgumentParser) -> None:
    """`--specs`."""
    parser.add_argument(
        "--specs",
        action="append",
        default=[],
        metavar="FOLDER",
        help=f"a further folder with actions/; may be repeated, or given in {SPECS_VARIABLE}",
    )


def find_spec_folders(args: Namespace) -> list[Path]:
    """The further spec folders of flags and environment. Raises InputError for one that is none."""
    named = [*args.specs, *(part for part in os.environ.get(SPECS_VARIABLE, "").split(os.pathsep) if part)]
    return [_check_spec_folder(name) for name in named]


def load_connection_kinds(catalogue: Catalogue) -> dict[str, ConnectionSpec]:
    """Every kind of connection by its key."""
    return {key: catalogue.connection(key) for key in catalogue.connection_keys()}


def _check_spec_folder(name: str) -> Path:
    path = Path(name)
    if any((path / folder).is_dir() for folder in SPEC_FOLDER_NAMES):
        return path
    from zoom_component.errors import InputError, Problem

    why = (
        f"holds none of {', '.join(f'{folder}/' for folder in SPEC_FOLDER_NAMES)}" if path.is_dir() else "is no folder"
    )
    raise InputError([Problem("specs", f"came {name!r}, which {why}; accepted: a folder that holds actions/")])
