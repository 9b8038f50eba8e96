"""`inbox backfill`: what Zoom lists although no event told of it, put in afterwards."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from zoom_component.cli import calling
from zoom_component.cli.failing import plain
from zoom_component.cli.inbox import asked
from zoom_component.cli.options import add_specs, add_verbose
from zoom_component.cli.screen import Screen
from zoom_component.errors import InputError, Problem
from zoom_component.events.listeners.backfill import KINDS, SETTLED, Gap, gaps, user_ids

if TYPE_CHECKING:
    from zoom_component.client.session import Session
    from zoom_component.events.inbox.store import Store

DESCRIPTION = (
    "Compares what Zoom lists with the events of a span, and puts in, with the source backfill, what no event told of: "
    f"{', '.join(KINDS)}. What was deleted since is listed no more, so no list tells of it; and an inbox that was "
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
        "--since", type=asked.timed, required=True, metavar="TIME", help="from when on: 2h, 1d, 2026-03-10"
    )
    parser.add_argument(
        "--until", type=asked.timed, metavar="TIME", help="until when (2h: before that, Zoom may still be trying)"
    )
    parser.add_argument("--event", action="append", choices=tuple(KINDS), help="only this event; may be repeated (all)")
    parser.add_argument("--user", action="append", metavar="ID", help="whose meetings and recordings (me)")
    parser.add_argument("--all-users", action="store_true", help="everybody's: one list for each person")
    parser.add_argument("--dry-run", action="store_true", help="only tell what would be put in")
    calling.add_connection(parser)
    calling.add_patience(parser)
    add_specs(parser)
    asked.add_inbox(parser)
    add_verbose(parser)


def command(args: Namespace, screen: Screen) -> int:
    calling.guarded(screen, args.token, args.client_secret)
    now = time.time()
    until = now - SETTLED if args.until is None else args.until
    _check(args, until, now, screen)
    component = calling.component(args)
    connection = calling.connection(args, component, screen)
    rows = []
    with (
        asked.inbox(args) as store,
        component.connect(connection, options=calling.session_options(args)) as session,
    ):
        for gap in _found(args, session, store, until, now, screen):
            if not args.dry_run:
                store.put([gap.arrival])
            rows.append(_row(gap))
            if not screen.as_json:
                screen.line(_sentence(rows[-1]))
    if screen.as_json:
        screen.json(rows)
    done = "missing; nothing was put in" if args.dry_run else "put in; `inbox drain` hands them out"
    screen.say(f"{len(rows):,} {done}.")
    return 0


def _check(args: Namespace, until: float, now: float, screen: Screen) -> None:
    if args.user and args.all_users:
        raise InputError([Problem("--user", "it cannot stand beside --all-users")])
    if args.since >= until:
        raise InputError([Problem("--since", "it has to be earlier than --until, which is two hours ago if not given")])
    if until - args.since > _LONGEST:
        raise InputError([Problem("--since", "the span is longer than the 30 days that Zoom lists recordings for")])
    if until > now - SETTLED:
        screen.say("caution: Zoom may still be trying to deliver events of the last two hours; those would come twice.")


def _found(args: Namespace, session: Session, store: Store, until: float, now: float, screen: Screen) -> Iterator[Gap]:
    users: Sequence[str] = args.user or ["me"]
    events = args.event or list(KINDS)
    if args.all_users and any(KINDS[event].each_user for event in events):
        users = list(user_ids(session))
    for event in events:
        if screen.followed:
            screen.say(f"\r\033[K{event} ...", end="")
        yield from gaps(session, store, event, users, args.since, until, now)
    if screen.followed:
        screen.say("\r\033[K", end="")


def _row(gap: Gap) -> dict[str, Any]:
    about = gap.arrival
    return {"event": gap.event, "at": asked.at(gap.at), "object_id": about.object_id, "key": about.key}


def _sentence(row: dict[str, Any]) -> str:
    return f"{row['at']}  {row['event']}  {plain(row['object_id'])}"
