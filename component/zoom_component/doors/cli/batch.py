"""Batches: JSON Lines in, JSON Lines out, one process, the same order. An error is an answer, and the rest goes on."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from zoom_component.doors.cli import calling, reading
from zoom_component.doors.cli.screen import Screen
from zoom_component.errors import ComponentError, InputError, Problem
from zoom_component.planned import planned
from zoom_component.request.values import Mismatch

if TYPE_CHECKING:
    from zoom_component.actions import Actions
    from zoom_component.runtime import Component

__all__ = ["Asked", "Broken", "Writer", "asked", "plan_all", "run_all"]


_OTHERS = {
    "KEY": "key", "-i": "input", "--inputs": "inputs", "--page-size": "page_size", "--resume": "resume",
    "--merge": "merge", "--jsonl": "jsonl", "--debug": "debug",
}  # fmt: skip


class Asked(NamedTuple):
    """One call of a batch."""

    id: Any
    action: str
    inputs: Mapping[str, Any]


class Broken(NamedTuple):
    """A line that is no call, with what is wrong with it."""

    id: Any
    error: ComponentError


def asked(line: bytes) -> Asked | Broken:
    """The call that a line asks for."""
    try:
        value = _value(line)
    except Mismatch as mismatch:
        return Broken(None, InputError([Problem("", f"this line is not JSON: {mismatch}")]))
    if not isinstance(value, dict):
        return Broken(
            None, InputError([Problem("", 'accepted: a JSON object on each line, {"id", "action", "inputs"}')])
        )
    ident, action, inputs = value.get("id"), value.get("action"), value.get("inputs")
    if not isinstance(action, str):
        return Broken(ident, InputError([Problem("action", "it is required: the key of an action, as text")]))
    if inputs is None:
        inputs = {}
    if not isinstance(inputs, dict):
        return Broken(ident, InputError([Problem("inputs", "accepted: a JSON object of inputs")], action=action))
    return Asked(ident, action, inputs)


def _value(line: bytes) -> Any:
    try:
        text = line.rstrip(b"\r\n").decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Mismatch(f"it is not UTF-8 text (byte {error.start})") from None
    return reading.value_of(text)


class Writer:
    """Makes the line of an answer. `facts` are keys that every error has, null where nothing is known."""

    def __init__(self, screen: Screen, **facts: Any) -> None:
        # Made once: json.dumps with these arguments makes an encoder a call.
        self._encode = json.JSONEncoder(ensure_ascii=not screen.unicode, separators=(",", ":")).encode
        self._facts = facts

    def answer(self, ident: Any, name: str, value: Any) -> str:
        """`{"id": ..., name: value}`"""
        return self._encode({"id": ident, name: value})

    def error(self, ident: Any, error: Exception) -> str:
        """`{"id": ..., "error": {...}}`. A failure that nobody foresaw ends its own line alone."""
        if not isinstance(error, ComponentError):
            known = ComponentError(f"an unforeseen failure ({type(error).__name__}) ended this call")
            return self.error(ident, known)
        told = error.as_json()
        kind, message = told.pop("kind"), told.pop("message")
        return self._encode({"id": ident, "error": {"kind": kind, "message": message, **self._facts, **told}})


def lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file that are not blank, one by one as they come."""
    return (line for line in file if not line.isspace())


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
            from zoom_component.doors.cli.batch_async import run_at_once

            run_at_once(args, component, connection, file, screen, writer)
        else:
            _one_by_one(args, component, connection, file, screen, writer)
    return 0


def _one_by_one(
    args: Namespace, component: Component, connection: Any, file: BinaryIO, screen: Screen, writer: Writer
) -> None:
    from zoom_component.doors.cli.run import session_options

    with component.connect(connection, options=session_options(args)) as session:
        for line in lines(file):
            call = asked(line)
            if isinstance(call, Broken):
                screen.line(writer.error(call.id, call.error))
                continue
            try:
                text = writer.answer(call.id, "data", session.run(call.action, call.inputs).data)
            except Exception as error:
                text = writer.error(call.id, error)
            screen.line(text)


def _alone(args: Namespace) -> None:
    """What a batch cannot heed is refused: an option that does nothing would be believed to do something."""
    given = [name for name, word in _OTHERS.items() if getattr(args, word, None)]
    if given:
        why = f"a batch has its actions and inputs on its lines; leave out {' and '.join(given)}"
        raise InputError([Problem("--batch", why)])
