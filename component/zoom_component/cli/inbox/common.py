"""Define what the subcommands of `inbox` share: options, the store, and the format of events."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from zoom_component.cli import arguments
from zoom_component.cli.console import Console, quote, strip_controls
from zoom_component.cli.parser import add_json_option
from zoom_component.errors import InputError, Problem
from zoom_component.spec.diagnostics import suggest

if TYPE_CHECKING:
    from zoom_component.events.inbox.protocols import EventQuery, Inbox, JobStatus, StoredEvent
    from zoom_component.events.listeners import AttemptResult, Listener

__all__ = [
    "STATES",
    "add_filter_options",
    "add_id_arguments",
    "add_inbox_option",
    "build_query",
    "check_listener",
    "describe_attempt",
    "describe_outcomes",
    "format_time",
    "load_listeners",
    "open_inbox",
    "parse_duration",
    "parse_time",
    "serialize_event",
]

STATES = ("ready", "leased", "done", "dead")


def add_inbox_option(parser: ArgumentParser) -> None:
    """Add `--inbox` and `--json`."""
    parser.add_argument(
        "--inbox",
        metavar="FILE|URL",
        help="the inbox: a file or a database URL (default: inbox.db in the state folder)",
    )
    add_json_option(parser)


def add_id_arguments(parser: ArgumentParser) -> None:
    """Add the numbers of events."""
    parser.add_argument(
        "ids", nargs="*", type=_parse_id, metavar="ID", help="the number of an event, as in `inbox list`"
    )


def add_filter_options(parser: ArgumentParser) -> None:
    """Add the options that select events. An event has to match all of them."""
    group = parser.add_argument_group("which events", "An event has to match all of these.")
    group.add_argument(
        "--event",
        action="append",
        default=[],
        metavar="PATTERN",
        help="select event names, such as meeting.*; repeatable",
    )
    times = "2h (ago), or 2026-03-10T11:00:00Z"
    group.add_argument(
        "--since", type=parse_time, metavar="TIME", help=f"select events received at or after TIME: {times}"
    )
    group.add_argument("--until", type=parse_time, metavar="TIME", help="select events received before TIME")
    group.add_argument("--state", choices=STATES, help="select events in this state for a listener")
    group.add_argument("--source", metavar="SOURCE", help="select a source, such as webhook or backfill")
    group.add_argument("--object", metavar="ID", help="select the object: a meeting number or a user id")


def build_query(args: Namespace, *, listener: str = "", limit: int = 100) -> EventQuery:
    """Return the query of the arguments. Raise InputError for invalid ones."""
    from zoom_component.events.inbox.protocols import EventQuery

    patterns = tuple(args.event)
    if invalid := [item for item in patterns if item.startswith("!") or not item]:
        message = f"expected a name or a pattern such as meeting.*, got {quote(invalid[0])}"
        raise InputError([Problem("--event", message)])
    since, until, state = args.since, args.until, getattr(args, "state", None) or ""
    if since is not None and until is not None and since >= until:
        raise InputError([Problem("--until", "has to be later than --since")])
    return EventQuery(
        tuple(getattr(args, "ids", ())), patterns, since, until, state, listener, args.source or "", args.object or "",
        limit,
    )  # fmt: skip


@contextmanager
def open_inbox(args: Namespace) -> Iterator[Inbox]:
    """Open the inbox of `--inbox`. Raise InputError or Unavailable when it cannot be used."""
    from zoom_component.cli.inbox_errors import build_inbox_error
    from zoom_component.events.inbox.engines import open_inbox

    try:
        inbox = open_inbox(args.inbox)
    except (OSError, ValueError) as error:
        raise build_inbox_error(error) from None
    with closing(inbox):
        try:
            yield inbox
        except OSError as error:
            if error.errno is not None:  # of another file, such as a closed stdout
                raise
            raise build_inbox_error(error) from None


def check_listener(inbox: Inbox, name: str, option: str) -> None:
    """Raise InputError for a listener that is not registered."""
    names = [item.listener for item in inbox.list_subscriptions()]
    if name not in names:
        hint = suggest(name, names) if names else "none is registered; `inbox work` registers those of a file"
        raise InputError([Problem(option, f"unknown listener {quote(name)}; {hint}")])


def serialize_event(stored: StoredEvent, statuses: Sequence[JobStatus]) -> dict[str, Any]:
    """Return an event as a JSON object."""
    event = stored.event
    return {
        "id": stored.id,
        "event": event.name,
        "received": format_time(event.received_at),
        "event_ts": event.event_ts,
        "object_id": event.object_id,
        "account_id": event.account_id,
        "source": event.source,
        "key": event.key,
        "listeners": {item.listener: item.state for item in statuses},
    }


def describe_outcomes(statuses: Sequence[JobStatus]) -> str:
    """Return the states of the listeners of an event, for a table."""
    return ", ".join(f"{strip_controls(item.listener)} {item.state}" for item in statuses) or "no listeners"


def describe_attempt(attempt: AttemptResult) -> str:
    """Return a line about an attempt: the event, the listener, the state, the error and the time of the retry."""
    line = f"{attempt.event_id} {strip_controls(attempt.event_name)} to {attempt.listener}: {attempt.state}"
    line += f" ({attempt.seconds:.2f} s, attempt {attempt.attempt})"
    line += f": {strip_controls(attempt.error)}" if attempt.error else ""
    return line if attempt.retry_at is None else f"{line}; retry at {format_time(attempt.retry_at)}"


def format_time(timestamp: float | None) -> str | None:
    """Return a time in ISO 8601 and UTC, or None."""
    if timestamp is None:
        return None
    return datetime.fromtimestamp(timestamp, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def parse_time(text: str) -> float:
    """Parse a time, for argparse."""
    from zoom_component.events.listeners.durations import parse_time

    return _parse_argument(lambda: parse_time(text, time.time()))


def parse_duration(text: str) -> float:
    """Parse a duration, for argparse."""
    from zoom_component.events.listeners.durations import parse_duration

    return _parse_argument(lambda: parse_duration(text))


def _parse_id(text: str) -> int:
    def convert() -> int:
        if text.isascii() and text.isdigit() and 0 < len(text) < 19:
            return int(text)
        raise ValueError(f"expected the number of an event, as in `inbox list`, got {quote(text[:40])}")

    return int(_parse_argument(convert))


def _parse_argument(parse: Callable[[], float]) -> float:
    from argparse import ArgumentTypeError

    try:
        return parse()
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None


def load_listeners(args: Namespace, console: Console) -> list[Listener]:
    """Return the listeners of the file of `--listeners`, or those that `--only` selects."""
    from zoom_component.cli.network import read_network_options
    from zoom_component.events.listeners.parsing import load_listeners

    if not args.listeners:
        raise InputError([Problem("--listeners", "is required: the file of listeners (docs/inbox.md)")])
    arguments.mask_known_secrets(console)
    network = read_network_options(args, console)
    listeners = load_listeners(args.listeners, arguments.load_component(args), network=network)
    console.add_secrets(lambda: [secret for item in listeners for secret in item.handler.list_secrets()])
    names = [item.name for item in listeners]
    only = getattr(args, "only", ())
    if unknown := [name for name in only if name not in names]:
        raise InputError([Problem("--only", f"unknown listener {quote(unknown[0])}; {suggest(unknown[0], names)}")])
    return [item for item in listeners if not only or item.name in only]
