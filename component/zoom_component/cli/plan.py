"""`plan`: the first request of a call, sent nowhere."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from typing import Any

from zoom_component.cli import calling, reading
from zoom_component.cli.screen import Screen
from zoom_component.cli.table import table
from zoom_component.client.planned import planned
from zoom_component.errors import InputError, Problem

DESCRIPTION = "Shows the first request that a call would send, and sends nothing. No connection is needed."
EXAMPLES = (
    "zoom-component plan createMeeting -i userId=me -i topic=Daily",
    "zoom-component plan updateMeeting -i meetingId=85746065432 -i hostVideo=false --json",
    "zoom-component plan ZOOM_LIST_MEETINGS -i userId=me -i page_size=30",
    "zoom-component plan --batch calls.jsonl --base-url http://127.0.0.1:8087/v2",
)


def options(parser: ArgumentParser) -> None:
    calling.add_inputs(parser)
    calling.add_base_url(parser)


def command(args: Namespace, screen: Screen) -> int:
    calling.guarded(screen)
    if args.batch is not None:
        from zoom_component.cli.batch import plan_all

        return plan_all(args, screen)
    actions = calling.actions(args)
    found = actions.plan(key_of(args), reading.inputs(args.input, args.inputs))
    show(planned(calling.base_url(args, actions), found.request), found.cautions, screen)
    return 0


def key_of(args: Namespace) -> str:
    """The action's key. Raises InputError when there is none."""
    if args.key is None:
        raise InputError([Problem("", "name an action: its KEY, or many with --batch FILE")])
    return str(args.key)


def show(request: Mapping[str, Any], cautions: tuple[str, ...], screen: Screen) -> None:
    """A planned request: JSON for programs, a page for people; cautions to stderr."""
    for caution in cautions:
        screen.say(f"caution: {caution}")
    if screen.as_json:
        screen.json(request)
        return
    for line in _page(request, screen):
        screen.text(line)


def _page(request: Mapping[str, Any], screen: Screen) -> Iterator[str]:
    yield screen.bold(f"{request['method']} {request['url']}")
    if request["query"]:
        yield "query"
        yield from table(request["query"], screen.width)
    yield "headers"
    yield from table(list(request["headers"].items()), screen.width)
    if request["body"] is not None:
        yield "body"
        body = request["body"]
        text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, indent=2)
        yield from (f"  {line}" for line in text.splitlines())
    if "instants" in request:
        yield "in UTC"
        yield from table(
            [(key, moment or "not known: give a time zone") for key, moment in request["instants"].items()],
            screen.width,
        )
