"""Check that events arrive and reach their listeners, and that calls have their scopes."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from zoom_component.cli import arguments
from zoom_component.cli.console import Console, format_count, strip_controls
from zoom_component.cli.inbox import common
from zoom_component.cli.parser import add_connection_options, add_specs_option
from zoom_component.cli.table import format_table
from zoom_component.errors import InputError, Unavailable

if TYPE_CHECKING:
    from zoom_component.cli.preflight import ActionNeeds, GrantedScopes
    from zoom_component.client.network.report import NetworkReport
    from zoom_component.events.listeners.health import HealthCheck

DESCRIPTION = (
    "Check the inbox: the last event and the last validation by Zoom, the age of the backlog, dead letters, listeners "
    "that fail or have no worker, and polls that fail. Show how Zoom is reached: the proxy and the certificate "
    "authorities. With ACTIONs, check those instead: the scopes, plan and rate "
    "limit label of each, what is deprecated, and what will fail with the scopes of the token. With a connection and "
    "no ACTION, check the inbox and every action. No action is called. Each warning has a remedy; the exit code is "
    "1 if there is a warning."
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


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("actions", nargs="*", metavar="ACTION", help="check these actions: keys or slugs")
    parser.add_argument(
        "--quiet-for",
        type=common.parse_duration,
        metavar="SPAN",
        help="warn if no event arrived for this long (default: 24h)",
    )
    parser.add_argument(
        "--backlog",
        type=common.parse_duration,
        metavar="SPAN",
        help="warn if a pending event is older than this (default: 15m)",
    )
    common.add_inbox_option(parser)
    add_connection_options(parser)
    add_specs_option(parser)


def run(args: Namespace, console: Console) -> int:
    checks = [] if args.actions and args.inbox is None else _check_inbox(args)
    network = None if args.actions and args.inbox is None else _check_network(args, console)
    calls = _check_calls(args, console)
    states = [*(check.state for check in checks), *(calls.states if calls else ())]
    states += ["warn"] if network and network.problems else []
    warnings = states.count("warn")
    if console.as_json:
        report: dict[str, Any] = {"ok": not warnings, "checks": [check._asdict() for check in checks]}
        if network is not None:
            report["network"] = {**network._asdict(), "problems": list(network.problems)}
        console.print_json({**report, **(calls.as_json() if calls else {})})
        return WARNING_EXIT_CODE if warnings else 0
    for line in format_table(
        [
            *_format_findings(checks),
            *([_format_network(network)] if network else ()),
            *(_format_calls(calls) if calls else ()),
        ],
        console.width,
        indent=0,
    ):
        console.print(line)
    if warnings:
        console.report(f"{format_count(warnings, 'warning')}.")
    elif calls and not calls.has_scopes:
        console.report("No problems found, but the granted scopes are unknown.")
    else:
        console.report("No problems found.")
    return WARNING_EXIT_CODE if warnings else 0


class _CallReport(NamedTuple):
    """Hold the results of the checks of calls."""

    granted: GrantedScopes
    needs: list[ActionNeeds]

    @property
    def states(self) -> list[str]:
        """Return the states of the connection and of every action."""
        return [self.granted.state, *(need.state for need in self.needs)]

    @property
    def has_scopes(self) -> bool:
        """Return whether the granted scopes are known."""
        return self.granted.scopes is not None

    def as_json(self) -> dict[str, Any]:
        """Return the results as a JSON object."""
        scopes = None if self.granted.scopes is None else list(self.granted.scopes)
        connection = {"name": self.granted.connection, "scopes": scopes, "message": self.granted.message}
        return {"connection": connection, "actions": [need.as_json() for need in self.needs]}


def _check_calls(args: Namespace, console: Console) -> _CallReport | None:
    """Check the scopes of calls, if actions or a connection are named."""
    from zoom_component.cli.preflight import has_connection_flags, list_needs, read_granted_scopes

    if not args.actions and not has_connection_flags(args):
        return None
    component = arguments.load_component(args)
    today = datetime.now(UTC).date()
    list_needs(component, args.actions, None, today)  # reports unknown keys before a token is requested
    granted = read_granted_scopes(args, component, console)
    return _CallReport(granted, list_needs(component, args.actions, granted.scopes, today))


def _check_network(args: Namespace, console: Console) -> NetworkReport:
    """Check how Zoom is reached, with the connection of the options if they name one."""
    from zoom_component.cli.network import check_network
    from zoom_component.cli.preflight import has_connection_flags
    from zoom_component.errors import ComponentError

    connection = None
    if has_connection_flags(args):
        # A failure is reported by the checks of calls; the options name a route nevertheless.
        with suppress(ComponentError):
            connection = arguments.resolve_connection(args, arguments.load_component(args), console)
    return check_network(args, connection, console)


def _format_network(report: NetworkReport) -> tuple[str, str, str]:
    routes = "; ".join(f"{host}: {route}" for host, route in report.routes.items())
    message = f"{routes}; certificate authorities: {report.authorities}"
    if report.problems:
        message = f"{message}. {' '.join(report.problems)}"
    return _SIGNS["warn" if report.problems else "ok"], "network", strip_controls(message)


def _format_findings(checks: list[HealthCheck]) -> Iterator[tuple[str, str, str]]:
    for check in checks:
        remedy = f". {check.remedy[:1].upper()}{check.remedy[1:]}" if check.remedy else ""
        yield (
            _SIGNS[check.state],
            strip_controls(check.name),
            strip_controls(f"{check.message}{remedy}"),
        )


def _format_calls(calls: _CallReport) -> Iterator[tuple[str, str, str]]:
    yield _SIGNS[calls.granted.state], "connection", strip_controls(calls.granted.message)
    for need in calls.needs:
        yield _SIGNS[need.state], need.action.key, strip_controls(". ".join(need.notes))


def _check_inbox(args: Namespace) -> list[HealthCheck]:
    """Check the inbox. A missing default inbox is not a warning."""
    from zoom_component.events.inbox.engines import get_default_path
    from zoom_component.events.listeners.health import HealthCheck, HealthThresholds, check_clock, check_health

    if args.inbox is None and not Path(get_default_path()).exists():
        return [HealthCheck("inbox", "none", "there is no inbox on this machine: it receives no events")]
    defaults = HealthThresholds()
    limits = defaults._replace(
        max_silence=defaults.max_silence if args.quiet_for is None else args.quiet_for,
        max_backlog_age=defaults.max_backlog_age if args.backlog is None else args.backlog,
    )
    try:
        with common.open_inbox(args) as store:
            now = time.time()
            return [check_clock(store, now), *check_health(store, store.read_clock(), limits)]
    except InputError as error:
        return [HealthCheck("inbox", "warn", error.problems[0].message)]
    except Unavailable as error:
        return [HealthCheck("inbox", "warn", error.message)]
