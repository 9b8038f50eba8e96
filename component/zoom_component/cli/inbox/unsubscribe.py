"""Unsubscribe a listener that is no longer in a listeners file."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from zoom_component.cli.console import Console
from zoom_component.cli.inbox import common

DESCRIPTION = (
    "Unsubscribe a listener that is no longer in a listeners file: it gets no more jobs, and its unfinished jobs are "
    "deleted. Its finished jobs stay. A worker whose file still has the listener registers it again."
)
EXAMPLES = ("zoom-component inbox unsubscribe crm",)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("listener", metavar="LISTENER", help="the name of the listener, as in `inbox status`")
    common.add_inbox_option(parser)


def run(args: Namespace, console: Console) -> int:
    with common.open_inbox(args) as inbox:
        common.check_listener(inbox, args.listener, "LISTENER")
        inbox.unsubscribe(args.listener)
    if console.as_json:
        console.print_json({"unsubscribed": args.listener})
    else:
        console.report(f"Unsubscribed {args.listener}.")
    return 0
