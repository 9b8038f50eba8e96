"""What the parts of `inbox` share: which inbox, which events, and how times and rows are shown."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from zoom_component.cli import arguments
from zoom_component.cli.console import Console
from zoom_component.cli.errors import strip_control_characters
from zoom_component.cli.options import add_json_option
from zoom_component.errors import InputError, Problem
from zoom_component.spec.diagnostics import suggest

if TYPE_CHECKING:
    from zoom_component.events.inbox.protocols import EventQuery, Inbox, JobStatus, StoredEvent
    from zoom_component.events.listeners import Listener

__all__ = [
    "STATES",
    "add_filter_options",
    "add_id_arguments",
    "add_inbox_option",
    "build_query",
    "check_listener",
    "format_time",
    "load_listeners",
    "open_inbox",
    "parse_duration",
    "parse_time",
    "serialize_event",
]

STATES = ("ready", "leased", "done", "dead")


def add_inbox_option(parser: ArgumentParser) -> None:
    """`--inbox` and `--json`."""
    parser.add_argument(
        "--inbox", metavar="FILE|URL", help="where the events are: a file or an address (inbox.db of this machine)"
    )
    add_json_option(parser)


def add_id_arguments(parser: ArgumentParser) -> None:
    """Numbers of events."""
    parser.add_argument(
        "ids", nargs="*", type=_parse_id, metavar="ID", help="an event's number, as `inbox list` shows it"
    )


def add_filter_options(parser: ArgumentParser) -> None:
    """Which events: all that is given has to hold."""
    group = parser.add_argument_group("which events", "All that is given has to hold.")
    group.add_argument("--event", action="append", default=[], metavar="PATTERN", help="its name, as in meeting.*")
    times = "2h (so long ago), or 2026-03-10T11:00:00Z"
    group.add_argument("--since", type=parse_time, metavar="TIME", help=f"received then or later: {times}")
    group.add_argument("--until", type=parse_time, metavar="TIME", help="received before")
    group.add_argument("--state", choices=STATES, help="how a listener stands with it")
    group.add_argument("--source", metavar="SOURCE", help="where it came from, as in webhook or backfill")
    group.add_argument("--object", metavar="ID", help="what it happened to: a meeting's number, a user's id")


def build_query(args: Namespace, *, listener: str = "", most: int = 100) -> EventQuery:
    """What was asked. Raises InputError."""
    from zoom_component.events.inbox.protocols import EventQuery

    patterns = tuple(args.event)
    if wrong := [each for each in patterns if each.startswith("!") or not each]:
        why = f"came {wrong[0]!r}; accepted: a name or a pattern such as meeting.*"
        raise InputError([Problem("--event", why)])
    since, until, state = args.since, args.until, getattr(args, "state", None) or ""
    if since is not None and until is not None and since >= until:
        raise InputError([Problem("--until", "it has to be later than --since")])
    return EventQuery(
        tuple(getattr(args, "ids", ())), patterns, since, until, state, listener, args.source or "", args.object or "",
        most,
    )  # fmt: skip


@contextmanager
def open_inbox(args: Namespace) -> Iterator[Inbox]:
    """The inbox that is meant, open. What goes wrong with it is an InputError about --inbox."""
    from zoom_component.events.inbox.engines import open_inbox

    try:
        store = open_inbox(args.inbox)
    except (OSError, ValueError) as problem:
        raise _inbox_error(problem) from None
    with closing(store):
        try:
            yield store
        except OSError as problem:
            if problem.errno is not None:  # not the inbox's: a pipe that broke, a file that cannot be written
                raise
            raise _inbox_error(problem) from None


def check_listener(store: Inbox, name: str, option: str) -> None:
    """Raises InputError for a listener that is not registered."""
    names = [each.listener for each in store.list_subscriptions()]
    if name not in names:
        told = suggest(name, names) if names else "none is registered; `inbox drain` registers those of a file"
        raise InputError([Problem(option, f"there is no listener {name!r}; {told}")])


def serialize_event(kept: StoredEvent, outcomes: Sequence[JobStatus]) -> dict[str, Any]:
    """An event as JSON tells it."""
    about = kept.event
    return {
        "id": kept.id,
        "event": about.name,
        "received": format_time(about.received_at),
        "event_ts": about.event_ts,
        "object_id": about.object_id,
        "account_id": about.account_id,
        "source": about.source,
        "key": about.key,
        "listeners": {each.listener: each.state for each in outcomes},
    }


def describe_outcomes(outcomes: Sequence[JobStatus]) -> str:
    """How the listeners stand with an event, for people."""
    return ", ".join(f"{strip_control_characters(each.listener)} {each.state}" for each in outcomes) or "nobody listens"


def format_time(moment: float | None) -> str | None:
    """A time as ISO 8601, in UTC; None where there is none."""
    if moment is None:
        return None
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def parse_time(text: str) -> float:
    """A time, for argparse."""
    from zoom_component.events.listeners.durations import parse_time

    return _parse_argument(lambda: parse_time(text, time.time()))


def parse_duration(text: str) -> float:
    """How long, for argparse."""
    from zoom_component.events.listeners.durations import parse_duration

    return _parse_argument(lambda: parse_duration(text))


def _parse_id(text: str) -> int:
    def read() -> int:
        if text.isascii() and text.isdigit() and 0 < len(text) < 19:
            return int(text)
        raise ValueError(f"came {text[:40]!r}; accepted: an event's number, as `inbox list` shows it")

    return int(_parse_argument(read))


def _parse_argument(reader: Callable[[], float]) -> float:
    from argparse import ArgumentTypeError

    try:
        return reader()
    except ValueError as problem:
        raise ArgumentTypeError(str(problem)) from None


def _inbox_error(problem: OSError | ValueError) -> InputError:
    return InputError([Problem("--inbox", f"{problem}; name another with --inbox FILE or an address")])


def load_listeners(args: Namespace, screen: Console) -> list[Listener]:
    """The listeners of the file that `--listeners` names, or those of them that `--only` does."""
    from zoom_component.events.listeners.parsing import load_listeners

    if not args.listeners:
        raise InputError([Problem("--listeners", "it is required: the file that says who listens (docs/inbox.md)")])
    arguments.mask_known_secrets(screen)
    found = load_listeners(args.listeners, arguments.load_component(args))
    screen.add_secrets(lambda: [secret for each in found for secret in each.handler.list_secrets()])
    names = [each.name for each in found]
    only = getattr(args, "only", ())
    if unknown := [name for name in only if name not in names]:
        raise InputError([Problem("--only", f"there is no listener {unknown[0]!r}; {suggest(unknown[0], names)}")])
    return [each for each in found if not only or each.name in only]
