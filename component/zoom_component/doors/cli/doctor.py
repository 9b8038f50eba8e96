"""`doctor`: whether events come and reach their listeners, and what to do where they do not."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from zoom_component.doors.cli.failing import plain
from zoom_component.doors.cli.inbox import asked
from zoom_component.doors.cli.screen import Screen
from zoom_component.doors.cli.table import table
from zoom_component.errors import InputError

if TYPE_CHECKING:
    from zoom_component.dispatch.health import Finding

DESCRIPTION = (
    "Looks at what runs unseen: the last event and the last validation by Zoom, the backlog and how old it is, dead "
    "letters, listeners that fail or that nobody works for, polls that fail. Each warning says what to do. The exit "
    "code is 1 when there is one."
)
EXAMPLES = (
    "zoom-component doctor",
    "zoom-component doctor --quiet-for 3d --json",
    "zoom-component doctor --inbox /srv/zoom/inbox.db",
)
SICK = 1


def options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--quiet-for", type=asked.span, metavar="SPAN", help="how long no event may come before it is a warning (24h)"
    )
    parser.add_argument("--backlog", type=asked.span, metavar="SPAN", help="how old what waits may be (15m)")
    asked.add_inbox(parser)


def command(args: Namespace, screen: Screen) -> int:
    found = _inbox(args)
    sick = sum(1 for each in found if each.state == "warn")
    if screen.as_json:
        screen.json({"ok": not sick, "checks": [each._asdict() for each in found]})
        return SICK if sick else 0
    signs = {"ok": "ok", "warn": screen.bold("WARN"), "none": "-"}
    rows = []
    for each in found:
        remedy = f". {each.remedy[:1].upper()}{each.remedy[1:]}" if each.remedy else ""
        rows.append((signs[each.state], plain(each.check), plain(f"{each.message}{remedy}")))
    for line in table(rows, screen.width, indent=0):
        screen.text(line)
    warnings = "1 warning" if sick == 1 else f"{sick} warnings"
    screen.say(f"{warnings}." if sick else "All is well.")
    return SICK if sick else 0


def _inbox(args: Namespace) -> list[Finding]:
    """What the inbox tells. One that was never made is nothing to warn of, unless it was named."""
    from zoom_component.dispatch.health import Finding, Limits, findings
    from zoom_component.inbox.open import usual

    if args.inbox is None and not Path(usual()).exists():
        return [Finding("inbox", "none", "none on this machine: no events are received here")]
    usually = Limits()
    limits = usually._replace(
        quiet=usually.quiet if args.quiet_for is None else args.quiet_for,
        backlog=usually.backlog if args.backlog is None else args.backlog,
    )
    try:
        with asked.inbox(args) as store:
            return findings(store, time.time(), limits)
    except InputError as error:
        return [Finding("inbox", "warn", error.problems[0].message)]
