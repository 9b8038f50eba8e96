"""`inbox replay`: events handed out once more."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace

from zoom_component.cli.console import Console
from zoom_component.cli.inbox import common
from zoom_component.errors import InputError, Problem

DESCRIPTION = (
    "Makes work of events once more, whether they were done or are dead: for the listeners that are named, or for all "
    "that want them. Those that wait or are being tried are left as they are. `inbox drain` then does the work."
)
EXAMPLES = (
    "zoom-component inbox replay 17 18",
    "zoom-component inbox replay --event 'recording.*' --since 7d --listener archive",
    "zoom-component inbox replay --since 2026-03-10T08:00:00Z --until 2026-03-10T09:00:00Z --dry-run",
    "zoom-component inbox replay --all --listener new-one",
)
_NO_LIMIT = 1_000_000_000


def options(parser: ArgumentParser) -> None:
    common.add_id_arguments(parser)
    common.add_filter_options(parser)
    parser.add_argument("--all", action="store_true", help="every event there is")
    parser.add_argument(
        "--listener", action="append", default=[], metavar="NAME", help="who gets them; may be repeated (all who want)"
    )
    parser.add_argument("--dry-run", action="store_true", help="only count the events")
    common.add_inbox_option(parser)


def command(args: Namespace, screen: Console) -> int:
    given = (args.ids, args.event, args.since, args.until, args.state, args.source, args.object)
    if args.all is any(each not in (None, []) for each in given):
        why = (
            "it cannot stand beside a filter"
            if args.all
            else "say which events: ids, a filter such as --since 2h, or --all"
        )
        raise InputError([Problem("--all" if args.all else "", why)])
    if args.state and len(args.listener) != 1:
        raise InputError([Problem("--listener", "it is required, once, with --state: whose state is meant")])
    with common.open_inbox(args) as store:
        for name in args.listener:
            common.check_listener(store, name, "--listener")
        question = common.build_query(args, listener=args.listener[0] if args.state else "", most=_NO_LIMIT)
        if args.dry_run:
            count = len(store.find_events(question))
            return _print_count(screen, {"events": count}, f"{count:,} events are like that; nothing was done.")
        pieces = store.replay_events(question, args.listener, time.time())
    words = f"{pieces:,} to be done once more. `zoom-component inbox drain` does the work."
    return _print_count(screen, {"replayed": pieces}, words)


def _print_count(screen: Console, row: dict[str, int], words: str) -> int:
    if screen.as_json:
        screen.print_json(row)
    else:
        screen.report(words)
    return 0
