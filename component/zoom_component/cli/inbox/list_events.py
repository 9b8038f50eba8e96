"""List events, newest first."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

from zoom_component.cli.console import Console, strip_controls
from zoom_component.cli.inbox import common
from zoom_component.cli.parser import integer_between
from zoom_component.cli.table import format_table
from zoom_component.events.inbox.protocols import JobStatus, StoredEvent

DESCRIPTION = "List events, newest first, with the state of each listener."
EXAMPLES = (
    "zoom-component inbox list",
    "zoom-component inbox list 'meeting.*' --since 2h --state dead",
    "zoom-component inbox list --listener crm --state ready --limit 20 --json",
    "zoom-component inbox list --object 85746065432 --since 2026-03-10 --until 2026-03-11",
)
_HEAD = ("ID", "RECEIVED", "EVENT", "OBJECT", "SOURCE", "LISTENERS")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "patterns", nargs="*", metavar="PATTERN", help="select event names, such as meeting.*; the same as --event"
    )
    common.add_filter_options(parser)
    parser.add_argument("--listener", metavar="NAME", help="select events for this listener")
    parser.add_argument(
        "--limit",
        type=integer_between(1, 1_000_000),
        default=100,
        metavar="N",
        help="list at most this many (default: 100)",
    )
    parser.add_argument(
        "--before", type=integer_between(1, 999_999_999), metavar="ID", help="list events before this number"
    )
    common.add_inbox_option(parser)


def run(args: Namespace, console: Console) -> int:
    args.event = [*args.patterns, *args.event]
    with common.open_inbox(args) as inbox:
        events = inbox.find_events(
            common.build_query(args, listener=args.listener or "", limit=args.limit)._replace(before_id=args.before)
        )
        statuses = {stored.id: inbox.list_job_statuses(stored.id) for stored in events}
    if console.as_json:
        console.print_json([common.serialize_event(stored, statuses[stored.id]) for stored in events])
        return 0
    if not events:
        console.report("No event matches.")
        return 0
    for line in format_table(
        [_HEAD, *(_format_row(stored, statuses[stored.id]) for stored in events)], console.width, indent=0
    ):
        console.print(line)
    if len(events) == args.limit:
        console.report(f"For older events: --before {events[-1].id}")
    return 0


def _format_row(stored: StoredEvent, statuses: Sequence[JobStatus]) -> tuple[str, ...]:
    event = stored.event
    texts = (event.name, event.object_id, event.source)
    return (
        str(stored.id),
        str(common.format_time(event.received_at)),
        *map(strip_controls, texts),
        common.describe_outcomes(statuses),
    )
