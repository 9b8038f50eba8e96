"""Repeat a recorded run and compare the results."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoom_component.cli import arguments
from zoom_component.cli.console import Console
from zoom_component.cli.parser import (
    add_connection_options,
    add_json_option,
    add_retry_options,
    add_specs_option,
    add_verbose_option,
    integer_between,
)
from zoom_component.errors import ComponentError, InputError, Problem

if TYPE_CHECKING:
    from zoom_component.client.session import Session
    from zoom_component.component import Component

DESCRIPTION = (
    "Repeat the last run of a file of records (`run --log FILE`) and compare the results. The exit code is 1 if they "
    "differ."
)
EXAMPLES = (
    "zoom-component rerun runs.jsonl --offline",
    "zoom-component rerun runs.jsonl --line 2 --ignore created_at",
)
DIFFERENT_EXIT_CODE = 1


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("record", metavar="RECORD", help="a file written by `run --log`")
    parser.add_argument("--line", type=integer_between(1, 999_999_999), metavar="N", help="repeat the record on line N")
    parser.add_argument("--offline", action="store_true", help="answer from the record; nothing is sent")
    parser.add_argument(
        "--ignore", action="append", default=[], metavar="NAME", help="ignore a field that differs; repeatable"
    )
    parser.add_argument(
        "-i",
        "--input",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="replace an input of the record; repeatable",
    )
    add_retry_options(parser)
    add_specs_option(parser)
    add_json_option(parser)
    add_verbose_option(parser)
    add_connection_options(parser)


def run(args: Namespace, console: Console) -> int:
    from zoom_component.testing.run_log import compare_with_record, load_record

    arguments.mask_known_secrets(console, args.token, args.client_secret)
    try:
        record = load_record(Path(args.record), args.line)
    except (OSError, UnicodeDecodeError) as error:
        raise arguments.build_file_error("RECORD", args.record, "read", error) from None
    data, failure = _run(args, record, console)
    lines = compare_with_record(record, data, failure, args.ignore)
    if console.as_json:
        console.print_json({"action": record["action"], "same": not lines, "diff": list(lines)})
    else:
        for line in lines:
            console.print(line)
    console.report(
        f"{record['action']} of {record['started_at']}: " + ("the results differ" if lines else "the results are equal")
    )
    return DIFFERENT_EXIT_CODE if lines else 0


def _run(args: Namespace, record: dict[str, Any], console: Console) -> tuple[Any, ComponentError | None]:
    component = arguments.load_component(args)
    inputs = {**record["inputs"], **arguments.read_inputs(args.input, None)}
    recorded_options = record.get("options", {})
    options = {name: recorded_options[name] for name in ("page_size", "resume", "merge") if name in recorded_options}
    with _open_session(args, record, inputs, component, console) as session:
        try:
            return session.run(record["action"], inputs, **options).data, None
        except ComponentError as error:
            return None, error


@contextmanager
def _open_session(
    args: Namespace, record: dict[str, Any], inputs: dict[str, Any], component: Component, console: Console
) -> Iterator[Session]:
    """Open the session of the second run. Raise Unexpected when an offline run differs from its record."""
    from zoom_component.testing.run_log import find_redacted_inputs, parse_exchanges

    options = arguments.build_session_options(args)
    if missing := find_redacted_inputs(inputs):
        message = "is a secret, which records do not contain; set it with -i (offline, any valid value works)"
        raise InputError([Problem(key, message) for key in missing], action=record["action"])
    if args.offline:
        from zoom_component.testing.recording import ReplayTransport
        from zoom_component.testing.single_run import ReplayedRun

        with (
            ReplayedRun(ReplayTransport(parse_exchanges(record))) as replayed,
            replayed.create_session(component, options) as session,
        ):
            yield session
        return
    connection = arguments.resolve_connection(args, component, console)
    with component.connect(connection, options=options) as session:
        yield session
