"""Plan or run a batch: JSON Lines in, JSON Lines out, in the same order.

An error is the result of its own line; the other lines are processed as usual.
"""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any, BinaryIO

from zoom_component.cli import arguments
from zoom_component.cli.batch_format import InvalidLine, ResultWriter, parse_line, read_lines
from zoom_component.cli.console import Console
from zoom_component.errors import InputError, Problem

if TYPE_CHECKING:
    from zoom_component.client.actions import Actions
    from zoom_component.component import Component

__all__ = ["plan_batch", "run_batch"]


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
        for line in read_lines(file):
            console.print_now(_plan_line(line, actions, base, writer))
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
    """Run every line, one after another or `--concurrency` at a time."""
    _check_options(args)
    component = arguments.load_component(args)
    connection = arguments.resolve_connection(args, component, console)
    writer = ResultWriter(console, status=None, code=None)
    with arguments.open_input(args.batch, "--batch") as file:
        if args.concurrency > 1:
            from zoom_component.cli.batch_async import run_concurrently

            run_concurrently(args, component, connection, file, console, writer)
        else:
            _run_sequentially(args, component, connection, file, console, writer)
    return 0


def _run_sequentially(
    args: Namespace, component: Component, connection: Any, file: BinaryIO, console: Console, writer: ResultWriter
) -> None:
    with component.connect(connection, options=arguments.build_session_options(args)) as session:
        for line in read_lines(file):
            call = parse_line(line)
            if isinstance(call, InvalidLine):
                console.print_now(writer.format_error(call.id, call.error))
                continue
            try:
                text = writer.format_success(call, session.run(call.action, call.inputs))
            except Exception as error:
                text = writer.format_failure(call, error)
            console.print_now(text)


def _check_options(args: Namespace) -> None:
    """Raise InputError for options that have no effect on a batch."""
    options = [name for name, attribute in _SINGLE_CALL_OPTIONS.items() if getattr(args, attribute, None)]
    if options:
        message = f"cannot be combined with {' and '.join(options)}: the lines of a batch have the actions and inputs"
        raise InputError([Problem("--batch", message)])
