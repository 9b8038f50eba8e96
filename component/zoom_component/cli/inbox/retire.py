"""`inbox retire`: the end of a listener."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from zoom_component.cli.inbox import asked
from zoom_component.cli.screen import Screen

DESCRIPTION = (
    "Ends a listener that is in no listeners file any more: no more work is kept for it, and what it has not finished "
    "is dropped. What it did stays on record. A drain whose file still names it registers it anew."
)
EXAMPLES = ("zoom-component inbox retire crm",)


def options(parser: ArgumentParser) -> None:
    parser.add_argument("listener", metavar="LISTENER", help="which one, as `inbox status` shows it")
    asked.add_inbox(parser)


def command(args: Namespace, screen: Screen) -> int:
    with asked.inbox(args) as store:
        asked.known_listener(store, args.listener, "LISTENER")
        store.retire(args.listener)
    if screen.as_json:
        screen.json({"retired": args.listener})
    else:
        screen.say(f"Retired: {args.listener}.")
    return 0
