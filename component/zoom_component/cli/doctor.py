"""`doctor`: whether events come and reach their listeners, whether calls may be made, and what to do where not."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from zoom_component.cli import arguments
from zoom_component.cli.console import Console
from zoom_component.cli.errors import strip_control_characters
from zoom_component.cli.inbox import common
from zoom_component.cli.options import add_specs_option
from zoom_component.cli.table import format_table
from zoom_component.errors import InputError

if TYPE_CHECKING:
    from zoom_component.cli.preflight import ActionNeeds, GrantedScopes
    from zoom_component.events.listeners.health import HealthCheck

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
WARNING_EXIT_CODE = 1
_SIGNS = {"ok": "ok", "warn": "WARN", "none": "-", "unknown": "?"}


def options(parser: ArgumentParser) -> None:
    parser.add_argument("actions", nargs="*", metavar="ACTION", help="look at these actions: keys or slugs")
    parser.add_argument(
        "--quiet-for",
        type=common.parse_duration,
        metavar="SPAN",
        help="how long no event may come before it is a warning (24h)",
    )
    parser.add_argument("--backlog", type=common.parse_duration, metavar="SPAN", help="how old what waits may be (15m)")
    common.add_inbox_option(parser)
    arguments.add_connection_options(parser)
    add_specs_option(parser)


def command(args: Namespace, screen: Console) -> int:
    found = [] if args.actions and args.inbox is None else _check_inbox(args)
    calls = _check_calls(args, screen)
    states = [*(each.state for each in found), *(calls.states if calls else ())]
    sick = states.count("warn")
    if screen.as_json:
        told = {"ok": not sick, "checks": [each._asdict() for each in found]}
        screen.print_json({**told, **(calls.as_json() if calls else {})})
        return WARNING_EXIT_CODE if sick else 0
    for line in format_table(
        [*_format_findings(found), *(_format_calls(calls) if calls else ())], screen.width, indent=0
    ):
        screen.print(line)
    warnings = "1 warning" if sick == 1 else f"{sick} warnings"
    screen.report(
        f"{warnings}." if sick else "All is well." if not calls or calls.has_scopes else "Nothing speaks against it."
    )
    return WARNING_EXIT_CODE if sick else 0


class _CallReport(NamedTuple):
    """What was found about calls."""

    granted: GrantedScopes
    needs: list[ActionNeeds]

    @property
    def states(self) -> list[str]:
        return [self.granted.state, *(need.state for need in self.needs)]

    @property
    def has_scopes(self) -> bool:
        """Whether there was something to compare with."""
        return self.granted.scopes is not None

    def as_json(self) -> dict[str, Any]:
        scopes = None if self.granted.scopes is None else list(self.granted.scopes)
        connection = {"name": self.granted.connection, "scopes": scopes, "message": self.granted.message}
        return {"connection": connection, "actions": [need.as_json() for need in self.needs]}


def _check_calls(args: Namespace, screen: Console) -> _CallReport | None:
    """What calls need, where actions or a connection are named."""
    from zoom_component.cli.preflight import has_connection_flags, list_needs, read_granted_scopes

    if not args.actions and not has_connection_flags(args):
        return None
    component = arguments.load_component(args)
    today = datetime.now(UTC).date()
    list_needs(component, args.actions, None, today)  # wrong keys are told before a token is asked for
    known = read_granted_scopes(args, component, screen)
    return _CallReport(known, list_needs(component, args.actions, known.scopes, today))


def _format_findings(found: list[HealthCheck]) -> Iterator[tuple[str, str, str]]:
    for each in found:
        remedy = f". {each.remedy[:1].upper()}{each.remedy[1:]}" if each.remedy else ""
        yield (
            _SIGNS[each.state],
            strip_control_characters(each.name),
            strip_control_characters(f"{each.message}{remedy}"),
        )


def _format_calls(calls: _CallReport) -> Iterator[tuple[str, str, str]]:
    yield _SIGNS[calls.granted.state], "connection", strip_control_characters(calls.granted.message)
    for need in calls.needs:
        yield _SIGNS[need.state], need.action.key, strip_control_characters(". ".join(need.notes))


def _check_inbox(args: Namespace) -> list[HealthCheck]:
    """What the inbox tells. One that was never made is nothing to warn of, unless it was named."""
    from zoom_component.events.inbox.engines import get_default_path
    from zoom_component.events.listeners.health import HealthCheck, HealthThresholds, check_health

    if args.inbox is None and not Path(get_default_path()).exists():
        return [HealthCheck("inbox", "none", "none on this machine: no events are received here")]
    usually = HealthThresholds()
    limits = usually._replace(
        max_silence=usually.max_silence if args.quiet_for is None else args.quiet_for,
        max_backlog_age=usually.max_backlog_age if args.backlog is None else args.backlog,
    )
    try:
        with common.open_inbox(args) as store:
            return check_health(store, time.time(), limits)
    except InputError as error:
        return [HealthCheck("inbox", "warn", error.problems[0].message)]
