"""`inbox list`: the events, the newest first."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence

from zoom_component.cli import calling
from zoom_component.cli.failing import plain
from zoom_component.cli.inbox import asked
from zoom_component.cli.screen import Screen
from zoom_component.cli.table import table
from zoom_component.events.inbox.store import Kept, Outcome

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
    asked.add_filter(parser)
    parser.add_argument("--listener", metavar="NAME", help="only what this listener was to get")
    parser.add_argument(
        "--most", type=calling.whole(1, 1_000_000), default=100, metavar="N", help="so many at most (100)"
    )
    parser.add_argument("--before", type=calling.whole(1, 999_999_999), metavar="ID", help="only those before this one")
    asked.add_inbox(parser)


def command(args: Namespace, screen: Screen) -> int:
    args.event = [*args.patterns, *args.event]
    with asked.inbox(args) as store:
        found = store.find(
            asked.question(args, listener=args.listener or "", most=args.most)._replace(before=args.before)
        )
        outcomes = {kept.id: store.outcomes(kept.id) for kept in found}
    if screen.as_json:
        screen.json([asked.row(kept, outcomes[kept.id]) for kept in found])
        return 0
    if not found:
        screen.say("No event is like that.")
        return 0
    for line in table([_HEAD, *(_cells(kept, outcomes[kept.id]) for kept in found)], screen.width, indent=0):
        screen.text(line)
    if len(found) == args.most:
        screen.say(f"There may be more: --before {found[-1].id} goes on.")
    return 0


def _cells(kept: Kept, outcomes: Sequence[Outcome]) -> tuple[str, ...]:
    about = kept.arrival
    words = (about.event, about.object_id, about.source)
    return (str(kept.id), str(asked.at(about.received)), *map(plain, words), asked.told(outcomes))
