"""`inbox`: the events that were kept, and what became of them. Each part is a module of its own, loaded alone."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from zoom_component.cli.console import Console
from zoom_component.errors import InputError, Problem

__all__ = ["DESCRIPTION", "EXAMPLES", "SUBCOMMANDS"]

# Word: the module, and one line about it.
SUBCOMMANDS: dict[str, tuple[str, str]] = {
    "list": ("listed", "the events, the newest first"),
    "show": ("shown", "one event: what it says, and how each listener stands with it"),
    "status": ("status", "how much there is, who listens, what waits since when"),
    "drain": ("drain", "hand events to the listeners of a file until nothing is due, or for ever"),
    "replay": ("replay", "hand events out once more, by id, time or filter"),
    "dead": ("dead", "what no listener could take, and why; replayed on request"),
    "retire": ("retire", "end a listener: no more work is kept for it"),
    "prune": ("prune", "delete finished events that are old"),
    "fixture": ("fixture", "an event as a fixture for tests, without its secrets"),
    "backfill": ("backfill", "find in Zoom what no event told of, and put it in"),
}
_WIDTH = max(map(len, SUBCOMMANDS))
DESCRIPTION = (
    "Looks after the events that were kept before they were answered. Each part has its own --help: "
    + "; ".join(f"{name}: {about}" for name, (_, about) in SUBCOMMANDS.items())
    + "."
)
EXAMPLES = (
    "zoom-component inbox status",
    "zoom-component inbox list 'meeting.*' --since 2h",
    "zoom-component inbox drain --listeners listeners.yaml --forever",
    "zoom-component inbox dead --replay",
)


def options(parser: ArgumentParser) -> None:
    """None: what follows is the word of a part."""


def command(args: Namespace, screen: Console) -> int:
    """Without a part there is nothing to do."""
    raise InputError([Problem("", f"say what to do: zoom-component inbox {'|'.join(SUBCOMMANDS)}")])
