"""`inbox show`: one event, what it says, and how each listener stands with it."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from typing import Any

from zoom_component.cli.failing import plain
from zoom_component.cli.inbox import asked
from zoom_component.cli.screen import Screen
from zoom_component.client.transport.redact import masked
from zoom_component.errors import InputError, NotFound, Problem
from zoom_component.events.inbox.store import Kept, Outcome, Question, Store
from zoom_component.events.webhook import NotJson, read_event

DESCRIPTION = (
    "Shows one event: what it says, its secrets masked, and for each listener its state, tries, last error and next "
    "try. --raw writes the very bytes that came instead, secrets and all."
)
EXAMPLES = ("zoom-component inbox show 17", "zoom-component inbox show 17 --raw > body.json")


def options(parser: ArgumentParser) -> None:
    asked.add_ids(parser)
    parser.add_argument("--raw", action="store_true", help="the very bytes that came, and nothing else")
    asked.add_inbox(parser)


def command(args: Namespace, screen: Screen) -> int:
    with asked.inbox(args) as store:
        kept = the_one(store, args.ids)
        outcomes = store.outcomes(kept.id)
    if args.raw:
        screen.flush()
        sys.stdout.buffer.write(kept.arrival.body)
        return 0
    body = masked(read_body(kept))
    if screen.as_json:
        screen.json({**asked.row(kept, outcomes), "outcomes": [_row(each) for each in outcomes], "body": body})
        return 0
    about = kept.arrival
    screen.text(screen.bold(f"{kept.id}  {plain(about.event)}"))
    screen.text(f"  received {asked.at(about.received)} from {plain(about.source)}, key {about.key}")
    for each in outcomes:
        screen.text(f"  {plain(each.listener)}: {_told(each)}")
    if not outcomes:
        screen.text("  nobody listens")
    screen.text(plain_json(screen, body))
    return 0


def the_one(store: Store, ids: list[int]) -> Kept:
    """The only event that is meant. Raises InputError, and NotFound for one that is not there."""
    if len(ids) != 1:
        raise InputError([Problem("ID", "say which event, and one only: its number, as `inbox list` shows it")])
    found = store.find(Question(ids=tuple(ids)))
    if not found:
        raise NotFound(f"there is no event {ids[0]} in this inbox; it was never there, or has been pruned")
    return found[0]


def read_body(kept: Kept) -> Any:
    """What an event says; its text where that is no JSON."""
    try:
        return read_event(kept.arrival.body).body
    except NotJson:
        return kept.arrival.body.decode("utf-8", "replace")


def plain_json(screen: Screen, value: Any) -> str:
    """JSON for people; what would steer a terminal is left out."""
    return "\n".join(plain(line) for line in screen.encode(value, indent=2).splitlines())


def _row(each: Outcome) -> dict[str, Any]:
    return {
        "listener": each.listener,
        "state": each.state,
        "attempts": each.attempts,
        "due": asked.at(each.due) if each.state in ("ready", "leased") else None,
        "finished": asked.at(each.finished),
        "error": each.error,
    }


def _told(each: Outcome) -> str:
    tries = f"{each.attempts} {'try' if each.attempts == 1 else 'tries'}"
    words = {
        "ready": f"waits, {tries} so far, due {asked.at(each.due)}",
        "leased": f"is being tried, {tries} so far",
        "done": f"done {asked.at(each.finished)}, {tries}",
        "dead": f"dead since {asked.at(each.finished)}, {tries}",
    }
    return f"{words.get(each.state, each.state)}{': ' + plain(each.error) if each.error else ''}"
