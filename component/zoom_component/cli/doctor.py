"""`doctor`: whether events come and reach their listeners, whether calls may be made, and what to do where not."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from zoom_component.cli import calling
from zoom_component.cli.failing import plain
from zoom_component.cli.inbox import asked
from zoom_component.cli.options import add_specs
from zoom_component.cli.screen import Screen
from zoom_component.cli.table import table
from zoom_component.errors import InputError

if TYPE_CHECKING:
    from zoom_component.cli.preflight import Granted, Need
    from zoom_component.events.listeners.health import Finding

DESCRIPTION = (
    "Looks at what runs unseen: the last event and the last validation by Zoom, the backlog and how old it is, dead "
    "letters, listeners that fail or that nobody works for, polls that fail. With ACTIONs it looks at those instead: "
    "which scopes, plan and rate label each needs, what is deprecated, and what will fail with the scopes that the "
    "token was granted. With a connection and no ACTION it looks at the inbox and at every action. Nothing is called. "
    "Each warning says what to do. The exit code is 1 when there is one."
)
EXAMPLES = (
    "zoom-component doctor",
    "zoom-component doctor --quiet-for 3d --json",
    "zoom-component doctor --inbox /srv/zoom/inbox.db",
    "zoom-component doctor createMeeting listUsers",
    "zoom-component doctor --connection work --json",
)
SICK = 1
_SIGNS = {"ok": "ok", "warn": "WARN", "none": "-", "unknown": "?"}


def options(parser: ArgumentParser) -> None:
    parser.add_argument("actions", nargs="*", metavar="ACTION", help="look at these actions: keys or slugs")
    parser.add_argument(
        "--quiet-for", type=asked.span, metavar="SPAN", help="how long no event may come before it is a warning (24h)"
    )
    parser.add_argument("--backlog", type=asked.span, metavar="SPAN", help="how old what waits may be (15m)")
    asked.add_inbox(parser)
    calling.add_connection(parser)
    add_specs(parser)


def command(args: Namespace, screen: Screen) -> int:
    found = [] if args.actions and args.inbox is None else _inbox(args)
    calls = _calls(args, screen)
    states = [*(each.state for each in found), *(calls.states if calls else ())]
    sick = states.count("warn")
    if screen.as_json:
        told = {"ok": not sick, "checks": [each._asdict() for each in found]}
        screen.json({**told, **(calls.as_json() if calls else {})})
        return SICK if sick else 0
    for line in table([*_rows(found), *(_call_rows(calls) if calls else ())], screen.width, indent=0):
        screen.text(line)
    warnings = "1 warning" if sick == 1 else f"{sick} warnings"
    screen.say(f"{warnings}." if sick else "All is well." if not calls or calls.known else "Nothing speaks against it.")
    return SICK if sick else 0


class _Calls(NamedTuple):
    """What was found about calls."""

    granted: Granted
    needs: list[Need]

    @property
    def states(self) -> list[str]:
        return [self.granted.state, *(need.state for need in self.needs)]

    @property
    def known(self) -> bool:
        """Whether there was something to compare with."""
        return self.granted.scopes is not None

    def as_json(self) -> dict[str, Any]:
        scopes = None if self.granted.scopes is None else list(self.granted.scopes)
        connection = {"name": self.granted.connection, "scopes": scopes, "message": self.granted.message}
        return {"connection": connection, "actions": [need.as_json() for need in self.needs]}


def _calls(args: Namespace, screen: Screen) -> _Calls | None:
    """What calls need, where actions or a connection are named."""
    from zoom_component.cli.preflight import flags_given, granted, needs

    if not args.actions and not flags_given(args):
        return None
    component = calling.component(args)
    today = datetime.now(UTC).date()
    needs(component, args.actions, None, today)  # wrong keys are told before a token is asked for
    known = granted(args, component, screen)
    return _Calls(known, needs(component, args.actions, known.scopes, today))


def _rows(found: list[Finding]) -> Iterator[tuple[str, str, str]]:
    for each in found:
        remedy = f". {each.remedy[:1].upper()}{each.remedy[1:]}" if each.remedy else ""
        yield _SIGNS[each.state], plain(each.check), plain(f"{each.message}{remedy}")


def _call_rows(calls: _Calls) -> Iterator[tuple[str, str, str]]:
    yield _SIGNS[calls.granted.state], "connection", plain(calls.granted.message)
    for need in calls.needs:
        yield _SIGNS[need.state], need.action.key, plain(". ".join(need.notes))


def _inbox(args: Namespace) -> list[Finding]:
    """What the inbox tells. One that was never made is nothing to warn of, unless it was named."""
    from zoom_component.events.inbox.open import usual
    from zoom_component.events.listeners.health import Finding, Limits, findings

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
