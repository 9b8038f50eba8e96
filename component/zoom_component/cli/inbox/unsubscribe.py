"""`inbox retire`: the end of a listener."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from zoom_component.cli.console import Console
from zoom_component.cli.inbox import common

DESCRIPTION = (
    "Ends a listener that is in no listeners file any more: no more work is kept for it, and what it has not finished "
    "is dropped. What it did stays on record. A drain whose file still names it registers it anew."
)
EXAMPLES = ("zoom-component inbox retire crm",)


def options(parser: ArgumentParser) -> None:
    parser.add_argument("listener", metavar="LISTENER", help="which one, as `inbox status` shows it")
    common.add_inbox_option(parser)


def command(args: Namespace, screen: Console) -> int:
    with common.open_inbox(args) as store:
        common.check_listener(store, args.listener, "LISTENER")
        store.unsubscribe(args.listener)
    if screen.as_json:
        screen.print_json({"retired": args.listener})
    else:
        screen.report(f"Retired: {args.listener}.")
    return 0
