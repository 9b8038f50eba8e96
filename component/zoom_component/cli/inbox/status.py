"""`inbox status`: how much there is, who listens, what waits since when."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from typing import Any

from zoom_component.cli.console import Console
from zoom_component.cli.errors import strip_control_characters
from zoom_component.cli.inbox import common
from zoom_component.cli.table import format_table
from zoom_component.events.inbox.protocols import EventQuery, Inbox
from zoom_component.events.listeners.durations import format_duration
from zoom_component.events.listeners.health import summarize_listeners

DESCRIPTION = "Shows how many events there are, how their listeners stand, and when something last came."
EXAMPLES = ("zoom-component inbox status", "zoom-component inbox status --inbox /srv/zoom/inbox.db --json")
_HEAD = ("LISTENER", "WAIT", "UNDER WAY", "DEAD", "EVENTS")


def options(parser: ArgumentParser) -> None:
    common.add_inbox_option(parser)


def command(args: Namespace, screen: Console) -> int:
    with common.open_inbox(args) as store:
        told = _collect_status(store)
    if screen.as_json:
        screen.print_json(told)
        return 0
    last = told["last_event"]
    screen.print(
        f"{told['events']:,} events; the last: {strip_control_characters(last['event'])} at {last['received']}"
        if last
        else "No event yet."
    )
    states = ", ".join(f"{count:,} {state}" for state, count in sorted(told["work"].items()))
    oldest = told["oldest_seconds"]
    screen.print(
        f"Work: {states or 'none'}{f'; the oldest unfinished came {format_duration(oldest)} ago' if oldest is not None else ''}."
    )
    for name, moment in sorted(told["marks"].items()):
        screen.print(f"Last {strip_control_characters(name)}: {moment}")
    cells = [
        (
            strip_control_characters(row["listener"]),
            str(row["ready"]),
            str(row["leased"]),
            str(row["dead"]),
            strip_control_characters(" ".join(row["events"])),
        )
        for row in told["listeners"]
    ]
    for line in format_table([_HEAD, *cells], screen.width, indent=0) if cells else ("Nobody listens.",):
        screen.print(line)
    return 0


def _collect_status(store: Inbox) -> dict[str, Any]:
    now = time.time()
    counts, latest = store.count(now), store.find_events(EventQuery(limit=1))
    rows = summarize_listeners(store)
    for row in rows:
        row["due"] = common.format_time(row["due"])
    return {
        "events": counts.events,
        "work": dict(counts.jobs),
        "oldest_seconds": None if counts.oldest_unfinished is None else round(now - counts.oldest_unfinished, 1),
        "last_event": common.serialize_event(latest[0], store.list_job_statuses(latest[0].id)) if latest else None,
        "marks": {name: common.format_time(moment) for name, moment in store.get_timestamps().items()},
        "listeners": rows,
    }
