"""`run`: an action over a connection; its result to stdout as `{"data": ...}`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from zoom_component.cli import arguments, plan, reading, recording
from zoom_component.cli.console import Console
from zoom_component.cli.logs import show_log
from zoom_component.client.calls import Call, Result
from zoom_component.errors import ComponentError, InputError, Problem
from zoom_component.spec.api_names import is_slug
from zoom_component.spec.spec import ActionSpec

if TYPE_CHECKING:
    import httpx

    from zoom_component.client.connections.connection import Connection
    from zoom_component.client.session import Session
    from zoom_component.component import Component

DESCRIPTION = "Runs an action and prints its result. A list is fetched to its end, or streamed with --jsonl."
EXAMPLES = (
    "zoom-component run getUser -i userId=me",
    "zoom-component run createMeeting --inputs meeting.yaml -i topic='Weekly review' --dry-run",
    "zoom-component run listUsers --jsonl",
    "zoom-component run ZOOM_CREATE_A_MEETING -i userId=me -i settings__audio=both",
    "zoom-component run --batch calls.jsonl --concurrency 20",
)


def wrap_result(data: Any) -> dict[str, Any]:
    """The envelope of the component document."""
    return Result(data).as_json()


def options(parser: ArgumentParser) -> None:
    arguments.add_input_options(parser)
    arguments.add_connection_options(parser)
    recording.add_recording_options(parser)
    arguments.add_retry_options(parser)
    parser.add_argument(
        "--count-daily", action="store_true", help="count Zoom's daily allowances on loopback too, and refuse early"
    )
    parser.add_argument(
        "--page-size", type=arguments.integer_between(1, 10_000), metavar="N", help="items of a list at a time"
    )
    parser.add_argument("--resume", default="", metavar="TOKEN", help="go on with a list where an error left it")
    parser.add_argument("--merge", action="store_true", help="read first, and lay the inputs over what is there")
    parser.add_argument("--jsonl", action="store_true", help="the items of a list, one on a line, as they come")
    parser.add_argument("--dry-run", action="store_true", help="plan only, with times in UTC; nothing is sent")
    arguments.add_preflight_option(parser)
    parser.add_argument("--debug", action="store_true", help="show each request on stderr, secrets left out")
    parser.add_argument(
        "--concurrency",
        type=arguments.integer_between(1, 500),
        default=1,
        metavar="N",
        help="calls of a batch at once (1)",
    )


def command(args: Namespace, screen: Console) -> int:
    arguments.mask_known_secrets(screen, args.token, args.client_secret)
    recording.check_recording_options(args)
    if args.batch is not None:
        from zoom_component.cli.batch import plan_batch, run_batch

        return plan_batch(args, screen) if args.dry_run else run_batch(args, screen)
    if is_slug(plan.require_key(args)) and not args.dry_run and not args.jsonl:
        return _run_tool(args, screen)
    return _run_single(args, screen)


def _run_tool(args: Namespace, screen: Console) -> int:
    """A tool of the toolkit catalogue answers in its envelope, failures too; the exit code tells them apart."""
    from zoom_component.cli.errors import format_error
    from zoom_component.client import tool_result

    try:
        return _run_single(args, screen, tool_result.build_success)
    except ComponentError as error:
        for line in format_error(error, screen):
            screen.report(line)
        screen.print_json(tool_result.build_failure(error))
        return error.exit_code


def _run_single(args: Namespace, screen: Console, wrapped: Callable[[Any], Any] = wrap_result) -> int:
    component = arguments.load_component(args)
    action = component.get_action(args.key)
    _check_list_options(args, action)
    inputs = reading.read_inputs(args.input, args.inputs)
    if args.dry_run:
        return _dry_run(args, component, inputs, screen)
    if args.debug:
        inputs.setdefault("debugRequest", True)
    with show_log("zoom_component.requests", screen):
        return _run(args, component, inputs, screen, wrapped)


def _run(
    args: Namespace, component: Component, inputs: Mapping[str, Any], screen: Console, wrapped: Callable[[Any], Any]
) -> int:
    # Checked before a connection is looked for: whoever gave wrong inputs hears of those first.
    call = component.call(args.key, inputs, page_size=args.page_size, resume=args.resume, merge=args.merge)
    for caution in call.inputs.warnings:
        screen.report(f"caution: {caution}")

    def usual(connection: Connection) -> httpx.BaseTransport | None:
        if not screen.is_stderr_terminal or call.action.pages is None:
            return None
        from zoom_component.cli.progress import build_progress_transport

        return build_progress_transport(connection.base_url, screen)

    with (
        recording.open_target(
            args, inputs, lambda: arguments.resolve_connection(args, component, screen), usual
        ) as way,
        way.session(component, arguments.build_session_options(args)) as session,
    ):
        if args.jsonl:
            return _stream(session, call, screen)
        result = session.run(call)
        way.result_data = result.data
    screen.print_json(wrapped(result.data))
    return 0


def _stream(session: Session, call: Call, screen: Console) -> int:
    for page in session.pages(call):
        if page.items:
            screen.print_now("\n".join(screen.encode_json(item) for item in page.items))
    return 0


def _dry_run(args: Namespace, component: Component, inputs: Mapping[str, Any], screen: Console) -> int:
    call = component.call(args.key, inputs, page_size=args.page_size, resume=args.resume, merge=args.merge)
    found = component.plan(call)
    request = found.as_json(arguments.resolve_base_url(args, component))
    if found.instants:
        request["instants"] = dict(found.instants)
    plan.print_request(request, found.warnings, screen)
    return 0


def _check_list_options(args: Namespace, action: ActionSpec) -> None:
    problems = []
    if action.pages is None:
        given = [name for name, value in (("--page-size", args.page_size), ("--resume", args.resume)) if value]
        problems += [Problem(name, f"{action.key} is no list; leave it out") for name in given]
    if args.merge and action.merge is None:
        problems.append(Problem("--merge", f"{action.key} does not offer it; leave it out"))
    if args.merge and args.jsonl:
        problems.append(Problem("--jsonl", "it streams a list, and --merge updates; give one of the two"))
    if problems:
        raise InputError(problems, action=action.key)
