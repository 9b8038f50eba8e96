"""`inbox list`: the events, the newest first."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

from zoom_component.cli import arguments
from zoom_component.cli.console import Console
from zoom_component.cli.errors import strip_control_characters
from zoom_component.cli.inbox import common
from zoom_component.cli.table import format_table
from zoom_component.events.inbox.protocols import JobStatus, StoredEvent

DESCRIPTION = "Lists events, the newest first, with how each listener stands with them."
EXAMPLES = (
    "zoom-component inbox list",
    "zoom-component inbox list 'meeting.*' --since 2h --state dead",
    "zoom-component inbox list --listener crm --state ready --most 20 --json",
    "zoom-component inbox list --object 85746065432 --since 2026-03-10 --until 2026-03-11",
)
_HEAD = ("ID", "RECEIVED", "EVENT", "OBJECT", "SOURCE", "LISTENERS")


def options(parser: ArgumentParser) -> None:
    parser.add_argument("patterns", nargs="*", metavar="PATTERN", help="event names, as in meeting.*; as --event")
    common.add_filter_options(parser)
    parser.add_argument("--listener", metavar="NAME", help="only what this listener was to get")
    parser.add_argument(
        "--most", type=arguments.integer_between(1, 1_000_000), default=100, metavar="N", help="so many at most (100)"
    )
    parser.add_argument(
        "--before", type=arguments.integer_between(1, 999_999_999), metavar="ID", help="only those before this one"
    )
    common.add_inbox_option(parser)


def command(args: Namespace, screen: Console) -> int:
    args.event = [*args.patterns, *args.event]
    with common.open_inbox(args) as store:
        found = store.find_events(
            common.build_query(args, listener=args.listener or "", most=args.most)._replace(before_id=args.before)
        )
        outcomes = {kept.id: store.list_job_statuses(kept.id) for kept in found}
    if screen.as_json:
        screen.print_json([common.serialize_event(kept, outcomes[kept.id]) for kept in found])
        return 0
    if not found:
        screen.report("No event is like that.")
        return 0
    for line in format_table(
        [_HEAD, *(_format_row(kept, outcomes[kept.id]) for kept in found)], screen.width, indent=0
    ):
        screen.print(line)
    if len(found) == args.most:
        screen.report(f"There may be more: --before {found[-1].id} goes on.")
    return 0


def _format_row(kept: StoredEvent, outcomes: Sequence[JobStatus]) -> tuple[str, ...]:
    about = kept.event
    words = (about.name, about.object_id, about.source)
    return (
        str(kept.id),
        str(common.format_time(about.received_at)),
        *map(strip_control_characters, words),
        common.describe_outcomes(outcomes),
    )
