"""`inbox fixture`: an event as a fixture for tests."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zoom_component.cli import reading
from zoom_component.cli.console import Console
from zoom_component.cli.inbox import common
from zoom_component.cli.inbox.show import read_event_body, require_event
from zoom_component.errors import InputError, Problem
from zoom_component.events.listeners.fixture import build_test_spec, mask_event_body

DESCRIPTION = (
    "Writes what an event says as JSON, its secrets masked. With --test ACTION, a test spec instead: the action that "
    "causes the event, with its inputs, and the event as it is expected, less what differs from run to run. "
    "`zoom-component test` runs it."
)
EXAMPLES = (
    "zoom-component inbox fixture 17 --out started.json",
    "zoom-component inbox fixture 17 --test createMeeting -i userId=me -i topic=Daily --out created.test.yaml",
)


def options(parser: ArgumentParser) -> None:
    common.add_id_arguments(parser)
    parser.add_argument("--test", metavar="ACTION", help="a test spec whose step runs this action")
    parser.add_argument(
        "-i", "--input", action="append", default=[], metavar="NAME=VALUE", help="with --test: an input of the action"
    )
    parser.add_argument("--out", metavar="FILE", help="write here (stdout); a file that is there is left alone")
    common.add_inbox_option(parser)


def command(args: Namespace, screen: Console) -> int:
    if args.input and not args.test:
        raise InputError([Problem("--input", "it belongs to --test ACTION")])
    with common.open_inbox(args) as store:
        kept = require_event(store, args.ids)
    text = _build_text(args, read_event_body(kept), str(common.format_time(kept.event.received_at)))
    if args.out is None:
        screen.print(text.rstrip("\n"))
        return 0
    _write_new_file(args.out, text)
    screen.report(f"Written: {args.out}.")
    if screen.as_json:
        screen.print_json({"written": args.out})
    return 0


def _build_text(args: Namespace, body: Any, received: str) -> str:
    if not args.test:
        return json.dumps(mask_event_body(body), ensure_ascii=False, indent=2) + "\n"
    if not isinstance(body, Mapping):
        raise InputError([Problem("ID", "what this event says is no JSON object; leave --test out")])
    from zoom_component.client.actions import Actions

    Actions.load().get_action(args.test)
    inputs = reading.read_inputs(args.input, None)
    return build_test_spec(f"{body.get('event')}, as it came {received}", body, args.test, inputs)


def _write_new_file(name: str, text: str) -> None:
    try:
        descriptor = os.open(Path(name), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
    except FileExistsError:
        raise InputError([Problem("--out", f"{name} is there already; choose another name")]) from None
    except (OSError, ValueError) as error:
        why = (getattr(error, "strerror", None) or "that is no file name").lower()
        raise InputError([Problem("--out", f"{name} cannot be written: {why}")]) from None
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
