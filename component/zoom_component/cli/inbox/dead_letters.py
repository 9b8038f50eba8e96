"""`inbox dead`: what no listener could take, and why; replayed on request."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from typing import Any

from zoom_component.cli import arguments
from zoom_component.cli.console import Console
from zoom_component.cli.errors import strip_control_characters
from zoom_component.cli.inbox import common
from zoom_component.cli.table import format_table
from zoom_component.events.inbox.protocols import EventQuery, Inbox

DESCRIPTION = (
    "Lists dead letters: events that a listener refused for good, or failed at too often. --replay revives them."
)
EXAMPLES = (
    "zoom-component inbox dead",
    "zoom-component inbox dead --listener crm --since 1d --json",
    "zoom-component inbox dead --listener crm --replay",
)
_HEAD = ("ID", "EVENT", "LISTENER", "TRIES", "SINCE", "ERROR")


def options(parser: ArgumentParser) -> None:
    common.add_id_arguments(parser)
    common.add_filter_options(parser)
    parser.add_argument("--listener", metavar="NAME", help="only those of this listener")
    parser.add_argument(
        "--most",
        type=arguments.integer_between(1, 1_000_000),
        default=100,
        metavar="N",
        help="list so many at most (100)",
    )
    parser.add_argument("--replay", action="store_true", help="hand all of them out once more")
    common.add_inbox_option(parser)


def command(args: Namespace, screen: Console) -> int:
    args.state = "dead"
    with common.open_inbox(args) as store:
        if args.listener:
            common.check_listener(store, args.listener, "--listener")
        if args.replay:
            return _replay_dead_letters(args, store, screen)
        question = common.build_query(args, listener=args.listener or "", most=args.most)
        rows = _list_dead_letters(store, question, args.listener)
    if screen.as_json:
        screen.print_json(rows)
        return 0
    if not rows:
        screen.report("No letter is dead.")
        return 0
    cells = [
        (
            str(row["id"]),
            strip_control_characters(row["event"]),
            row["listener"],
            str(row["attempts"]),
            str(row["since"]),
            strip_control_characters(row["error"]),
        )
        for row in rows
    ]
    for line in format_table([_HEAD, *cells], screen.width, indent=0):
        screen.print(line)
    return 0


def _list_dead_letters(store: Inbox, question: EventQuery, listener: str | None) -> list[dict[str, Any]]:
    return [
        {
            "id": kept.id,
            "event": kept.event.name,
            "object_id": kept.event.object_id,
            "listener": each.listener,
            "attempts": each.attempts,
            "since": common.format_time(each.finished_at),
            "error": each.error,
        }
        for kept in store.find_events(question)
        for each in store.list_job_statuses(kept.id)
        if each.state == "dead" and listener in (None, each.listener)
    ]


def _replay_dead_letters(args: Namespace, store: Inbox, screen: Console) -> int:
    names = [args.listener] if args.listener else [each.listener for each in store.list_subscriptions()]
    now, count = time.time(), 0
    for name in names:
        count += store.replay_events(common.build_query(args, listener=name, most=1_000_000_000), [name], now)
    if screen.as_json:
        screen.print_json({"replayed": count})
    else:
        screen.report(f"{count:,} to be done once more. `zoom-component inbox drain` does the work.")
    return 0
