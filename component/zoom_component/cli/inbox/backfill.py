"""Add events to the inbox for objects that Zoom lists and no event reported."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from zoom_component.cli import arguments
from zoom_component.cli.console import Console, format_count, strip_controls
from zoom_component.cli.inbox import common
from zoom_component.cli.parser import add_connection_options, add_retry_options, add_specs_option, add_verbose_option
from zoom_component.errors import InputError, Problem
from zoom_component.events.listeners.backfill import (
    DELIVERY_WINDOW,
    LISTED_EVENTS,
    MissingEvent,
    find_missing_events,
    list_user_ids,
)

if TYPE_CHECKING:
    from zoom_component.client.session import Session
    from zoom_component.events.inbox.protocols import Inbox

DESCRIPTION = (
    "Compare the lists of Zoom with the events of a period, and add missing events with the source backfill: "
    f"{', '.join(LISTED_EVENTS)}. Objects that were deleted meanwhile are not found, and events that were "
    "pruned are added again. Run --dry-run first. docs/inbox.md describes backfilled events."
)
EXAMPLES = (
    "zoom-component inbox backfill --since 2d --dry-run",
    "zoom-component inbox backfill --since 2026-03-09 --event recording.completed --all-users --connection work",
    "zoom-component inbox backfill --since 1d --user jchill@example.com --json",
)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--since",
        type=common.parse_time,
        required=True,
        metavar="TIME",
        help="the start of the period: 2h, 1d, 2026-03-10",
    )
    parser.add_argument(
        "--until",
        type=common.parse_time,
        metavar="TIME",
        help="the end of the period (default: 2h; Zoom may still retry later deliveries)",
    )
    parser.add_argument(
        "--event", action="append", choices=tuple(LISTED_EVENTS), help="add only this event; repeatable (default: all)"
    )
    parser.add_argument(
        "--user",
        action="append",
        metavar="ID",
        help="compare the meetings and recordings of this user; repeatable (default: me)",
    )
    parser.add_argument("--all-users", action="store_true", help="compare those of all users, with one list for each")
    parser.add_argument("--dry-run", action="store_true", help="report the missing events and add none")
    add_connection_options(parser)
    add_retry_options(parser)
    add_specs_option(parser)
    common.add_inbox_option(parser)
    add_verbose_option(parser)


def run(args: Namespace, console: Console) -> int:
    arguments.mask_known_secrets(console, args.token, args.client_secret)
    now = time.time()
    until = now - DELIVERY_WINDOW if args.until is None else args.until
    _check(args, until, now, console)
    component = arguments.load_component(args)
    connection = arguments.resolve_connection(args, component, console)
    rows = []
    with (
        common.open_inbox(args) as inbox,
        component.connect(connection, options=arguments.build_session_options(args)) as session,
    ):
        for missing in _find_gaps(args, session, inbox, until, now, console):
            if not args.dry_run:
                inbox.add_events([missing.incoming_event])
            rows.append(_serialize_gap(missing))
            if not console.as_json:
                console.print_now(_describe_gap(rows[-1]))
    if console.as_json:
        console.print_json(rows)
    summary = "missing; none was added" if args.dry_run else "added; `inbox work` passes them to listeners"
    console.report(f"{format_count(len(rows), 'event')} {summary}.")
    return 0


def _check(args: Namespace, until: float, now: float, console: Console) -> None:
    if args.user and args.all_users:
        raise InputError([Problem("--user", "cannot be combined with --all-users")])
    if args.since >= until:
        raise InputError([Problem("--since", "has to be earlier than --until, which is two hours ago by default")])
    if until > now - DELIVERY_WINDOW:
        console.report(
            "warning: Zoom may still retry deliveries of the last two hours; those events would arrive twice."
        )


def _find_gaps(
    args: Namespace, session: Session, inbox: Inbox, until: float, now: float, console: Console
) -> Iterator[MissingEvent]:
    users: Sequence[str] = args.user or ["me"]
    events = args.event or list(LISTED_EVENTS)
    if args.all_users and any(LISTED_EVENTS[event].is_per_user for event in events):
        users = list(list_user_ids(session))
    for event in events:
        if console.is_stderr_terminal:
            console.report_progress(f"{event} ...")
        yield from find_missing_events(session, inbox, event, users, args.since, until, now)
    if console.is_stderr_terminal:
        console.report_progress("")


def _serialize_gap(missing: MissingEvent) -> dict[str, Any]:
    event = missing.incoming_event
    return {
        "event": missing.name,
        "at": common.format_time(missing.happened_at),
        "object_id": event.object_id,
        "key": event.key,
    }


def _describe_gap(row: dict[str, Any]) -> str:
    return f"{row['at']}  {row['event']}  {strip_controls(row['object_id'])}"
