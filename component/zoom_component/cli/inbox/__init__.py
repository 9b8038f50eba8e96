"""Define the subcommands of `inbox`, which show stored events and pass them to listeners."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from zoom_component.cli.console import Console
from zoom_component.errors import InputError, Problem

__all__ = ["DESCRIPTION", "EXAMPLES", "SUBCOMMANDS"]

# Name: the module, and a summary.
SUBCOMMANDS: dict[str, tuple[str, str]] = {
    "list": ("list_events", "list events, newest first"),
    "show": ("show", "show one event and the state of each listener"),
    "status": ("status", "show counts, listeners and the age of the backlog"),
    "work": ("work", "pass events to the listeners of a file"),
    "replay": ("replay", "pass events to their listeners again"),
    "dead-letters": ("dead_letters", "list dead letters, or replay them"),
    "unsubscribe": ("unsubscribe", "unsubscribe a listener"),
    "prune": ("prune", "delete old events that are finished"),
    "fixture": ("fixture", "write an event as a test fixture"),
    "backfill": ("backfill", "add events that were missed"),
}
DESCRIPTION = "Show stored events and pass them to listeners.\n\nSubcommands:\n" + "\n".join(
    f"  {name:<13} {summary}" for name, (_, summary) in SUBCOMMANDS.items()
)
EXAMPLES = (
    "zoom-component inbox status",
    "zoom-component inbox list 'meeting.*' --since 2h",
    "zoom-component inbox work --listeners listeners.yaml",
    "zoom-component inbox dead-letters --replay",
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add no arguments; a subcommand has to follow."""


def run(args: Namespace, console: Console) -> int:
    """Raise InputError because there is no subcommand."""
    raise InputError([Problem("", f"a subcommand is required: {', '.join(SUBCOMMANDS)}")])
