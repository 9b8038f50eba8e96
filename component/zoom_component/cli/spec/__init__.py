"""Define the subcommands of `spec`, which check, create, compare and document spec files."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from zoom_component.cli.console import Console
from zoom_component.errors import InputError, Problem

__all__ = ["DESCRIPTION", "EXAMPLES", "SUBCOMMANDS"]

# Name: the module, and a summary.
SUBCOMMANDS: dict[str, tuple[str, str]] = {
    "check": ("check", "report every problem of every spec file"),
    "new": ("new", "write the first file of an action"),
    "diff": ("diff", "compare two versions of the specs"),
    "drift": ("drift", "compare the specs with an OpenAPI document"),
    "docs": ("docs", "write the pages that are generated from the specs"),
}
DESCRIPTION = "Check, create, compare and document spec files.\n\nSubcommands:\n" + "\n".join(
    f"  {name:<6} {summary}" for name, (_, summary) in SUBCOMMANDS.items()
)
EXAMPLES = (
    "zoom-component spec check",
    "zoom-component spec new action getPastMeeting --operation pastMeetingDetails",
    "zoom-component spec diff ../released .",
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add no arguments; a subcommand has to follow."""


def run(args: Namespace, console: Console) -> int:
    """Raise InputError because there is no subcommand."""
    raise InputError([Problem("", f"a subcommand is required: {', '.join(SUBCOMMANDS)}")])
