"""`inbox fixture`: an event as a fixture for tests."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zoom_component.cli import reading
from zoom_component.cli.inbox import asked
from zoom_component.cli.inbox.shown import read_body, the_one
from zoom_component.cli.screen import Screen
from zoom_component.errors import InputError, Problem
from zoom_component.events.listeners.fixture import fixture, test_spec

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
    asked.add_ids(parser)
    parser.add_argument("--test", metavar="ACTION", help="a test spec whose step runs this action")
    parser.add_argument(
        "-i", "--input", action="append", default=[], metavar="NAME=VALUE", help="with --test: an input of the action"
    )
    parser.add_argument("--out", metavar="FILE", help="write here (stdout); a file that is there is left alone")
    asked.add_inbox(parser)


def command(args: Namespace, screen: Screen) -> int:
    if args.input and not args.test:
        raise InputError([Problem("--input", "it belongs to --test ACTION")])
    with asked.inbox(args) as store:
        kept = the_one(store, args.ids)
    text = _text(args, read_body(kept), str(asked.at(kept.arrival.received)))
    if args.out is None:
        screen.text(text.rstrip("\n"))
        return 0
    _write(args.out, text)
    screen.say(f"Written: {args.out}.")
    if screen.as_json:
        screen.json({"written": args.out})
    return 0


def _text(args: Namespace, body: Any, received: str) -> str:
    if not args.test:
        return json.dumps(fixture(body), ensure_ascii=False, indent=2) + "\n"
    if not isinstance(body, Mapping):
        raise InputError([Problem("ID", "what this event says is no JSON object; leave --test out")])
    from zoom_component.client.actions import Actions

    Actions.load().action(args.test)
    inputs = reading.inputs(args.input, None)
    return test_spec(f"{body.get('event')}, as it came {received}", body, args.test, inputs)


def _write(name: str, text: str) -> None:
    try:
        descriptor = os.open(Path(name), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
    except FileExistsError:
        raise InputError([Problem("--out", f"{name} is there already; choose another name")]) from None
    except (OSError, ValueError) as error:
        why = (getattr(error, "strerror", None) or "that is no file name").lower()
        raise InputError([Problem("--out", f"{name} cannot be written: {why}")]) from None
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
