"""Show the first request of a call without sending it: `plan`, and `run --dry-run`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from typing import Any

from zoom_component.cli import arguments
from zoom_component.cli.console import Console
from zoom_component.cli.parser import add_base_url_option, add_input_options, add_list_options
from zoom_component.cli.table import format_table
from zoom_component.json_output import to_json

DESCRIPTION = "Show the first request that a call would send, without sending it. No connection is needed."
EXAMPLES = (
    "zoom-component plan createMeeting -i userId=me -i topic=Daily",
    "zoom-component plan updateMeeting -i meetingId=85746065432 -i hostVideo=false --json",
    "zoom-component plan ZOOM_LIST_MEETINGS -i userId=me -i page_size=30",
    "zoom-component plan --batch calls.jsonl --base-url http://127.0.0.1:8087/v2",
)


def add_arguments(parser: ArgumentParser) -> None:
    add_input_options(parser)
    add_list_options(parser)
    add_base_url_option(parser)


def run(args: Namespace, console: Console) -> int:
    arguments.mask_known_secrets(console)
    if args.batch is not None:
        from zoom_component.cli.batch import plan_batch

        return plan_batch(args, console)
    actions = arguments.load_actions(args)
    inputs = arguments.read_inputs(args.input, args.inputs)
    call = actions.call(
        arguments.require_key(args), inputs, page_size=args.page_size, resume=args.resume, merge=args.merge
    )
    plan = actions.plan(call)
    request = plan.as_json(arguments.resolve_base_url(args, actions))
    if plan.instants:
        request["instants"] = plan.instants
    for warning in plan.warnings:
        console.report(f"warning: {warning}")
    if console.as_json:
        console.print_json(request)
        return 0
    for line in _format_request(request, console):
        console.print(line)
    return 0


def _format_request(request: Mapping[str, Any], console: Console) -> Iterator[str]:
    yield console.bold(f"{request['method']} {request['url']}")
    if request["query"]:
        yield "query"
        yield from format_table(request["query"], console.width)
    yield "headers"
    yield from format_table(list(request["headers"].items()), console.width)
    if request["body"] is not None:
        yield "body"
        body = request["body"]
        text = body if isinstance(body, str) else to_json(body, ensure_ascii=False, indent=2)
        yield from (f"  {line}" for line in text.splitlines())
    if "instants" in request:
        yield "in UTC"
        rows = [(key, time or "unknown: a time zone is required") for key, time in request["instants"].items()]
        yield from format_table(rows, console.width)
    if windows := request.get("windows"):
        yield f"windows: {len(windows)} ranges, one after another"
        yield from format_table([(window["from"], window["to"]) for window in windows], console.width)
