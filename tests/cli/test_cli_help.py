"""Check that every help ends in examples, and that every example can be parsed."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest
from tests.cli.lines import Cli

from zoom_component.cli.main import COMMANDS, load_command, resolve_subcommand
from zoom_component.cli.main import EXAMPLES as TOP_EXAMPLES
from zoom_component.cli.parser import build_parser
from zoom_component.spec.catalogue import Catalogue

_CALL = re.compile(r"zoom-component ([^|)<>]*)")
SHORT_FORMS = {"check": "spec check"}
# Commands and subcommands.
COMMAND_NAMES = [
    line
    for name in COMMANDS
    for line in (name, *(f"{name} {part}" for part in getattr(load_command(name), "SUBCOMMANDS", ())))
]


def find_module(line: str) -> Any:
    """Return the module of a command or subcommand."""
    name, *part = line.split()
    return resolve_subcommand(name, load_command(name), part)[1]


EXAMPLES = [*TOP_EXAMPLES, *(example for line in COMMAND_NAMES for example in find_module(line).EXAMPLES)]


@pytest.mark.parametrize("name", COMMAND_NAMES)
def test_help_has_options_and_examples(cli: Cli, name: str) -> None:
    result = cli(*name.split(), "--help", terminal=True)
    assert result.code == 0
    assert "Examples:\n  " in result.out
    assert f"zoom-component {name}" in result.out


@pytest.mark.parametrize("name", COMMAND_NAMES)
def test_every_command_has_examples(name: str) -> None:
    assert find_module(name).EXAMPLES
    name = SHORT_FORMS.get(name, name)
    assert all(f"zoom-component {name}" in example for example in find_module(name).EXAMPLES)


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_can_be_parsed(example: str) -> None:
    match = _CALL.search(example)
    assert match is not None
    name, *rest = shlex.split(match[1])
    name, module, rest = resolve_subcommand(name, load_command(name), rest)
    args = build_parser(name, module).parse_args(rest)
    if key := getattr(args, "key", None) if name in ("show", "run", "plan") else None:
        action = Catalogue().action(key)
        assert {pair.partition("=")[0] for pair in getattr(args, "input", [])} <= set(action.inputs)
    if getattr(args, "operation", None):
        from zoom_facts import iter_operations

        assert args.operation in {operation.id for operation in iter_operations()}


@pytest.mark.parametrize("name", COMMAND_NAMES)
def test_every_option_has_a_help_text(name: str) -> None:
    parser = build_parser(*resolve_subcommand(name.split()[0], load_command(name.split()[0]), name.split()[1:])[:2])
    assert [action.dest for action in parser._actions if not action.help] == []


def test_the_top_help_groups_commands_by_use(cli: Cli) -> None:
    groups = [line for line in cli("--help").out.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert groups == [
        "Run actions:", "Receive events:", "Build with the sandbox:", "Author specs:", "Serve other programs:",
        "Examples:",
    ]  # fmt: skip
