"""Batches: JSON Lines in, JSON Lines out, one process, the same order. An error is an answer, and the rest goes on."""

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING, Any, BinaryIO

from zoom_component.cli import calling, reading
from zoom_component.cli.batch_lines import Broken, Writer, asked, lines
from zoom_component.cli.screen import Screen
from zoom_component.client.planned import planned
from zoom_component.errors import InputError, Problem

if TYPE_CHECKING:
    from zoom_component.client.actions import Actions
    from zoom_component.component import Component

__all__ = ["plan_all", "run_all"]


_OTHERS = {
    "KEY": "key", "-i": "input", "--inputs": "inputs", "--page-size": "page_size", "--resume": "resume",
    "--merge": "merge", "--jsonl": "jsonl", "--debug": "debug",
}  # fmt: skip


def plan_all(args: Namespace, screen: Screen) -> int:
    """Plans every line. Raises InputError only for what concerns the whole batch."""
    _alone(args)
    actions = calling.actions(args)
    base = calling.base_url(args, actions)
    writer = Writer(screen, problems=[])
    with reading.opened(args.batch, "batch") as file:
        for line in lines(file):
            screen.line(_planned(line, actions, base, writer))
    return 0


def _planned(line: bytes, actions: Actions, base: str, writer: Writer) -> str:
    call = asked(line)
    if isinstance(call, Broken):
        return writer.error(call.id, call.error)
    try:
        request = actions.plan(call.action, call.inputs).request
        return writer.answer(call.id, "request", planned(base, request))
    except Exception as error:
        return writer.error(call.id, error)


def run_all(args: Namespace, screen: Screen) -> int:
    """Runs every line, one after another or `--concurrency` at once."""
    _alone(args)
    component = calling.component(args)
    connection = calling.connection(args, component, screen)
    writer = Writer(screen, status=None, code=None)
    with reading.opened(args.batch, "batch") as file:
        if args.concurrency > 1:
            from zoom_component.cli.batch_async import run_at_once

            run_at_once(args, component, connection, file, screen, writer)
        else:
            _one_by_one(args, component, connection, file, screen, writer)
    return 0


def _one_by_one(
    args: Namespace, component: Component, connection: Any, file: BinaryIO, screen: Screen, writer: Writer
) -> None:
    with component.connect(connection, options=calling.session_options(args)) as session:
        for line in lines(file):
            call = asked(line)
            if isinstance(call, Broken):
                screen.line(writer.error(call.id, call.error))
                continue
            try:
                text = writer.settled(call, session.run(call.action, call.inputs).data)
            except Exception as error:
                text = writer.failed(call, error)
            screen.line(text)


def _alone(args: Namespace) -> None:
    """What a batch cannot heed is refused: an option that does nothing would be believed to do something."""
    given = [name for name, word in _OTHERS.items() if getattr(args, word, None)]
    if given:
        why = f"a batch has its actions and inputs on its lines; leave out {' and '.join(given)}"
        raise InputError([Problem("--batch", why)])
