"""`inbox show`: one event, what it says, and how each listener stands with it."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from typing import Any

from zoom_component.cli.console import Console
from zoom_component.cli.errors import strip_control_characters
from zoom_component.cli.inbox import common
from zoom_component.client.transport.redact import mask
from zoom_component.errors import InputError, NotFound, Problem
from zoom_component.events.inbox.protocols import EventQuery, Inbox, JobStatus, StoredEvent
from zoom_component.events.webhook import InvalidJson, parse_event

DESCRIPTION = (
    "Shows one event: what it says, its secrets masked, and for each listener its state, tries, last error and next "
    "try. --raw writes the very bytes that came instead, secrets and all."
)
EXAMPLES = ("zoom-component inbox show 17", "zoom-component inbox show 17 --raw > body.json")


def options(parser: ArgumentParser) -> None:
    common.add_id_arguments(parser)
    parser.add_argument("--raw", action="store_true", help="the very bytes that came, and nothing else")
    common.add_inbox_option(parser)


def command(args: Namespace, screen: Console) -> int:
    with common.open_inbox(args) as store:
        kept = require_event(store, args.ids)
        outcomes = store.list_job_statuses(kept.id)
    if args.raw:
        screen.flush()
        sys.stdout.buffer.write(kept.event.body)
        return 0
    body = mask(read_event_body(kept))
    if screen.as_json:
        screen.print_json(
            {
                **common.serialize_event(kept, outcomes),
                "outcomes": [_serialize_outcome(each) for each in outcomes],
                "body": body,
            }
        )
        return 0
    about = kept.event
    screen.print(screen.bold(f"{kept.id}  {strip_control_characters(about.name)}"))
    screen.print(
        f"  received {common.format_time(about.received_at)} from {strip_control_characters(about.source)}, key {about.key}"
    )
    for each in outcomes:
        screen.print(f"  {strip_control_characters(each.listener)}: {_describe_outcome(each)}")
    if not outcomes:
        screen.print("  nobody listens")
    screen.print(format_json(screen, body))
    return 0


def require_event(store: Inbox, ids: list[int]) -> StoredEvent:
    """The only event that is meant. Raises InputError, and NotFound for one that is not there."""
    if len(ids) != 1:
        raise InputError([Problem("ID", "say which event, and one only: its number, as `inbox list` shows it")])
    found = store.find_events(EventQuery(ids=tuple(ids)))
    if not found:
        raise NotFound(f"there is no event {ids[0]} in this inbox; it was never there, or has been pruned")
    return found[0]


def read_event_body(kept: StoredEvent) -> Any:
    """What an event says; its text where that is no JSON."""
    try:
        return parse_event(kept.event.body).body
    except InvalidJson:
        return kept.event.body.decode("utf-8", "replace")


def format_json(screen: Console, value: Any) -> str:
    """JSON for people; what would steer a terminal is left out."""
    return "\n".join(strip_control_characters(line) for line in screen.encode_json(value, indent=2).splitlines())


def _serialize_outcome(each: JobStatus) -> dict[str, Any]:
    return {
        "listener": each.listener,
        "state": each.state,
        "attempts": each.attempts,
        "due": common.format_time(each.due) if each.state in ("ready", "leased") else None,
        "finished": common.format_time(each.finished_at),
        "error": each.error,
    }


def _describe_outcome(each: JobStatus) -> str:
    tries = f"{each.attempts} {'try' if each.attempts == 1 else 'tries'}"
    words = {
        "ready": f"waits, {tries} so far, due {common.format_time(each.due)}",
        "leased": f"is being tried, {tries} so far",
        "done": f"done {common.format_time(each.finished_at)}, {tries}",
        "dead": f"dead since {common.format_time(each.finished_at)}, {tries}",
    }
    return f"{words.get(each.state, each.state)}{': ' + strip_control_characters(each.error) if each.error else ''}"
