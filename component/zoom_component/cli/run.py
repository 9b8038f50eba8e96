"""Run an action over a connection and print `{"data": ...}`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from zoom_component.cli import arguments
from zoom_component.cli.console import Console, format_count, show_log
from zoom_component.cli.parser import (
    add_connection_options,
    add_input_options,
    add_list_options,
    add_preflight_option,
    add_retry_options,
    integer_between,
)
from zoom_component.errors import ComponentError, InputError, Problem
from zoom_component.spec.catalogue import is_slug

if TYPE_CHECKING:
    from zoom_component.client.actions import Actions
    from zoom_component.client.calls import Call
    from zoom_component.client.connections.connection import Connection
    from zoom_component.client.network.transports import Transport
    from zoom_component.client.session import Session

DESCRIPTION = "Run an action and print its result. A list is fetched completely, or streamed with --jsonl."
EXAMPLES = (
    "zoom-component run getUser -i userId=me",
    "zoom-component run createMeeting --inputs meeting.yaml -i topic='Weekly review' --dry-run",
    "zoom-component run listUsers --jsonl",
    "zoom-component run ZOOM_CREATE_A_MEETING -i userId=me -i settings__audio=both",
    "zoom-component run --batch calls.jsonl --concurrency 20 --journal calls.journal",
)


def add_arguments(parser: ArgumentParser) -> None:
    add_input_options(parser)
    add_connection_options(parser)
    add_retry_options(parser)
    parser.add_argument(
        "--count-daily",
        action="store_true",
        help="count Zoom's daily limits on loopback too, and refuse calls beyond them",
    )
    add_list_options(parser)
    parser.add_argument("--jsonl", action="store_true", help="print the items of a list as they arrive, one per line")
    parser.add_argument("--dry-run", action="store_true", help="show the request instead of sending it, as `plan` does")
    add_preflight_option(parser)
    parser.add_argument("--debug", action="store_true", help="print each request to stderr, without secrets")
    parser.add_argument(
        "--concurrency", type=integer_between(1, 500), default=1, metavar="N",
        help="run this many calls of a batch at a time (default: 1)",
    )  # fmt: skip
    parser.add_argument(
        "--journal", metavar="FILE",
        help="note what a batch begins and ends in this file; a run with the same file does nothing twice",
    )  # fmt: skip
    parser.add_argument(
        "--repeat-unknown", action="store_true",
        help="repeat the calls of the journal that began and whose outcome is not known",
    )  # fmt: skip
    group = parser.add_argument_group("recording", "Secrets are replaced before a file is written.")
    group.add_argument("--record", metavar="FILE", help="write the exchanges to a YAML file, for --from-recording")
    group.add_argument("--from-recording", metavar="FILE", help="answer from a recording; nothing is sent")
    group.add_argument("--log", metavar="FILE", help="append the run to a file of records, for `rerun`")


def run(args: Namespace, console: Console) -> int:
    arguments.mask_known_secrets(console, args.token, args.client_secret)
    if _uses_recording(args):
        from zoom_component.cli.recording import check_recording_options

        check_recording_options(args)
    _check_journal_options(args)
    if args.dry_run:
        from zoom_component.cli import plan

        return plan.run(args, console)
    if args.batch is not None:
        from zoom_component.cli.batch import run_batch

        return run_batch(args, console)
    if is_slug(arguments.require_key(args)) and not args.jsonl:
        return _run_tool(args, console)
    return _run_action(args, console, lambda data: {"data": data})


def _check_journal_options(args: Namespace) -> None:
    """Raise InputError for options of a journal without a batch that writes one."""
    if args.journal is not None and (args.batch is None or args.dry_run):
        reason = "is only valid with --batch" if args.batch is None else "cannot be combined with --dry-run"
        raise InputError([Problem("--journal", f"{reason}: it holds what the calls of a batch have changed")])
    if args.repeat_unknown and args.journal is None:
        raise InputError([Problem("--repeat-unknown", "is only valid with --journal FILE, which names the calls")])


def _run_tool(args: Namespace, console: Console) -> int:
    """Run a tool of the toolkit catalogue and print its result object, for failures too."""
    from zoom_component.cli.errors import format_error
    from zoom_component.client.tool_result import build_failure, build_success

    try:
        return _run_action(args, console, build_success)
    except ComponentError as error:
        for line in format_error(error, console):
            console.report(line)
        console.print_json(build_failure(error))
        return error.exit_code


def _run_action(args: Namespace, console: Console, wrap_result: Callable[[Any], Any]) -> int:
    if args.merge and args.jsonl:
        message = "cannot be combined with --merge: one streams a list, the other updates an object"
        raise InputError([Problem("--jsonl", message)])
    actions = arguments.load_actions(args)
    inputs = arguments.read_inputs(args.input, args.inputs)
    if args.debug:
        inputs.setdefault("debugRequest", True)
    # Validated before a connection is resolved, so that input errors are reported first.
    call = actions.call(args.key, inputs, page_size=args.page_size, resume=args.resume, merge=args.merge)
    for warning in call.inputs.warnings:
        console.report(f"warning: {warning}")
    _warn_about_passwords(args, call, console)
    with show_log("zoom_component.requests", console), _open_run(args, actions, call, inputs, console) as target:
        if args.jsonl:
            for page in target.session.pages(call):
                if page.items:
                    console.print_now("\n".join(console.encode_json(item) for item in page.items))
                for warning in page.warnings:
                    console.report(f"warning: {warning}")
            return 0
        result = target.session.run(call)
        target.result_data = result.data
        for warning in result.warnings[len(call.inputs.warnings) :]:
            console.report(f"warning: {warning}")
    if console.verbose:
        requests, retries = result.attempts
        console.report(f"sent {format_count(requests, 'request')}, {retries} of them again")
    console.print_json(wrap_result(target.result_data))
    return 0


def _warn_about_passwords(args: Namespace, call: Call, console: Console) -> None:
    """Warn about passwords on the command line whose names do not show that they are passwords."""
    passwords = [
        key for key, spec in call.action.inputs.items() if spec.type == "password" and key in call.inputs.values
    ]
    exposed = [key for key in passwords if any(pair.startswith((f"{key}=", f"{key}:=")) for pair in args.input)]
    if exposed:
        from zoom_component.cli.secret_warnings import describe_exposed_inputs

        if warning := describe_exposed_inputs(exposed):
            console.report(warning)


class RunTarget:
    """Hold the session of a run, and its result for the recording."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.result_data: Any = None


@contextmanager
def _open_run(
    args: Namespace, actions: Actions, call: Call, inputs: Mapping[str, Any], console: Console
) -> Iterator[RunTarget]:
    """Yield the session of the run, over a connection or a recording."""
    if _uses_recording(args):
        from zoom_component.cli.recording import open_recorded_run

        with open_recorded_run(args, actions, call, inputs, console) as target:
            yield target
        return
    from zoom_component.client.session import open_session

    connection = arguments.resolve_connection(args, actions, console)
    transport = None
    if console.is_stderr_terminal and call.action.pages is not None:
        transport = _build_progress_transport(connection, console)
    options = arguments.build_session_options(args)
    with open_session(actions, connection, options, transport) as session:
        yield RunTarget(session)


def _uses_recording(args: Namespace) -> bool:
    return any(value is not None for value in (args.record, args.from_recording, args.log))


def _build_progress_transport(connection: Connection, console: Console) -> Transport:
    """Return the default transport, which counts pages on stderr from the second one on."""
    from zoom_component.client.transport.counting import create_counting_transport
    from zoom_component.client.transport.driver import get_network

    is_drawn = False

    def report_page(page: int) -> None:
        nonlocal is_drawn
        if page > 1:
            is_drawn = True
            console.report_progress(f"page {page:,} ...")
        elif page == 0 and is_drawn:
            console.report_progress("")

    return create_counting_transport(connection.base_url, report_page, get_network(connection))
