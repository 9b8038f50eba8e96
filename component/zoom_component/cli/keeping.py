"""What `run` does with --record, --replay and --log: where requests go, and what is kept of them."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoom_component.errors import ComponentError, InputError, Problem

if TYPE_CHECKING:
    import httpx

    from zoom_component.client.calls import Options
    from zoom_component.client.connections.connection import Connection
    from zoom_component.client.session import Session
    from zoom_component.component import Component
    from zoom_component.testing.keeping import Kept

__all__ = ["Way", "add_keeping", "check", "way"]

_FLAGS = ("record", "replay", "log")


class Way:
    """Where a run goes: `session` opens it, and `data` is the place for what comes of it."""

    def __init__(self, session: Callable[[Component, Options], Session]) -> None:
        self.session = session
        self.data: Any = None


def add_keeping(parser: ArgumentParser) -> None:
    """The options."""
    group = parser.add_argument_group("keeping", "Secrets are replaced before anything is written.")
    group.add_argument("--record", metavar="FILE", help="keep the exchanges as YAML, for --replay")
    group.add_argument("--replay", metavar="FILE", help="answer from what was recorded; nothing is sent")
    group.add_argument("--log", metavar="FILE", help="add the run to a file of records, for `replay`")


def check(args: Namespace) -> None:
    """Raises InputError for options that exclude each other."""
    given = [f"--{flag}" for flag in _FLAGS if getattr(args, flag) is not None]
    if given and (args.batch is not None or args.dry_run):
        other = "--batch" if args.batch is not None else "--dry-run"
        raise InputError(
            [Problem(flag, f"it keeps a single run, not {other}; leave one of them out") for flag in given]
        )
    if args.replay is not None and len(given) > 1:
        raise InputError([Problem("--replay", f"nothing is sent, so {given[0]} has nothing to keep; give one of them")])
    if args.log is not None and args.jsonl:
        raise InputError([Problem("--log", "a record holds a whole result; leave --jsonl out")])


@contextmanager
def way(
    args: Namespace,
    inputs: Mapping[str, Any],
    connection: Callable[[], Connection],
    usual: Callable[[Connection], httpx.BaseTransport | None],
) -> Iterator[Way]:
    """The way that the options name. `connection` and `usual` are asked only where something is to be sent."""
    if args.replay is not None:
        from zoom_component.testing.keeping import Played

        with _told("--replay", args.replay, "read"):
            recorded = Played.of_recording(Path(args.replay))
        with recorded as played:
            yield Way(played.session)
        return
    found = connection()
    if args.record is None and args.log is None:
        yield Way(_opened(found, usual(found)))
        return
    from zoom_component.testing.keeping import Kept

    kept = Kept(found, usual(found))
    chosen = Way(_opened(found, kept.transport))
    try:
        yield chosen
    except ComponentError as error:
        _keep(args, inputs, kept, None, error)
        raise
    _keep(args, inputs, kept, chosen.data, None)


def _opened(connection: Connection, transport: httpx.BaseTransport | None) -> Callable[[Component, Options], Session]:
    return lambda component, options: component.connect(connection, options=options, transport=transport)


def _keep(args: Namespace, inputs: Mapping[str, Any], kept: Kept, data: Any, error: ComponentError | None) -> None:
    if args.record is not None:
        with _told("--record", args.record, "written"):
            kept.record(Path(args.record))
    if args.log is not None:
        how = {"page_size": args.page_size, "resume": args.resume, "merge": args.merge}
        with _told("--log", args.log, "written"):
            kept.log(Path(args.log), args.key, inputs, how, data, error)


@contextmanager
def _told(option: str, name: str, what: str) -> Iterator[None]:
    try:
        yield
    except (OSError, UnicodeDecodeError) as error:
        reason = (getattr(error, "strerror", None) or "it is not UTF-8 text").lower()
        raise InputError([Problem(option, f"{name!r} cannot be {what}: {reason}")]) from None
