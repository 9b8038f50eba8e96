"""`run`: an action over a connection; its result to stdout as `{"data": ...}`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import TYPE_CHECKING, Any

from zoom_component.cli import calling, keeping, plan, reading
from zoom_component.cli.logs import logged
from zoom_component.cli.screen import Screen
from zoom_component.client.calls import Planned, Result
from zoom_component.client.handlers import handler
from zoom_component.client.planned import planned
from zoom_component.errors import ComponentError, InputError, Problem
from zoom_component.messages import BoundRequest
from zoom_component.spec.names import is_slug
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
_DATED = ("date-time", "instant")


def documented(data: Any) -> dict[str, Any]:
    """The envelope of the component document."""
    return Result(data).as_json()


def options(parser: ArgumentParser) -> None:
    calling.add_inputs(parser)
    calling.add_connection(parser)
    keeping.add_keeping(parser)
    calling.add_patience(parser)
    parser.add_argument(
        "--count-daily", action="store_true", help="count Zoom's daily allowances on loopback too, and refuse early"
    )
    parser.add_argument("--page-size", type=calling.whole(1, 10_000), metavar="N", help="items of a list at a time")
    parser.add_argument("--resume", default="", metavar="TOKEN", help="go on with a list where an error left it")
    parser.add_argument("--merge", action="store_true", help="read first, and lay the inputs over what is there")
    parser.add_argument("--jsonl", action="store_true", help="the items of a list, one on a line, as they come")
    parser.add_argument("--dry-run", action="store_true", help="plan only, with times in UTC; nothing is sent")
    calling.add_preflight(parser)
    parser.add_argument("--debug", action="store_true", help="show each request on stderr, secrets left out")
    parser.add_argument(
        "--concurrency", type=calling.whole(1, 500), default=1, metavar="N", help="calls of a batch at once (1)"
    )


def command(args: Namespace, screen: Screen) -> int:
    calling.guarded(screen, args.token, args.client_secret)
    keeping.check(args)
    if args.batch is not None:
        from zoom_component.cli.batch import plan_all, run_all

        return plan_all(args, screen) if args.dry_run else run_all(args, screen)
    if is_slug(plan.key_of(args)) and not args.dry_run and not args.jsonl:
        return _enveloped(args, screen)
    return _one(args, screen)


def _enveloped(args: Namespace, screen: Screen) -> int:
    """A tool of the toolkit catalogue answers in its envelope, failures too; the exit code tells them apart."""
    from zoom_component.cli.failing import words
    from zoom_component.client import envelope

    try:
        return _one(args, screen, envelope.succeeded)
    except ComponentError as error:
        for line in words(error, screen):
            screen.say(line)
        screen.json(envelope.failed(error))
        return error.exit_code


def _one(args: Namespace, screen: Screen, wrapped: Callable[[Any], Any] = documented) -> int:
    component = calling.component(args)
    action = component.action(args.key)
    _check_list_options(args, action)
    inputs = reading.inputs(args.input, args.inputs)
    if args.dry_run:
        return _dry_run(args, component, inputs, screen)
    if args.debug:
        inputs.setdefault("debugRequest", True)
    with logged("zoom_component.requests", screen):
        return _run(args, component, inputs, screen, wrapped)


def _run(
    args: Namespace, component: Component, inputs: Mapping[str, Any], screen: Screen, wrapped: Callable[[Any], Any]
) -> int:
    # Checked before a connection is looked for: whoever gave wrong inputs hears of those first.
    call = component.call(args.key, inputs, merging=args.merge)
    for caution in call.inputs.cautions:
        screen.say(f"caution: {caution}")

    def usual(connection: Connection) -> httpx.BaseTransport | None:
        if not screen.followed or call.action.pages is None:
            return None
        from zoom_component.cli.progress import followed

        return followed(connection.base_url, screen)

    with (
        keeping.way(args, inputs, lambda: calling.connection(args, component, screen), usual) as way,
        way.session(component, calling.session_options(args)) as session,
    ):
        if args.jsonl:
            return _stream(args, session, inputs, screen)
        result = session.run(args.key, inputs, page_size=args.page_size, resume=args.resume, merge=args.merge)
        way.data = result.data
    screen.json(wrapped(result.data))
    return 0


def _stream(args: Namespace, session: Session, inputs: Mapping[str, Any], screen: Screen) -> int:
    for page in session.pages(args.key, inputs, page_size=args.page_size, resume=args.resume):
        if page.items:
            screen.line("\n".join(screen.encode(item) for item in page.items))
    return 0


def _dry_run(args: Namespace, component: Component, inputs: Mapping[str, Any], screen: Screen) -> int:
    found = _first(args, component, inputs)
    request = planned(calling.base_url(args, component), found.request)
    if moments := _instants(component.action(args.key), found):
        request["instants"] = moments
    plan.show(request, found.cautions, screen)
    return 0


def _first(args: Namespace, component: Component, inputs: Mapping[str, Any]) -> Planned:
    """The first request of this very run, its page size, its place in a list and its reading ahead included."""
    call = component.call(args.key, inputs, page_size=args.page_size, resume=args.resume, merging=args.merge)
    with closing(handler(call.action.handler)(call)) as flow:
        request = next(flow)
    assert isinstance(request, BoundRequest)
    return Planned(request, call.inputs.values, tuple(call.inputs.cautions))


def _instants(action: ActionSpec, found: Planned) -> dict[str, str | None]:
    """Date-times as the moments they name, in UTC; None for a local time whose zone is not known."""
    from zoom_component.client.request.formats import instant

    moments = {}
    for key, value in found.values.items():
        spec = action.inputs[key]
        if spec.format in _DATED and isinstance(value, str):
            zone = found.values.get(spec.zone) if spec.zone else None
            moments[key] = instant(value, zone if isinstance(zone, str) else None)
    return moments


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
