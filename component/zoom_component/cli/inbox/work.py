"""`inbox drain`: the listeners of a file at work."""

from __future__ import annotations

import signal
import time
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

from zoom_component.cli.console import Console
from zoom_component.cli.errors import strip_control_characters
from zoom_component.cli.inbox import common
from zoom_component.cli.options import add_specs_option, add_verbose_option

if TYPE_CHECKING:
    from zoom_component.events.inbox.protocols import Inbox
    from zoom_component.events.listeners import AttemptResult, Listener

DESCRIPTION = (
    "Hands events to the listeners of a file until nothing is due; with --forever, until it is interrupted. Any number "
    "of these may work on one inbox. A try that fails is told, and comes again later; Ctrl-C finishes what is under "
    "way, or gives it back. The exit code is 1 when an event died."
)
EXAMPLES = (
    "zoom-component inbox drain --listeners listeners.yaml",
    "zoom-component inbox drain --listeners listeners.yaml --forever --inbox /srv/zoom/inbox.db",
    "zoom-component inbox drain --listeners listeners.yaml --only crm --json",
    "zoom-component inbox drain --listeners listeners.yaml --check",
)
DEAD_LETTER_EXIT_CODE = 1


def options(parser: ArgumentParser) -> None:
    parser.add_argument("--listeners", metavar="FILE", help="who listens: a listeners.yaml (docs/inbox.md)")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="only this listener of it")
    parser.add_argument("--forever", action="store_true", help="go on, as a worker, until it is interrupted")
    parser.add_argument("--check", action="store_true", help="only read the file, and tell its faults")
    parser.add_argument(
        "--patience",
        type=common.parse_duration,
        default=10.0,
        metavar="SPAN",
        help="how long an interruption waits for tries (10s)",
    )
    add_specs_option(parser)
    common.add_inbox_option(parser)
    add_verbose_option(parser)


def command(args: Namespace, screen: Console) -> int:
    listeners = common.load_listeners(args, screen)
    if args.check:
        screen.report(f"{len(listeners)} listeners, and no fault: {', '.join(each.name for each in listeners)}.")
        if screen.as_json:
            screen.print_json({"listeners": [each.name for each in listeners]})
        return 0
    with common.open_inbox(args) as store:
        return _work(args, listeners, store, screen)


def _work(args: Namespace, listeners: list[Listener], store: Inbox, screen: Console) -> int:
    from zoom_component.events.listeners import Dispatcher
    from zoom_component.events.listeners.worker import create_worker

    counted: Counter[str] = Counter()

    def tell(told: AttemptResult) -> None:
        counted[told.state] += 1
        _print_attempt(told, counted, screen)

    screen.report(f"{len(listeners)} listeners at work{' until Ctrl-C' if args.forever else ''}.")
    try:
        with _interrupt_on_sigterm():
            if args.forever:
                create_worker(store, listeners, tell).run(args.patience)
            else:
                Dispatcher(store, listeners, on_result=tell).run_until_idle(args.patience)
    except KeyboardInterrupt:
        screen.report("\nInterrupted; what was under way is finished, or given back.")
        if not args.forever:
            return 130
    _print_summary(counted, store, listeners, screen)
    return DEAD_LETTER_EXIT_CODE if counted["dead"] and not args.forever else 0


@contextmanager
def _interrupt_on_sigterm() -> Iterator[None]:
    """A polite end that is asked for by the system is one by Ctrl-C."""

    def end(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    try:
        before = signal.signal(signal.SIGTERM, end)
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _print_attempt(told: AttemptResult, counted: Counter[str], screen: Console) -> None:
    """A try: a line of JSON; for people, progress, and a line for each that failed."""
    if screen.as_json:
        screen.print_now(screen.encode_json(_serialize_attempt(told)))
        return
    clear = "\r\033[K" if screen.is_stderr_terminal else ""
    if told.error or told.state == "unrecorded" or screen.verbose:
        again = f"; again {common.format_time(told.retry_at)}" if told.retry_at is not None else ""
        words = f"{told.event_id} {strip_control_characters(told.event_name)} to {told.listener}: {told.state} ({told.seconds:.2f} s, try {told.attempt})"
        screen.report(f"{clear}{words}{': ' + strip_control_characters(told.error) if told.error else ''}{again}")
    if screen.is_stderr_terminal:
        screen.report(f"{clear}{_format_counts(counted)} ...", end="")


def _serialize_attempt(told: AttemptResult) -> dict[str, Any]:
    return {**told._asdict(), "seconds": round(told.seconds, 4), "retry_at": common.format_time(told.retry_at)}


def _print_summary(counted: Counter[str], store: Inbox, listeners: list[Listener], screen: Console) -> None:
    due = store.find_next_due([each.name for each in listeners])
    waits = (
        ""
        if due is None
        else f" What waits is due {common.format_time(max(due, time.time()))}, or held by another worker."
    )
    clear = "\r\033[K" if screen.is_stderr_terminal else ""
    screen.report(f"{clear}{_format_counts(counted) or 'Nothing was due'}.{waits}")


def _format_counts(counted: Counter[str]) -> str:
    return ", ".join(
        f"{counted[state]:,} {state}" for state in ("done", "filtered", "retry", "dead", "unrecorded") if counted[state]
    )
