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

from zoom_component.cli.failing import plain
from zoom_component.cli.inbox import asked
from zoom_component.cli.options import add_specs, add_verbose
from zoom_component.cli.screen import Screen

if TYPE_CHECKING:
    from zoom_component.events.inbox.store import Store
    from zoom_component.events.listeners import Listener, Told

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
DIED = 1


def options(parser: ArgumentParser) -> None:
    parser.add_argument("--listeners", metavar="FILE", help="who listens: a listeners.yaml (docs/inbox.md)")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="only this listener of it")
    parser.add_argument("--forever", action="store_true", help="go on, as a worker, until it is interrupted")
    parser.add_argument("--check", action="store_true", help="only read the file, and tell its faults")
    parser.add_argument(
        "--patience",
        type=asked.span,
        default=10.0,
        metavar="SPAN",
        help="how long an interruption waits for tries (10s)",
    )
    add_specs(parser)
    asked.add_inbox(parser)
    add_verbose(parser)


def command(args: Namespace, screen: Screen) -> int:
    listeners = asked.listeners(args, screen)
    if args.check:
        screen.say(f"{len(listeners)} listeners, and no fault: {', '.join(each.name for each in listeners)}.")
        if screen.as_json:
            screen.json({"listeners": [each.name for each in listeners]})
        return 0
    with asked.inbox(args) as store:
        return _drain(args, listeners, store, screen)


def _drain(args: Namespace, listeners: list[Listener], store: Store, screen: Screen) -> int:
    from zoom_component.events.listeners import Dispatcher
    from zoom_component.events.listeners.workers import worker

    counted: Counter[str] = Counter()

    def tell(told: Told) -> None:
        counted[told.state] += 1
        _tell(told, counted, screen)

    screen.say(f"{len(listeners)} listeners at work{' until Ctrl-C' if args.forever else ''}.")
    try:
        with _terminated():
            if args.forever:
                worker(store, listeners, tell).work(args.patience)
            else:
                Dispatcher(store, listeners, tell=tell).drain(args.patience)
    except KeyboardInterrupt:
        screen.say("\nInterrupted; what was under way is finished, or given back.")
        if not args.forever:
            return 130
    _sum_up(counted, store, listeners, screen)
    return DIED if counted["dead"] and not args.forever else 0


@contextmanager
def _terminated() -> Iterator[None]:
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


def _tell(told: Told, counted: Counter[str], screen: Screen) -> None:
    """A try: a line of JSON; for people, progress, and a line for each that failed."""
    if screen.as_json:
        screen.line(screen.encode(_row(told)))
        return
    clear = "\r\033[K" if screen.followed else ""
    if told.error or told.state == "unsettled" or screen.verbose:
        again = f"; again {asked.at(told.again)}" if told.again is not None else ""
        words = (
            f"{told.id} {plain(told.event)} to {told.listener}: {told.state} ({told.seconds:.2f} s, try {told.attempt})"
        )
        screen.say(f"{clear}{words}{': ' + plain(told.error) if told.error else ''}{again}")
    if screen.followed:
        screen.say(f"{clear}{_counts(counted)} ...", end="")


def _row(told: Told) -> dict[str, Any]:
    return {**told._asdict(), "seconds": round(told.seconds, 4), "again": asked.at(told.again)}


def _sum_up(counted: Counter[str], store: Store, listeners: list[Listener], screen: Screen) -> None:
    due = store.next_due([each.name for each in listeners])
    waits = "" if due is None else f" What waits is due {asked.at(max(due, time.time()))}, or held by another worker."
    clear = "\r\033[K" if screen.followed else ""
    screen.say(f"{clear}{_counts(counted) or 'Nothing was due'}.{waits}")


def _counts(counted: Counter[str]) -> str:
    return ", ".join(
        f"{counted[state]:,} {state}" for state in ("done", "unwanted", "again", "dead", "unsettled") if counted[state]
    )
