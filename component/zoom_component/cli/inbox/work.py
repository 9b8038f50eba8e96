"""Pass events to the listeners of a file."""

from __future__ import annotations

from _thread import interrupt_main
from argparse import ArgumentParser, Namespace
from collections import Counter
from typing import TYPE_CHECKING, Any

from zoom_component.cli.console import Console, format_count
from zoom_component.cli.inbox import common
from zoom_component.cli.parser import add_network_options, add_specs_option, add_verbose_option
from zoom_component.cli.signals import interrupt_on_sigterm

if TYPE_CHECKING:
    from zoom_component.events.inbox.protocols import Inbox
    from zoom_component.events.listeners import AttemptResult, Listener

DESCRIPTION = (
    "Pass events to the listeners of a file until Ctrl-C; with --once, until none is due. Any number of workers may "
    "share an inbox. Failed attempts are reported and retried later; Ctrl-C finishes running jobs or releases them. "
    "With --once, the exit code is 1 if an event became a dead letter."
)
EXAMPLES = (
    "zoom-component inbox work --listeners listeners.yaml --inbox /srv/zoom/inbox.db",
    "zoom-component inbox work --listeners listeners.yaml --once",
    "zoom-component inbox work --listeners listeners.yaml --only crm --json",
    "zoom-component inbox work --listeners listeners.yaml --check",
)
DEAD_LETTER_EXIT_CODE = 1


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--listeners", metavar="FILE", help="the file of listeners, a listeners.yaml (docs/inbox.md)")
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME", help="run only this listener of the file; repeatable"
    )
    parser.add_argument("--once", action="store_true", help="stop when no event is due")
    parser.add_argument("--check", action="store_true", help="only check the file")
    parser.add_argument(
        "--shutdown-timeout",
        type=common.parse_duration,
        default=10.0,
        metavar="SPAN",
        help="after Ctrl-C, wait this long for running jobs (default: 10s)",
    )
    add_network_options(parser)
    add_specs_option(parser)
    common.add_inbox_option(parser)
    add_verbose_option(parser)


def run(args: Namespace, console: Console) -> int:
    listeners = common.load_listeners(args, console)
    if args.check:
        console.report(f"No problems in {args.listeners}: {', '.join(each.name for each in listeners)}.")
        if console.as_json:
            console.print_json({"listeners": [listener.name for listener in listeners]})
        return 0
    with common.open_inbox(args) as inbox:
        return _work(args, listeners, inbox, console)


def _work(args: Namespace, listeners: list[Listener], inbox: Inbox, console: Console) -> int:
    from zoom_component.events.listeners import Dispatcher
    from zoom_component.events.listeners.worker import create_worker

    counts: Counter[str] = Counter()
    broken_pipes: list[BrokenPipeError] = []

    def report_attempt(attempt: AttemptResult) -> None:
        counts[attempt.state] += 1
        try:
            _print_attempt(attempt, counts, console)
        except BrokenPipeError as error:  # nobody reads the output any more
            if not broken_pipes:
                broken_pipes.append(error)
                interrupt_main()

    console.report(f"{format_count(len(listeners), 'listener')} running{'' if args.once else ' until Ctrl-C'}.")
    try:
        with interrupt_on_sigterm():
            if args.once:
                Dispatcher(inbox, listeners, on_result=report_attempt).run_until_idle(args.shutdown_timeout)
            else:
                create_worker(inbox, listeners, report_attempt).run(args.shutdown_timeout)
    except KeyboardInterrupt:
        if broken_pipes:
            raise broken_pipes[0] from None
        console.report("\nInterrupted; running jobs are finished or released.")
        if args.once:
            return 130
    _print_summary(counts, inbox, listeners, console)
    return DEAD_LETTER_EXIT_CODE if counts["dead"] and args.once else 0


def _print_attempt(attempt: AttemptResult, counts: Counter[str], console: Console) -> None:
    """Print an attempt: as JSON, or as progress and a line for each failure."""
    if console.as_json:
        console.print_now(console.encode_json(_serialize_attempt(attempt)))
        return
    if attempt.error or attempt.state == "unrecorded" or console.verbose:
        _clear_progress(console)
        console.report(common.describe_attempt(attempt))
    if console.is_stderr_terminal:
        console.report_progress(f"{_format_counts(counts)} ...")


def _clear_progress(console: Console) -> None:
    if console.is_stderr_terminal:
        console.report_progress("")


def _serialize_attempt(attempt: AttemptResult) -> dict[str, Any]:
    return {
        "id": attempt.event_id,
        "event": attempt.event_name,
        "listener": attempt.listener,
        "attempt": attempt.attempt,
        "state": attempt.state,
        "seconds": round(attempt.seconds, 4),
        "error": attempt.error,
        "retry_at": common.format_time(attempt.retry_at),
    }


def _print_summary(counts: Counter[str], inbox: Inbox, listeners: list[Listener], console: Console) -> None:
    due = inbox.find_next_due([listener.name for listener in listeners])
    pending = (
        ""
        if due is None
        else f" Pending jobs are due {common.format_time(max(due, inbox.read_clock()))}, or leased by another worker."
    )
    _clear_progress(console)
    console.report(f"{_format_counts(counts) or 'No job was due'}.{pending}")


def _format_counts(counts: Counter[str]) -> str:
    states = ("done", "filtered", "retry", "dead", "released", "unrecorded")
    return ", ".join(f"{counts[state]:,} {state}" for state in states if counts[state])
