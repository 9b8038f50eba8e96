"""`plan`: the first request of a call, sent nowhere."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from typing import Any

from zoom_component.cli import arguments, reading
from zoom_component.cli.console import Console
from zoom_component.cli.table import format_table
from zoom_component.errors import InputError, Problem

DESCRIPTION = "Shows the first request that a call would send, and sends nothing. No connection is needed."
EXAMPLES = (
    "zoom-component plan createMeeting -i userId=me -i topic=Daily",
    "zoom-component plan updateMeeting -i meetingId=85746065432 -i hostVideo=false --json",
    "zoom-component plan ZOOM_LIST_MEETINGS -i userId=me -i page_size=30",
    "zoom-component plan --batch calls.jsonl --base-url http://127.0.0.1:8087/v2",
)


def options(parser: ArgumentParser) -> None:
    arguments.add_input_options(parser)
    arguments.add_base_url_option(parser)


def command(args: Namespace, screen: Console) -> int:
    arguments.mask_known_secrets(screen)
    if args.batch is not None:
        from zoom_component.cli.batch import plan_batch

        return plan_batch(args, screen)
    actions = arguments.load_actions(args)
    found = actions.plan(require_key(args), reading.read_inputs(args.input, args.inputs))
    print_request(found.as_json(arguments.resolve_base_url(args, actions)), found.warnings, screen)
    return 0


def require_key(args: Namespace) -> str:
    """The action's key. Raises InputError when there is none."""
    if args.key is None:
        raise InputError([Problem("", "name an action: its KEY, or many with --batch FILE")])
    return str(args.key)


def print_request(request: Mapping[str, Any], cautions: tuple[str, ...], screen: Console) -> None:
    """A planned request: JSON for programs, a page for people; cautions to stderr."""
    for caution in cautions:
        screen.report(f"caution: {caution}")
    if screen.as_json:
        screen.print_json(request)
        return
    for line in _format_request(request, screen):
        screen.print(line)


def _format_request(request: Mapping[str, Any], screen: Console) -> Iterator[str]:
    yield screen.bold(f"{request['method']} {request['url']}")
    if request["query"]:
        yield "query"
        yield from format_table(request["query"], screen.width)
    yield "headers"
    yield from format_table(list(request["headers"].items()), screen.width)
    if request["body"] is not None:
        yield "body"
        body = request["body"]
        text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, indent=2)
        yield from (f"  {line}" for line in text.splitlines())
    if "instants" in request:
        yield "in UTC"
        yield from format_table(
            [(key, moment or "not known: give a time zone") for key, moment in request["instants"].items()],
            screen.width,
        )
