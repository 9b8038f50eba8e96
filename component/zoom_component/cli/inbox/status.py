"""Show counts of events and jobs, the listeners and the age of the backlog."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

from zoom_component.cli.console import Console, format_count, strip_controls
from zoom_component.cli.inbox import common
from zoom_component.cli.table import format_table
from zoom_component.events.inbox.protocols import EventQuery, Inbox
from zoom_component.events.listeners.durations import format_duration
from zoom_component.events.listeners.health import summarize_listeners

DESCRIPTION = "Show the number of events, the state of each listener, and the time of the last event."
EXAMPLES = ("zoom-component inbox status", "zoom-component inbox status --inbox /srv/zoom/inbox.db --json")
_HEAD = ("LISTENER", "PENDING", "RUNNING", "DEAD", "EVENTS")


def add_arguments(parser: ArgumentParser) -> None:
    common.add_inbox_option(parser)


def run(args: Namespace, console: Console) -> int:
    with common.open_inbox(args) as inbox:
        status = _collect_status(inbox)
    if console.as_json:
        console.print_json(status)
        return 0
    last = status["last_event"]
    if last:
        count = format_count(status["events"], "event")
        console.print(f"{count}; the last: {strip_controls(last['event'])} at {last['received']}")
    else:
        console.print("No events.")
    states = ", ".join(f"{count:,} {state}" for state, count in sorted(status["jobs"].items()))
    oldest = status["oldest_seconds"]
    age = f"; the oldest unfinished event arrived {format_duration(oldest)} ago" if oldest is not None else ""
    console.print(f"Jobs: {states or 'none'}{age}.")
    for name, time_text in sorted(status["timestamps"].items()):
        console.print(f"Last {strip_controls(name)}: {time_text}")
    cells = [
        (
            strip_controls(row["listener"]),
            str(row["ready"]),
            str(row["leased"]),
            str(row["dead"]),
            strip_controls(" ".join(row["events"])),
        )
        for row in status["listeners"]
    ]
    for line in format_table([_HEAD, *cells], console.width, indent=0) if cells else ("No listeners.",):
        console.print(line)
    return 0


def _collect_status(inbox: Inbox) -> dict[str, Any]:
    now = inbox.read_clock()
    counts, latest = inbox.count(now), inbox.find_events(EventQuery(limit=1))
    rows = summarize_listeners(inbox)
    for row in rows:
        row["due"] = common.format_time(row["due"])
    return {
        "events": counts.events,
        "jobs": dict(counts.jobs),
        "oldest_seconds": None if counts.oldest_unfinished is None else round(now - counts.oldest_unfinished, 1),
        "last_event": common.serialize_event(latest[0], inbox.list_job_statuses(latest[0].id)) if latest else None,
        "timestamps": {name: common.format_time(time_text) for name, time_text in inbox.get_timestamps().items()},
        "listeners": rows,
    }
