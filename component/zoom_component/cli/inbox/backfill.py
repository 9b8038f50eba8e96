"""`inbox backfill`: what Zoom lists although no event told of it, put in afterwards."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from zoom_component.cli import arguments
from zoom_component.cli.console import Console
from zoom_component.cli.errors import strip_control_characters
from zoom_component.cli.inbox import common
from zoom_component.cli.options import add_specs_option, add_verbose_option
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
    "Compares what Zoom lists with the events of a span, and puts in, with the source backfill, what no event told of: "
    f"{', '.join(LISTED_EVENTS)}. What was deleted since is listed no more, so no list tells of it; and an inbox that was "
    "pruned knows less than it got. --dry-run first shows what would be put in. docs/inbox.md says what such an event "
    "lacks."
)
EXAMPLES = (
    "zoom-component inbox backfill --since 2d --dry-run",
    "zoom-component inbox backfill --since 2026-03-09 --event recording.completed --all-users --connection work",
    "zoom-component inbox backfill --since 1d --user jchill@example.com --json",
)
_LONGEST = 30 * 86_400


def options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--since", type=common.parse_time, required=True, metavar="TIME", help="from when on: 2h, 1d, 2026-03-10"
    )
    parser.add_argument(
        "--until", type=common.parse_time, metavar="TIME", help="until when (2h: before that, Zoom may still be trying)"
    )
    parser.add_argument(
        "--event", action="append", choices=tuple(LISTED_EVENTS), help="only this event; may be repeated (all)"
    )
    parser.add_argument("--user", action="append", metavar="ID", help="whose meetings and recordings (me)")
    parser.add_argument("--all-users", action="store_true", help="everybody's: one list for each person")
    parser.add_argument("--dry-run", action="store_true", help="only tell what would be put in")
    arguments.add_connection_options(parser)
    arguments.add_retry_options(parser)
    add_specs_option(parser)
    common.add_inbox_option(parser)
    add_verbose_option(parser)


def command(args: Namespace, screen: Console) -> int:
    arguments.mask_known_secrets(screen, args.token, args.client_secret)
    now = time.time()
    until = now - DELIVERY_WINDOW if args.until is None else args.until
    _check(args, until, now, screen)
    component = arguments.load_component(args)
    connection = arguments.resolve_connection(args, component, screen)
    rows = []
    with (
        common.open_inbox(args) as store,
        component.connect(connection, options=arguments.build_session_options(args)) as session,
    ):
        for gap in _find_gaps(args, session, store, until, now, screen):
            if not args.dry_run:
                store.add_events([gap.incoming_event])
            rows.append(_serialize_gap(gap))
            if not screen.as_json:
                screen.print_now(_describe_gap(rows[-1]))
    if screen.as_json:
        screen.print_json(rows)
    done = "missing; nothing was put in" if args.dry_run else "put in; `inbox drain` hands them out"
    screen.report(f"{len(rows):,} {done}.")
    return 0


def _check(args: Namespace, until: float, now: float, screen: Console) -> None:
    if args.user and args.all_users:
        raise InputError([Problem("--user", "it cannot stand beside --all-users")])
    if args.since >= until:
        raise InputError([Problem("--since", "it has to be earlier than --until, which is two hours ago if not given")])
    if until - args.since > _LONGEST:
        raise InputError([Problem("--since", "the span is longer than the 30 days that Zoom lists recordings for")])
    if until > now - DELIVERY_WINDOW:
        screen.report(
            "caution: Zoom may still be trying to deliver events of the last two hours; those would come twice."
        )


def _find_gaps(
    args: Namespace, session: Session, store: Inbox, until: float, now: float, screen: Console
) -> Iterator[MissingEvent]:
    users: Sequence[str] = args.user or ["me"]
    events = args.event or list(LISTED_EVENTS)
    if args.all_users and any(LISTED_EVENTS[event].is_per_user for event in events):
        users = list(list_user_ids(session))
    for event in events:
        if screen.is_stderr_terminal:
            screen.report(f"\r\033[K{event} ...", end="")
        yield from find_missing_events(session, store, event, users, args.since, until, now)
    if screen.is_stderr_terminal:
        screen.report("\r\033[K", end="")


def _serialize_gap(gap: MissingEvent) -> dict[str, Any]:
    about = gap.incoming_event
    return {
        "event": gap.name,
        "at": common.format_time(gap.happened_at),
        "object_id": about.object_id,
        "key": about.key,
    }


def _describe_gap(row: dict[str, Any]) -> str:
    return f"{row['at']}  {row['event']}  {strip_control_characters(row['object_id'])}"
