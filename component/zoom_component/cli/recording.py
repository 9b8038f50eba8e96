"""Record a run or replay a recording: the options --record, --from-recording and --log."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoom_component.cli import arguments
from zoom_component.cli.console import Console
from zoom_component.cli.run import RunTarget
from zoom_component.errors import ComponentError, InputError, Problem

if TYPE_CHECKING:
    from zoom_component.client.actions import Actions
    from zoom_component.client.calls import Call
    from zoom_component.testing.single_run import RecordedRun

__all__ = ["check_recording_options", "open_recorded_run"]


def check_recording_options(args: Namespace) -> None:
    """Raise InputError for options that exclude each other."""
    values = {"--record": args.record, "--from-recording": args.from_recording, "--log": args.log}
    options = [option for option, value in values.items() if value is not None]
    if args.batch is not None or args.dry_run:
        other = "--batch" if args.batch is not None else "--dry-run"
        message = f"cannot be combined with {other}: it needs a single run"
        raise InputError([Problem(option, message) for option in options])
    if args.from_recording is not None and len(options) > 1:
        others = " and ".join(option for option in options if option != "--from-recording")
        raise InputError([Problem("--from-recording", f"cannot be combined with {others}: nothing is sent")])
    if args.log is not None and args.jsonl:
        raise InputError([Problem("--log", "cannot be combined with --jsonl: a record holds a whole result")])


@contextmanager
def open_recorded_run(
    args: Namespace, actions: Actions, call: Call, inputs: Mapping[str, Any], console: Console
) -> Iterator[RunTarget]:
    """Yield the session of a run that is answered from a recording, or that is recorded at the end."""
    options = arguments.build_session_options(args)
    if args.from_recording is not None:
        from zoom_component.testing.single_run import ReplayedRun

        with _report_io_errors("--from-recording", args.from_recording, "read"):
            replayed = ReplayedRun.from_recording(Path(args.from_recording))
        with replayed, replayed.create_session(actions, options) as session:
            yield RunTarget(session)
        return
    from zoom_component.client.session import open_session
    from zoom_component.testing.single_run import RecordedRun

    _check_targets(args)
    connection = arguments.resolve_connection(args, actions, console)
    recorded = RecordedRun(connection, private_inputs=_list_private_inputs(call, inputs))
    with open_session(actions, connection, options, recorded.transport) as session:
        target = RunTarget(session)
        try:
            yield target
        except ComponentError as error:
            _write_recordings(args, inputs, recorded, None, error)
            raise
        _write_recordings(args, inputs, recorded, target.result_data, None)


def _check_targets(args: Namespace) -> None:
    """Raise InputError before anything is sent, if a file must not be written."""
    from zoom_component.private_files import check_private_target

    for option, name in (("--record", args.record), ("--log", args.log)):
        if name is not None:
            with _report_io_errors(option, name, "written"):
                check_private_target(Path(name))


def _list_private_inputs(call: Call, inputs: Mapping[str, Any]) -> dict[str, str]:
    """Return the given inputs that are marked as passwords."""
    action = call.action
    names = {
        name for key, spec in action.inputs.items() if spec.type == "password" for name in (key, spec.target or "")
    }
    names |= {name.rpartition(".")[2] for name in names}
    return {name: str(value) for name, value in inputs.items() if name in names and value}


def _write_recordings(
    args: Namespace, inputs: Mapping[str, Any], recorded: RecordedRun, data: Any, error: ComponentError | None
) -> None:
    if args.record is not None:
        with _report_io_errors("--record", args.record, "written"):
            recorded.write_recording(Path(args.record))
    if args.log is not None:
        options = {"page_size": args.page_size, "resume": args.resume, "merge": args.merge}
        with _report_io_errors("--log", args.log, "written"):
            recorded.append_to_log(Path(args.log), args.key, inputs, options, data, error)


@contextmanager
def _report_io_errors(option: str, name: str, action: str) -> Iterator[None]:
    try:
        yield
    except (OSError, UnicodeDecodeError) as error:
        raise arguments.build_file_error(option, name, action, error) from None
