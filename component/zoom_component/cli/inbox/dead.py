"""`inbox dead`: what no listener could take, and why; replayed on request."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from typing import Any

from zoom_component.cli import calling
from zoom_component.cli.failing import plain
from zoom_component.cli.inbox import asked
from zoom_component.cli.screen import Screen
from zoom_component.cli.table import table
from zoom_component.events.inbox.store import Question, Store

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
    asked.add_ids(parser)
    asked.add_filter(parser)
    parser.add_argument("--listener", metavar="NAME", help="only those of this listener")
    parser.add_argument(
        "--most", type=calling.whole(1, 1_000_000), default=100, metavar="N", help="list so many at most (100)"
    )
    parser.add_argument("--replay", action="store_true", help="hand all of them out once more")
    asked.add_inbox(parser)


def command(args: Namespace, screen: Screen) -> int:
    args.state = "dead"
    with asked.inbox(args) as store:
        if args.listener:
            asked.known_listener(store, args.listener, "--listener")
        if args.replay:
            return _replay(args, store, screen)
        question = asked.question(args, listener=args.listener or "", most=args.most)
        rows = _rows(store, question, args.listener)
    if screen.as_json:
        screen.json(rows)
        return 0
    if not rows:
        screen.say("No letter is dead.")
        return 0
    cells = [
        (
            str(row["id"]),
            plain(row["event"]),
            row["listener"],
            str(row["attempts"]),
            str(row["since"]),
            plain(row["error"]),
        )
        for row in rows
    ]
    for line in table([_HEAD, *cells], screen.width, indent=0):
        screen.text(line)
    return 0


def _rows(store: Store, question: Question, listener: str | None) -> list[dict[str, Any]]:
    return [
        {
            "id": kept.id,
            "event": kept.arrival.event,
            "object_id": kept.arrival.object_id,
            "listener": each.listener,
            "attempts": each.attempts,
            "since": asked.at(each.finished),
            "error": each.error,
        }
        for kept in store.find(question)
        for each in store.outcomes(kept.id)
        if each.state == "dead" and listener in (None, each.listener)
    ]


def _replay(args: Namespace, store: Store, screen: Screen) -> int:
    names = [args.listener] if args.listener else [each.listener for each in store.interests()]
    now, count = time.time(), 0
    for name in names:
        count += store.replay(asked.question(args, listener=name, most=1_000_000_000), [name], now)
    if screen.as_json:
        screen.json({"replayed": count})
    else:
        screen.say(f"{count:,} to be done once more. `zoom-component inbox drain` does the work.")
    return 0
