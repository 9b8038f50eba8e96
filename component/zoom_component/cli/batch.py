"""Plan or run a batch: JSON Lines in, JSON Lines out, in the same order.

An error is the result of its own line; the other lines are processed as usual.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, BinaryIO

from zoom_component.cli import arguments
from zoom_component.cli.batch_format import InvalidLine, ResultWriter, parse_line, read_lines
from zoom_component.cli.batch_steps import BatchRun, LineOutcome, LineSteps, RunStep, identify_line
from zoom_component.cli.console import Console, format_count
from zoom_component.cli.signals import StopRequested, StopSignals
from zoom_component.errors import InputError, Problem

if TYPE_CHECKING:
    from zoom_component.cli.batch_journal import Journal
    from zoom_component.client.actions import Actions
    from zoom_component.client.connections.connection import Connection
    from zoom_component.client.session import Session

__all__ = ["plan_batch", "run_batch"]

# The reader of stdout has ended, as `head` does: what a shell reports for a program that SIGPIPE ends.
_CLOSED_OUTPUT_EXIT_CODE = 141
_MAX_LISTED = 20
_SINGLE_CALL_OPTIONS = {
    "KEY": "key", "-i": "input", "--inputs": "inputs", "--page-size": "page_size", "--resume": "resume",
    "--merge": "merge", "--jsonl": "jsonl", "--debug": "debug",
}  # fmt: skip


def plan_batch(args: Namespace, console: Console) -> int:
    """Plan every line. Raise InputError only for problems of the whole batch."""
    _check_options(args)
    actions = arguments.load_actions(args)
    base = arguments.resolve_base_url(args, actions)
    writer = ResultWriter(console, problems=[])
    with arguments.open_input(args.batch, "--batch") as file:
        try:
            for _, line in read_lines(file):
                console.print_now(_plan_line(line, actions, base, writer))
        except BrokenPipeError:
            console.discard_output()
            return _CLOSED_OUTPUT_EXIT_CODE
    return 0


def _plan_line(line: bytes, actions: Actions, base: str, writer: ResultWriter) -> str:
    call = parse_line(line)
    if isinstance(call, InvalidLine):
        return writer.format_error(call.id, call.error)
    try:
        return writer.format_result(call.id, "request", actions.plan(call.action, call.inputs).as_json(base))
    except Exception as error:
        return writer.format_error(call.id, error)


def run_batch(args: Namespace, console: Console) -> int:
    """Run every line, one after another or `--concurrency` at a time.

    Return 0 when every line has a result, 128 and the number of the signal that ended the batch, or 141 when the reader
    of the output has gone.
    """
    _check_options(args)
    component = arguments.load_component(args)
    connection = arguments.resolve_connection(args, component, console)
    options, stop = arguments.build_session_options(args), StopSignals()
    with arguments.open_input(args.batch, "--batch") as file, _open_journal(args, connection, file, console) as journal:
        run = BatchRun(
            component, connection, options, args.concurrency, file, console, journal, args.repeat_unknown, stop
        )
        try:
            with stop.handle():
                _run_lines(run)
        except BrokenPipeError:
            console.discard_output()
            return _CLOSED_OUTPUT_EXIT_CODE
        except KeyboardInterrupt:  # the second signal, or one on a platform that handles none
            console.report("Interrupted.")
            return stop.exit_code
        finally:
            _report_unknown_lines(journal, console)
    if stop.number:
        console.report("Interrupted.")
    return stop.exit_code if stop.number else 0


def _run_lines(run: BatchRun) -> None:
    if run.concurrency > 1:
        from zoom_component.cli.batch_async import run_concurrently

        run_concurrently(run)
        return
    with run.component.connect(run.connection, options=run.options) as session:
        processor, lines = run.create_processor(session), read_lines(run.file)
        with suppress(StopRequested):
            while True:
                with run.stop.wait():
                    number, line = next(lines, (0, b""))
                if not line:
                    return
                outcome = _execute_steps(processor.process(number, line), session, run.journal)
                run.console.print_now(outcome.text)
                if outcome.failure is not None:
                    raise outcome.failure


def _execute_steps(steps: LineSteps, session: Session, journal: Journal | None) -> LineOutcome:
    """Execute the steps of a line on this thread."""
    advance: Any = steps.send
    value: Any = None
    try:
        while True:
            step = advance(value)
            try:
                advance, value = steps.send, None
                if isinstance(step, RunStep):
                    value = session.run(step.call, step.inputs)
                elif journal is not None:
                    journal.sync()
            except Exception as error:
                advance, value = steps.throw, error
    except StopIteration as stop:
        outcome: LineOutcome = stop.value
        return outcome


@contextmanager
def _open_journal(
    args: Namespace, connection: Connection, file: BinaryIO, console: Console
) -> Iterator[Journal | None]:
    """Yield the journal of the batch, None without one.

    Where the batch can be read twice, a journal of another batch is refused before anything is sent.
    """
    if args.journal is None:
        yield None
        return
    from zoom_component.cli.batch_journal import open_journal

    journal = open_journal(args.journal, connection.identity, connection.base_url, console.mask)
    try:
        if journal.entries and file.seekable():
            start, number = file.tell(), 0
            for number, line in read_lines(file):
                if number in journal.entries:
                    journal.check_line(number, *identify_line(parse_line(line), line))
            journal.check_end(number)
            file.seek(start)
        yield journal
    finally:
        journal.close()


def _report_unknown_lines(journal: Journal | None, console: Console) -> None:
    if journal is None or not journal.unknown_lines:
        return
    lines = sorted(set(journal.unknown_lines))
    names = ", ".join(map(str, lines[:_MAX_LISTED])) + (", ..." if len(lines) > _MAX_LISTED else "")
    console.report(
        f"{format_count(len(lines), 'call')} with an unknown outcome (line {names}): check in Zoom whether the change "
        "was made. --repeat-unknown repeats them."
    )


def _check_options(args: Namespace) -> None:
    """Raise InputError for options that have no effect on a batch."""
    options = [name for name, attribute in _SINGLE_CALL_OPTIONS.items() if getattr(args, attribute, None)]
    if options:
        message = f"cannot be combined with {' and '.join(options)}: the lines of a batch have the actions and inputs"
        raise InputError([Problem("--batch", message)])
