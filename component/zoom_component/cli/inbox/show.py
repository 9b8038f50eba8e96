"""Show one event, its body and the state of each listener."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from typing import Any

from zoom_component.cli.console import Console, strip_controls
from zoom_component.cli.inbox import common
from zoom_component.errors import InputError, NotFound, Problem
from zoom_component.events.inbox.protocols import EventQuery, Inbox, JobStatus, StoredEvent
from zoom_component.events.webhook import InvalidJson, parse_event
from zoom_component.redaction.redactor import mask

DESCRIPTION = (
    "Show one event: its body with secrets masked, and for each listener the state, attempts, last error and next "
    "attempt. --raw prints the received bytes instead, secrets included."
)
EXAMPLES = ("zoom-component inbox show 17", "zoom-component inbox show 17 --raw > body.json")


def add_arguments(parser: ArgumentParser) -> None:
    common.add_id_arguments(parser)
    parser.add_argument("--raw", action="store_true", help="print only the received bytes")
    common.add_inbox_option(parser)


def run(args: Namespace, console: Console) -> int:
    with common.open_inbox(args) as inbox:
        stored = require_event(inbox, args.ids)
        statuses = inbox.list_job_statuses(stored.id)
    if args.raw:
        console.flush()
        sys.stdout.buffer.write(stored.event.body)
        return 0
    body = mask(read_event_body(stored))
    if console.as_json:
        console.print_json(
            {
                **common.serialize_event(stored, statuses),
                "jobs": [_serialize_status(status) for status in statuses],
                "body": body,
            }
        )
        return 0
    event = stored.event
    console.print(console.bold(f"{stored.id}  {strip_controls(event.name)}"))
    console.print(
        f"  received {common.format_time(event.received_at)} from {strip_controls(event.source)}, key {event.key}"
    )
    for status in statuses:
        console.print(f"  {strip_controls(status.listener)}: {_describe_status(status)}")
    if not statuses:
        console.print("  no listeners")
    console.print(format_json(console, body))
    return 0


def require_event(inbox: Inbox, ids: list[int]) -> StoredEvent:
    """Return the single event of the ids. Raise InputError, or NotFound for an unknown id."""
    if len(ids) != 1:
        raise InputError([Problem("ID", "exactly one event is required: its number, as in `inbox list`")])
    events = inbox.find_events(EventQuery(ids=tuple(ids)))
    if not events:
        raise NotFound(f"unknown event {ids[0]}; it may have been pruned")
    return events[0]


def read_event_body(stored: StoredEvent) -> Any:
    """Return the body of an event; its text if it is not JSON."""
    try:
        return parse_event(stored.event.body).body
    except InvalidJson:
        return stored.event.body.decode("utf-8", "replace")


def format_json(console: Console, value: Any) -> str:
    """Return indented JSON for a terminal, without control characters."""
    return "\n".join(strip_controls(line) for line in console.encode_json(value, indent=2).splitlines())


def _serialize_status(status: JobStatus) -> dict[str, Any]:
    return {
        "listener": status.listener,
        "state": status.state,
        "attempts": status.attempts,
        "due": common.format_time(status.due) if status.state in ("ready", "leased") else None,
        "finished": common.format_time(status.finished_at),
        "error": status.error,
    }


def _describe_status(status: JobStatus) -> str:
    attempts = f"{status.attempts} {'attempt' if status.attempts == 1 else 'attempts'}"
    descriptions = {
        "ready": f"pending, {attempts} so far, due {common.format_time(status.due)}",
        "leased": f"running, {attempts} so far",
        "done": f"done {common.format_time(status.finished_at)}, {attempts}",
        "dead": f"dead letter since {common.format_time(status.finished_at)}, {attempts}",
    }
    return (
        f"{descriptions.get(status.state, status.state)}{': ' + strip_controls(status.error) if status.error else ''}"
    )
