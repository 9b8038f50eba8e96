"""`poll`: a polling trigger at work, its events to stdout and into the inbox, until Ctrl-C or once."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser, Namespace
from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from zoom_component.cli import arguments, reading
from zoom_component.cli.console import Console
from zoom_component.cli.errors import format_error, strip_control_characters
from zoom_component.cli.options import add_json_option, add_specs_option, add_verbose_option
from zoom_component.errors import InputError, Problem

if TYPE_CHECKING:
    from zoom_component.events.inbox.protocols import Inbox, IncomingEvent
    from zoom_component.events.polling import Poller, PollResult

DESCRIPTION = (
    "Asks Zoom again and again for what a trigger watches, and tells what is new: a line of JSON for each event, or "
    "words on a terminal. Events and what is remembered lie in the inbox, so that a restart goes on where it was. The "
    "first poll only remembers what is there. With --once, the exit code is 0 unless the poll fails."
)
EXAMPLES = (
    "zoom-component poll newMeetingCreated -i userId=me",
    "zoom-component poll userInformationChanged -i userId=jchill@example.com --interval 15",
    "zoom-component poll newCloudRecording --once --emit-first --inbox recordings.db",
)
_OUTCOME_MESSAGES = {
    "baseline": "This was the first poll: what is there is remembered, and what comes from now on is told.",
    "unchanged": "Nothing new.",
    "busy": "Another worker polls this just now; nothing was asked.",
    "superseded": "Another worker was quicker; what was found here is thrown away.",
}


def options(parser: ArgumentParser) -> None:
    parser.add_argument("key", metavar="KEY", help="the trigger's key, as `triggers` shows it, or its catalogue slug")
    parser.add_argument(
        "-i",
        "--input",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a setting as text; NAME=@FILE reads it from a file, NAME:=JSON gives numbers. May be repeated",
    )
    parser.add_argument("--inputs", metavar="FILE", help="the settings as a JSON or YAML file; - is stdin. -i wins")
    parser.add_argument("--once", action="store_true", help="poll once, whether it is due or not, and end")
    parser.add_argument("--emit-first", action="store_true", help="have the first poll tell all that is there")
    parser.add_argument("--interval", metavar="MINUTES", help="minutes from one poll to the next; as -i interval=")
    parser.add_argument(
        "--inbox",
        metavar="URL",
        help="where events and state are kept: a file or an address (inbox.db of this machine)",
    )
    arguments.add_connection_options(parser)
    arguments.add_retry_options(parser)
    add_specs_option(parser)
    add_json_option(parser)
    add_verbose_option(parser)


def command(args: Namespace, screen: Console) -> int:
    arguments.mask_known_secrets(screen, args.token, args.client_secret)
    from zoom_component.events.polling import Poller, configure_poll

    component = arguments.load_component(args)
    watched = configure_poll(component, args.key, _read_settings(args), now=time.time())
    for caution in watched.warnings:
        screen.report(f"caution: {caution}")
    connection = arguments.resolve_connection(args, component, screen)
    with (
        component.connect(connection, options=arguments.build_session_options(args)) as session,
        closing(_open_inbox(args.inbox)) as store,
    ):
        poller = Poller(session, store, watched, emit_first=args.emit_first)
        return _poll_once(poller, screen) if args.once else _poll_until_interrupted(poller, screen)


def _open_inbox(url: str | None) -> Inbox:
    from zoom_component.events.inbox.engines import open_inbox

    try:
        return open_inbox(url)
    except OSError as error:
        raise InputError(
            [Problem("--inbox", f"{error}; accepted: a file that can be written, or an address")]
        ) from None


def _read_settings(args: Namespace) -> dict[str, object]:
    settings = reading.read_inputs(args.input, args.inputs)
    if args.interval is not None:
        if "interval" in settings:
            raise InputError([Problem("--interval", "it is among the settings already; give it once")])
        settings["interval"] = args.interval
    return settings


def _poll_once(poller: Poller, screen: Console) -> int:
    polled = poller.poll()
    if polled.error is not None:
        raise polled.error
    _print_result(polled, screen)
    return 0


def _poll_until_interrupted(poller: Poller, screen: Console) -> int:
    screen.report(f"Polling {poller.config.trigger.key} every {poller.config.interval / 60:g} minutes until Ctrl-C.")

    def told(polled: PollResult) -> None:
        if isinstance(polled.error, InputError):  # no later poll would fare better
            raise polled.error
        if polled.error is not None:
            for line in format_error(polled.error, screen):
                screen.report(line)
            screen.report(f"What is remembered stays; the next poll is at {_format_time(polled.next_poll_at)}.")
        elif polled.outcome != "unchanged" or screen.verbose:
            _print_result(polled, screen)

    with suppress(KeyboardInterrupt):
        poller.run(told)
    return 0


def _print_result(polled: PollResult, screen: Console) -> None:
    for event in polled.events:
        screen.print_now(screen.encode_json(json.loads(event.body)) if screen.as_json else _describe_event(event))
    if polled.outcome in _OUTCOME_MESSAGES:
        screen.report(_OUTCOME_MESSAGES[polled.outcome])


def _describe_event(event: IncomingEvent) -> str:
    """An event for a person: when, what, of which thing, and what changed."""
    found = json.loads(event.body)["payload"]["object"]
    parts = [_format_time(event.received_at), event.name]
    inner = next((value for value in found.values() if isinstance(value, dict) and "event_type" in found), found)
    parts += [found["event_type"]] if "event_type" in found else []
    name = next((inner[word] for word in ("topic", "name", "email", "summary_title") if inner.get(word)), "")
    parts += [str(part) for part in (event.object_id, name) if part]
    changed = next(
        (found[word] for word in ("changed_fields", "changes_detected", "changed_dates") if word in found), ()
    )
    return strip_control_characters("  ".join([*parts, ", ".join(map(str, changed))]).rstrip())


def _format_time(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
