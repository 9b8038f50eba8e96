"""`inbox prune`: finished events that are old are deleted."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace

from zoom_component.cli.console import Console
from zoom_component.cli.inbox import common

DESCRIPTION = (
    "Deletes events that were received longer ago and that every listener has done, or nobody wanted. What is "
    "unfinished or dead stays. An event that is deleted is not known any more: should it come again, it counts as new. "
    "Zoom repeats a delivery for 85 minutes at most."
)
EXAMPLES = ("zoom-component inbox prune --older-than 30d",)


def options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--older-than",
        type=common.parse_duration,
        required=True,
        metavar="SPAN",
        help="received longer ago: 30d, 12h, 90m",
    )
    common.add_inbox_option(parser)


def command(args: Namespace, screen: Console) -> int:
    with common.open_inbox(args) as store:
        screen.report("Deleting ...") if screen.is_stderr_terminal else None
        gone = store.prune_events(time.time() - args.older_than)
    if screen.as_json:
        screen.print_json({"pruned": gone})
    else:
        screen.report(f"{gone:,} events deleted.")
    return 0
