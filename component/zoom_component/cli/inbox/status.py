"""`inbox status`: how much there is, who listens, what waits since when."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from typing import Any

from zoom_component.cli.failing import plain
from zoom_component.cli.inbox import asked
from zoom_component.cli.screen import Screen
from zoom_component.cli.table import table
from zoom_component.events.inbox.store import Question, Store
from zoom_component.events.listeners.health import listeners_of
from zoom_component.events.listeners.spans import short

DESCRIPTION = "Shows how many events there are, how their listeners stand, and when something last came."
EXAMPLES = ("zoom-component inbox status", "zoom-component inbox status --inbox /srv/zoom/inbox.db --json")
_HEAD = ("LISTENER", "WAIT", "UNDER WAY", "DEAD", "EVENTS")


def options(parser: ArgumentParser) -> None:
    asked.add_inbox(parser)


def command(args: Namespace, screen: Screen) -> int:
    with asked.inbox(args) as store:
        told = _status(store)
    if screen.as_json:
        screen.json(told)
        return 0
    last = told["last_event"]
    screen.text(
        f"{told['events']:,} events; the last: {plain(last['event'])} at {last['received']}"
        if last
        else "No event yet."
    )
    states = ", ".join(f"{count:,} {state}" for state, count in sorted(told["work"].items()))
    oldest = told["oldest_seconds"]
    screen.text(
        f"Work: {states or 'none'}{f'; the oldest unfinished came {short(oldest)} ago' if oldest is not None else ''}."
    )
    for name, moment in sorted(told["marks"].items()):
        screen.text(f"Last {plain(name)}: {moment}")
    cells = [
        (
            plain(row["listener"]),
            str(row["ready"]),
            str(row["leased"]),
            str(row["dead"]),
            plain(" ".join(row["events"])),
        )
        for row in told["listeners"]
    ]
    for line in table([_HEAD, *cells], screen.width, indent=0) if cells else ("Nobody listens.",):
        screen.text(line)
    return 0


def _status(store: Store) -> dict[str, Any]:
    now = time.time()
    counts, latest = store.counts(now), store.find(Question(most=1))
    rows = listeners_of(store)
    for row in rows:
        row["due"] = asked.at(row["due"])
    return {
        "events": counts.events,
        "work": dict(counts.states),
        "oldest_seconds": None if counts.oldest is None else round(now - counts.oldest, 1),
        "last_event": asked.row(latest[0], store.outcomes(latest[0].id)) if latest else None,
        "marks": {name: asked.at(moment) for name, moment in store.marks().items()},
        "listeners": rows,
    }
