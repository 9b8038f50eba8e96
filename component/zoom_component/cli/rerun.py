"""`replay`: a run of a file of records once more, compared with what it came to then."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zoom_component.cli import arguments, reading
from zoom_component.cli.console import Console
from zoom_component.cli.options import add_json_option, add_specs_option, add_verbose_option
from zoom_component.errors import ComponentError, InputError, Problem

if TYPE_CHECKING:
    from zoom_component.client.session import Session
    from zoom_component.component import Component

DESCRIPTION = (
    "Runs the last run of a file of records (`run --log FILE`) once more and compares what it comes to. The exit code "
    "is 1 when it comes to something else."
)
EXAMPLES = (
    "zoom-component replay runs.jsonl --offline",
    "zoom-component replay runs.jsonl --line 2 --ignore created_at",
)
DIFFERENT_EXIT_CODE = 1


def options(parser: ArgumentParser) -> None:
    parser.add_argument("record", metavar="RECORD", help="a file that `run --log` wrote")
    parser.add_argument(
        "--line", type=arguments.integer_between(1, 999_999_999), metavar="N", help="the record on line N"
    )
    parser.add_argument("--offline", action="store_true", help="answer from the record itself; nothing is sent")
    parser.add_argument(
        "--ignore", action="append", default=[], metavar="NAME", help="a field that may differ; may be repeated"
    )
    parser.add_argument(
        "-i", "--input", action="append", default=[], metavar="NAME=VALUE", help="an input in place of the record's"
    )
    arguments.add_retry_options(parser)
    add_specs_option(parser)
    add_json_option(parser)
    add_verbose_option(parser)
    arguments.add_connection_options(parser)


def command(args: Namespace, screen: Console) -> int:
    from zoom_component.testing.run_log import compare_with_record, load_record

    arguments.mask_known_secrets(screen, args.token, args.client_secret)
    try:
        told = load_record(Path(args.record), args.line)
    except (OSError, UnicodeDecodeError) as error:
        reason = (getattr(error, "strerror", None) or "it is not UTF-8 text").lower()
        raise InputError([Problem("RECORD", f"{args.record!r} cannot be read: {reason}")]) from None
    data, failed = _run(args, told, screen)
    lines = compare_with_record(told, data, failed, args.ignore)
    if screen.as_json:
        screen.print_json({"action": told["action"], "same": not lines, "diff": list(lines)})
    else:
        for line in lines:
            screen.print(line)
    screen.report(f"{told['action']} of {told['at']}: " + ("something else came" if lines else "the same came"))
    return DIFFERENT_EXIT_CODE if lines else 0


def _run(args: Namespace, told: dict[str, Any], screen: Console) -> tuple[Any, ComponentError | None]:
    component = arguments.load_component(args)
    inputs = {**told["inputs"], **reading.read_inputs(args.input, None)}
    how = told.get("how", {})
    given = {name: how[name] for name in ("page_size", "resume", "merge") if name in how}
    with _open_session(args, told, inputs, component, screen) as session:
        try:
            return session.run(told["action"], inputs, **given).data, None
        except ComponentError as error:
            return None, error


@contextmanager
def _open_session(
    args: Namespace, told: dict[str, Any], inputs: dict[str, Any], component: Component, screen: Console
) -> Iterator[Session]:
    """The session of the second run. Raises Unexpected when a run offline and its record were not the same."""
    from zoom_component.testing.run_log import find_redacted_inputs, parse_exchanges

    options = arguments.build_session_options(args)
    if missing := find_redacted_inputs(inputs):
        why = "it is a secret, which the record does not hold; give it with -i (offline any that fits will do)"
        raise InputError([Problem(key, why) for key in missing], action=told["action"])
    if args.offline:
        from zoom_component.testing.recording import ReplayTransport
        from zoom_component.testing.single_run import ReplayedRun

        with (
            ReplayedRun(ReplayTransport(parse_exchanges(told))) as played,
            played.create_session(component, options) as session,
        ):
            yield session
        return
    connection = arguments.resolve_connection(args, component, screen)
    with component.connect(connection, options=options) as session:
        yield session
