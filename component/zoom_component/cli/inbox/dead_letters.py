"""List dead letters, or replay them."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

from zoom_component.cli.console import Console, format_count, strip_controls
from zoom_component.cli.inbox import common
from zoom_component.cli.parser import integer_between
from zoom_component.cli.table import format_table
from zoom_component.events.inbox.protocols import EventQuery, Inbox

DESCRIPTION = (
    "List dead letters: events that a listener rejected, or that failed too often. --replay passes them on again."
)
EXAMPLES = (
    "zoom-component inbox dead-letters",
    "zoom-component inbox dead-letters --listener crm --since 1d --json",
    "zoom-component inbox dead-letters --listener crm --replay",
)
_HEAD = ("ID", "EVENT", "LISTENER", "ATTEMPTS", "SINCE", "ERROR")


def add_arguments(parser: ArgumentParser) -> None:
    common.add_id_arguments(parser)
    common.add_filter_options(parser)
    parser.add_argument("--listener", metavar="NAME", help="select the dead letters of this listener")
    parser.add_argument(
        "--limit",
        type=integer_between(1, 1_000_000),
        default=100,
        metavar="N",
        help="list at most this many (default: 100)",
    )
    parser.add_argument("--replay", action="store_true", help="pass all of them to their listeners again")
    common.add_inbox_option(parser)


def run(args: Namespace, console: Console) -> int:
    args.state = "dead"
    with common.open_inbox(args) as inbox:
        if args.listener:
            common.check_listener(inbox, args.listener, "--listener")
        if args.replay:
            return _replay_dead_letters(args, inbox, console)
        query = common.build_query(args, listener=args.listener or "", limit=args.limit)
        rows = _list_dead_letters(inbox, query, args.listener)
    if console.as_json:
        console.print_json(rows)
        return 0
    if not rows:
        console.report("No dead letters.")
        return 0
    cells = [
        (
            str(row["id"]),
            strip_controls(row["event"]),
            row["listener"],
            str(row["attempts"]),
            str(row["since"]),
            strip_controls(row["error"]),
        )
        for row in rows
    ]
    for line in format_table([_HEAD, *cells], console.width, indent=0):
        console.print(line)
    return 0


def _list_dead_letters(inbox: Inbox, query: EventQuery, listener: str | None) -> list[dict[str, Any]]:
    return [
        {
            "id": stored.id,
            "event": stored.event.name,
            "object_id": stored.event.object_id,
            "listener": status.listener,
            "attempts": status.attempts,
            "since": common.format_time(status.finished_at),
            "error": status.error,
        }
        for stored in inbox.find_events(query)
        for status in inbox.list_job_statuses(stored.id)
        if status.state == "dead" and listener in (None, status.listener)
    ]


def _replay_dead_letters(args: Namespace, inbox: Inbox, console: Console) -> int:
    names = [args.listener] if args.listener else [status.listener for status in inbox.list_subscriptions()]
    now, count = inbox.read_clock(), 0
    for name in names:
        count += inbox.replay_events(common.build_query(args, listener=name, limit=1_000_000_000), [name], now)
    if console.as_json:
        console.print_json({"replayed": count})
    else:
        console.report(f"{format_count(count, 'job')} to run again. `zoom-component inbox work` runs them.")
    return 0
