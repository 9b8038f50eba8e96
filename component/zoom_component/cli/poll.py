"""Run a polling trigger; print its events and store them in the inbox."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser, Namespace
from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from zoom_component.cli import arguments
from zoom_component.cli.console import Console, strip_controls
from zoom_component.cli.errors import format_error
from zoom_component.cli.parser import (
    add_connection_options,
    add_json_option,
    add_retry_options,
    add_specs_option,
    add_verbose_option,
)
from zoom_component.errors import InputError, Problem

if TYPE_CHECKING:
    from zoom_component.events.inbox.protocols import Inbox, IncomingEvent
    from zoom_component.events.polling import Poller, PollResult

DESCRIPTION = (
    "Poll Zoom for the objects of a trigger and print what is new: a JSON line for each event, or text on a terminal. "
    "Events and state are stored in the inbox, so that a restart continues. The first poll only records a baseline. "
    "With --once, the exit code is 0 unless the poll fails."
)
EXAMPLES = (
    "zoom-component poll newMeetingCreated -i userId=me",
    "zoom-component poll userInformationChanged -i userId=jchill@example.com --interval 15",
    "zoom-component poll newCloudRecording --once --emit-first --inbox recordings.db",
)
_OUTCOME_MESSAGES = {
    "baseline": "First poll: recorded a baseline. Later polls report only new items.",
    "unchanged": "No new items.",
    "busy": "Another worker is polling this trigger; no request was sent.",
    "superseded": "Another worker finished first; the result of this poll is discarded.",
}

_NAME_FIELDS = ("topic", "name", "email", "summary_title")
_CHANGE_FIELDS = ("changed_fields", "changes_detected", "changed_dates")


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("key", metavar="KEY", help="the key or slug of the trigger, as in `triggers`")
    parser.add_argument(
        "-i",
        "--input",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="set an input of the trigger; NAME=@FILE reads a file, NAME:=JSON sets numbers; repeatable",
    )
    parser.add_argument(
        "--inputs", metavar="FILE", help="read inputs from a JSON or YAML file; - is stdin; -i takes precedence"
    )
    parser.add_argument("--once", action="store_true", help="poll once, even if no poll is due, and exit")
    parser.add_argument("--emit-first", action="store_true", help="report all existing items with the first poll")
    parser.add_argument("--interval", metavar="MINUTES", help="poll every MINUTES; the same as -i interval=")
    parser.add_argument(
        "--inbox",
        metavar="URL",
        help="store events and state in this file or database URL (default: inbox.db in the state folder)",
    )
    add_connection_options(parser)
    add_retry_options(parser)
    add_specs_option(parser)
    add_json_option(parser)
    add_verbose_option(parser)


def run(args: Namespace, console: Console) -> int:
    arguments.mask_known_secrets(console, args.token, args.client_secret)
    from zoom_component.events.polling import Poller, configure_poll

    component = arguments.load_component(args)
    config = configure_poll(component, args.key, _read_settings(args), now=time.time())
    for warning in config.warnings:
        console.report(f"warning: {warning}")
    connection = arguments.resolve_connection(args, component, console)
    with (
        component.connect(connection, options=arguments.build_session_options(args)) as session,
        closing(_open_inbox(args.inbox)) as store,
    ):
        poller = Poller(session, store, config, emit_first=args.emit_first)
        return _poll_once(poller, console) if args.once else _poll_until_interrupted(poller, console)


def _open_inbox(url: str | None) -> Inbox:
    from zoom_component.cli.inbox_errors import build_inbox_error
    from zoom_component.events.inbox.engines import open_inbox

    try:
        return open_inbox(url)
    except OSError as error:
        raise build_inbox_error(error) from None


def _read_settings(args: Namespace) -> dict[str, object]:
    settings = arguments.read_inputs(args.input, args.inputs)
    if args.interval is not None:
        if "interval" in settings:
            raise InputError([Problem("--interval", "cannot be combined with the input interval")])
        settings["interval"] = args.interval
    return settings


def _poll_once(poller: Poller, console: Console) -> int:
    result = poller.poll()
    if result.error is not None:
        raise result.error
    _print_result(result, console)
    return 0


def _poll_until_interrupted(poller: Poller, console: Console) -> int:
    console.report(f"Polling {poller.config.trigger.key} every {poller.config.interval / 60:g} minutes until Ctrl-C.")

    def report_result(result: PollResult) -> None:
        if isinstance(result.error, InputError):  # later polls would fail in the same way
            raise result.error
        if result.error is not None:
            for line in format_error(result.error, console):
                console.report(line)
            console.report(f"The state is unchanged; the next poll is at {_format_time(result.next_poll_at)}.")
        elif result.outcome != "unchanged" or console.verbose:
            _print_result(result, console)

    with suppress(KeyboardInterrupt):
        poller.run(report_result)
    return 0


def _print_result(result: PollResult, console: Console) -> None:
    for event in result.events:
        console.print_now(console.encode_json(json.loads(event.body)) if console.as_json else _describe_event(event))
    if result.outcome in _OUTCOME_MESSAGES:
        console.report(_OUTCOME_MESSAGES[result.outcome])


def _describe_event(event: IncomingEvent) -> str:
    """Return a line for an event: time, type, object and changed fields."""
    payload = json.loads(event.body)["payload"]["object"]
    parts = [_format_time(event.received_at), event.name]
    item = payload
    if "event_type" in payload:
        parts.append(payload["event_type"])
        item = next((value for value in payload.values() if isinstance(value, dict)), payload)
    name = next((item[field] for field in _NAME_FIELDS if item.get(field)), "")
    parts += [str(part) for part in (event.object_id, name) if part]
    changed = next((payload[field] for field in _CHANGE_FIELDS if field in payload), ())
    return strip_controls("  ".join([*parts, ", ".join(map(str, changed))]).rstrip())


def _format_time(timestamp: float) -> str:
    return datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
