"""`inbox replay`: events handed out once more."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace

from zoom_component.cli.inbox import asked
from zoom_component.cli.screen import Screen
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
_ALL = 1_000_000_000


def options(parser: ArgumentParser) -> None:
    asked.add_ids(parser)
    asked.add_filter(parser)
    parser.add_argument("--all", action="store_true", help="every event there is")
    parser.add_argument(
        "--listener", action="append", default=[], metavar="NAME", help="who gets them; may be repeated (all who want)"
    )
    parser.add_argument("--dry-run", action="store_true", help="only count the events")
    asked.add_inbox(parser)


def command(args: Namespace, screen: Screen) -> int:
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
    with asked.inbox(args) as store:
        for name in args.listener:
            asked.known_listener(store, name, "--listener")
        question = asked.question(args, listener=args.listener[0] if args.state else "", most=_ALL)
        if args.dry_run:
            count = len(store.find(question))
            return _tell(screen, {"events": count}, f"{count:,} events are like that; nothing was done.")
        pieces = store.replay(question, args.listener, time.time())
    words = f"{pieces:,} to be done once more. `zoom-component inbox drain` does the work."
    return _tell(screen, {"replayed": pieces}, words)


def _tell(screen: Screen, row: dict[str, int], words: str) -> int:
    if screen.as_json:
        screen.json(row)
    else:
        screen.say(words)
    return 0
