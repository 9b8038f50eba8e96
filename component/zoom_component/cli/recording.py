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

    from zoom_component.client.calls import SessionOptions
    from zoom_component.client.connections.connection import Connection
    from zoom_component.client.session import Session
    from zoom_component.component import Component
    from zoom_component.testing.single_run import RecordedRun

__all__ = ["RunTarget", "add_recording_options", "check_recording_options", "open_target"]

_FLAGS = ("record", "replay", "log")


class RunTarget:
    """Where a run goes: `session` opens it, and `data` is the place for what comes of it."""

    def __init__(self, session: Callable[[Component, SessionOptions], Session]) -> None:
        self.session = session
        self.result_data: Any = None


def add_recording_options(parser: ArgumentParser) -> None:
    """The options."""
    group = parser.add_argument_group("keeping", "Secrets are replaced before anything is written.")
    group.add_argument("--record", metavar="FILE", help="keep the exchanges as YAML, for --replay")
    group.add_argument("--replay", metavar="FILE", help="answer from what was recorded; nothing is sent")
    group.add_argument("--log", metavar="FILE", help="add the run to a file of records, for `replay`")


def check_recording_options(args: Namespace) -> None:
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
def open_target(
    args: Namespace,
    inputs: Mapping[str, Any],
    connection: Callable[[], Connection],
    default_transport: Callable[[Connection], httpx.BaseTransport | None],
) -> Iterator[RunTarget]:
    """The way that the options name. `connection` and `usual` are asked only where something is to be sent."""
    if args.replay is not None:
        from zoom_component.testing.single_run import ReplayedRun

        with _report_io_errors("--replay", args.replay, "read"):
            recorded = ReplayedRun.from_recording(Path(args.replay))
        with recorded as played:
            yield RunTarget(played.create_session)
        return
    found = connection()
    if args.record is None and args.log is None:
        yield RunTarget(_bind_transport(found, default_transport(found)))
        return
    from zoom_component.testing.single_run import RecordedRun

    kept = RecordedRun(found, default_transport(found))
    chosen = RunTarget(_bind_transport(found, kept.transport))
    try:
        yield chosen
    except ComponentError as error:
        _write_recordings(args, inputs, kept, None, error)
        raise
    _write_recordings(args, inputs, kept, chosen.result_data, None)


def _bind_transport(
    connection: Connection, transport: httpx.BaseTransport | None
) -> Callable[[Component, SessionOptions], Session]:
    return lambda component, options: component.connect(connection, options=options, transport=transport)


def _write_recordings(
    args: Namespace, inputs: Mapping[str, Any], kept: RecordedRun, data: Any, error: ComponentError | None
) -> None:
    if args.record is not None:
        with _report_io_errors("--record", args.record, "written"):
            kept.write_recording(Path(args.record))
    if args.log is not None:
        how = {"page_size": args.page_size, "resume": args.resume, "merge": args.merge}
        with _report_io_errors("--log", args.log, "written"):
            kept.append_to_log(Path(args.log), args.key, inputs, how, data, error)


@contextmanager
def _report_io_errors(option: str, name: str, what: str) -> Iterator[None]:
    try:
        yield
    except (OSError, UnicodeDecodeError) as error:
        reason = (getattr(error, "strerror", None) or "it is not UTF-8 text").lower()
        raise InputError([Problem(option, f"{name!r} cannot be {what}: {reason}")]) from None
