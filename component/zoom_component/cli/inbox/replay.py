"""Pass events to their listeners again."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from zoom_component.cli.console import Console, format_count
from zoom_component.cli.inbox import common
from zoom_component.errors import InputError, Problem

DESCRIPTION = (
    "Pass events to their listeners again, whether they are done or dead letters: to the named listeners, or to all "
    "that subscribe to them. Jobs that are pending or running are not changed. `inbox work` then runs the jobs."
)
EXAMPLES = (
    "zoom-component inbox replay 17 18",
    "zoom-component inbox replay --event 'recording.*' --since 7d --listener archive",
    "zoom-component inbox replay --since 2026-03-10T08:00:00Z --until 2026-03-10T09:00:00Z --dry-run",
    "zoom-component inbox replay --all --listener new-listener",
)
_NO_LIMIT = 1_000_000_000


def add_arguments(parser: ArgumentParser) -> None:
    common.add_id_arguments(parser)
    common.add_filter_options(parser)
    parser.add_argument("--all", action="store_true", help="replay every event")
    parser.add_argument(
        "--listener",
        action="append",
        default=[],
        metavar="NAME",
        help="replay to this listener; repeatable (default: all that subscribe)",
    )
    parser.add_argument("--dry-run", action="store_true", help="count the events and change nothing")
    common.add_inbox_option(parser)


def run(args: Namespace, console: Console) -> int:
    filters = (args.ids, args.event, args.since, args.until, args.state, args.source, args.object)
    if args.all is any(value not in (None, []) for value in filters):
        message = (
            "cannot be combined with a filter"
            if args.all
            else "a selection is required: ids, a filter such as --since 2h, or --all"
        )
        raise InputError([Problem("--all" if args.all else "", message)])
    if args.state and len(args.listener) != 1:
        raise InputError([Problem("--listener", "exactly one is required with --state")])
    with common.open_inbox(args) as inbox:
        for name in args.listener:
            common.check_listener(inbox, name, "--listener")
        query = common.build_query(args, listener=args.listener[0] if args.state else "", limit=_NO_LIMIT)
        if args.dry_run:
            count = len(inbox.find_events(query))
            return _print_count(
                console, {"events": count}, f"{format_count(count, 'event')} selected; nothing was changed."
            )
        count = inbox.replay_events(query, args.listener, inbox.read_clock())
    message = f"{format_count(count, 'job')} to run again. `zoom-component inbox work` runs them."
    return _print_count(console, {"replayed": count}, message)


def _print_count(console: Console, row: dict[str, int], message: str) -> int:
    if console.as_json:
        console.print_json(row)
    else:
        console.report(message)
    return 0
