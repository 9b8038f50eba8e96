"""Delete old events that are finished."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from zoom_component.cli.console import Console, format_count
from zoom_component.cli.inbox import common

DESCRIPTION = (
    "Delete events that are older than --older-than and done for every listener. Unfinished events and dead letters "
    "stay. A deleted event that arrives again is still a duplicate, as long as its signature can be valid."
)
EXAMPLES = ("zoom-component inbox prune --older-than 30d",)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--older-than",
        type=common.parse_duration,
        required=True,
        metavar="SPAN",
        help="delete events received longer ago: 30d, 12h, 90m",
    )
    common.add_inbox_option(parser)


def run(args: Namespace, console: Console) -> int:
    with common.open_inbox(args) as inbox:
        if console.is_stderr_terminal:
            console.report("Deleting ...")
        count = inbox.prune_events(inbox.read_clock() - args.older_than)
    if console.as_json:
        console.print_json({"pruned": count})
    else:
        console.report(f"Deleted {format_count(count, 'event')}.")
    return 0
