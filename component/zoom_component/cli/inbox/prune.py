"""`inbox prune`: finished events that are old are deleted."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace

from zoom_component.cli.inbox import asked
from zoom_component.cli.screen import Screen

DESCRIPTION = (
    "Deletes events that were received longer ago and that every listener has done, or nobody wanted. What is "
    "unfinished or dead stays. An event that is deleted is not known any more: should it come again, it counts as new. "
    "Zoom repeats a delivery for 85 minutes at most."
)
EXAMPLES = ("zoom-component inbox prune --older-than 30d",)


def options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--older-than", type=asked.span, required=True, metavar="SPAN", help="received longer ago: 30d, 12h, 90m"
    )
    asked.add_inbox(parser)


def command(args: Namespace, screen: Screen) -> int:
    with asked.inbox(args) as store:
        screen.say("Deleting ...") if screen.followed else None
        gone = store.prune(time.time() - args.older_than)
    if screen.as_json:
        screen.json({"pruned": gone})
    else:
        screen.say(f"{gone:,} events deleted.")
    return 0
