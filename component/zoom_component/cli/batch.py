"""Batches: JSON Lines in, JSON Lines out, one process, the same order. An error is an answer, and the rest goes on."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any, BinaryIO

from zoom_component.cli import arguments, reading
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


def plan_batch(args: Namespace, screen: Console) -> int:
    """Plans every line. Raises InputError only for what concerns the whole batch."""
    _check_options(args)
    actions = arguments.load_actions(args)
    base = arguments.resolve_base_url(args, actions)
    writer = ResultWriter(screen, problems=[])
    with reading.open_input(args.batch, "batch") as file:
        for line in read_lines(file):
            screen.print_now(_plan_line(line, actions, base, writer))
    return 0


def _plan_line(line: bytes, actions: Actions, base: str, writer: ResultWriter) -> str:
    call = parse_line(line)
    if isinstance(call, InvalidLine):
        return writer.format_error(call.id, call.error)
    try:
        return writer.format_result(call.id, "request", actions.plan(call.action, call.inputs).as_json(base))
    except Exception as error:
        return writer.format_error(call.id, error)


def run_batch(args: Namespace, screen: Console) -> int:
    """Runs every line, one after another or `--concurrency` at once."""
    _check_options(args)
    component = arguments.load_component(args)
    connection = arguments.resolve_connection(args, component, screen)
    writer = ResultWriter(screen, status=None, code=None)
    with reading.open_input(args.batch, "batch") as file:
        if args.concurrency > 1:
            from zoom_component.cli.batch_async import run_concurrently

            run_concurrently(args, component, connection, file, screen, writer)
        else:
            _run_sequentially(args, component, connection, file, screen, writer)
    return 0


def _run_sequentially(
    args: Namespace, component: Component, connection: Any, file: BinaryIO, screen: Console, writer: ResultWriter
) -> None:
    with component.connect(connection, options=arguments.build_session_options(args)) as session:
        for line in read_lines(file):
            call = parse_line(line)
            if isinstance(call, InvalidLine):
                screen.print_now(writer.format_error(call.id, call.error))
                continue
            try:
                text = writer.format_success(call, session.run(call.action, call.inputs).data)
            except Exception as error:
                text = writer.format_failure(call, error)
            screen.print_now(text)


def _check_options(args: Namespace) -> None:
    """What a batch cannot heed is refused: an option that does nothing would be believed to do something."""
    given = [name for name, word in _SINGLE_CALL_OPTIONS.items() if getattr(args, word, None)]
    if given:
        why = f"a batch has its actions and inputs on its lines; leave out {' and '.join(given)}"
        raise InputError([Problem("--batch", why)])
