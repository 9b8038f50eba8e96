"""Write an event as a test fixture."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from zoom_component.cli import arguments
from zoom_component.cli.console import Console, quote
from zoom_component.cli.inbox import common
from zoom_component.cli.inbox.show import read_event_body, require_event
from zoom_component.errors import InputError, Problem
from zoom_component.events.listeners.fixture import build_test_spec, mask_event_body
from zoom_component.json_output import to_json
from zoom_component.private_files import create_private_file
from zoom_component.redaction.names import is_secret_name

DESCRIPTION = (
    "Write the body of an event as JSON, with secrets masked. With --test ACTION, write a test spec: the action that "
    "causes the event, with its inputs, and the expected event without values that change from run to run. "
    "`zoom-component test` runs it."
)
EXAMPLES = (
    "zoom-component inbox fixture 17 --out started.json",
    "zoom-component inbox fixture 17 --test createMeeting -i userId=me -i topic=Daily --out created.test.yaml",
)


def add_arguments(parser: ArgumentParser) -> None:
    common.add_id_arguments(parser)
    parser.add_argument("--test", metavar="ACTION", help="write a test spec whose step runs this action")
    parser.add_argument(
        "-i",
        "--input",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="with --test: set an input of the action; repeatable",
    )
    parser.add_argument("--out", metavar="FILE", help="write to a new file instead of stdout")
    common.add_inbox_option(parser)


def run(args: Namespace, console: Console) -> int:
    if args.input and not args.test:
        raise InputError([Problem("--input", "is only valid with --test ACTION")])
    with common.open_inbox(args) as inbox:
        stored = require_event(inbox, args.ids)
    text = _build_text(args, read_event_body(stored), str(common.format_time(stored.event.received_at)), console)
    if args.out is None:
        console.print(text.rstrip("\n"))
        return 0
    _write_new_file(args.out, text)
    console.report(f"Wrote {args.out}.")
    if console.as_json:
        console.print_json({"written": args.out})
    return 0


def _build_text(args: Namespace, body: Any, received: str, console: Console) -> str:
    if not args.test:
        return to_json(mask_event_body(body), ensure_ascii=False, indent=2) + "\n"
    if not isinstance(body, Mapping):
        raise InputError([Problem("ID", "the body of this event is not a JSON object; leave --test out")])
    from zoom_component.client.actions import Actions

    action = Actions.load().get_action(args.test)
    inputs = arguments.read_inputs(args.input, None)
    passwords = {key for key, spec in action.inputs.items() if spec.type == "password"}
    for key in [key for key in inputs if key in passwords or is_secret_name(key)]:
        console.report(f"{key} is left out: a test spec is no place for a secret. Set an invented value there.")
        del inputs[key]
    as_json = str(args.out or "").endswith(".json")
    return build_test_spec(f"{body.get('event')}, received {received}", body, args.test, inputs, as_json=as_json)


def _write_new_file(name: str, text: str) -> None:
    try:
        create_private_file(Path(name), text)
    except FileExistsError:
        raise InputError([Problem("--out", f"{quote(name)} already exists; choose another name")]) from None
    except (OSError, ValueError) as error:
        raise arguments.build_file_error("--out", name, "written", error) from None
