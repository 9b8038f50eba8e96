"""Check that every help ends in examples, and that every example can be parsed."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest
from tests.cli.lines import Cli

from zoom_component.cli.main import COMMANDS, EXAMPLES as TOP_EXAMPLES, load_command, resolve_subcommand
from zoom_component.cli.parser import build_parser
from zoom_component.spec.catalogue import Catalogue

_CALL = re.compile(r"zoom-component ([^|)<>]*)")
SHORT_FORMS = {"check": "spec check"}
# Commands and subcommands.
WORDS = [
    line
    for word in COMMANDS
    for line in (word, *(f"{word} {part}" for part in getattr(load_command(word), "SUBCOMMANDS", ())))
]


def module_of(line: str) -> Any:
    """Return the module of a command or subcommand."""
    word, *part = line.split()
    return resolve_subcommand(word, load_command(word), part)[1]


EXAMPLES = [*TOP_EXAMPLES, *(example for line in WORDS for example in module_of(line).EXAMPLES)]


@pytest.mark.parametrize("word", WORDS)
def test_help_has_options_and_examples(cli: Cli, word: str) -> None:
    result = cli(*word.split(), "--help", terminal=True)
    assert result.code == 0
    assert "Examples:\n  " in result.out
    assert f"zoom-component {word}" in result.out


@pytest.mark.parametrize("word", WORDS)
def test_every_command_has_examples(word: str) -> None:
    assert module_of(word).EXAMPLES
    name = SHORT_FORMS.get(word, word)
    assert all(f"zoom-component {name}" in example for example in module_of(word).EXAMPLES)


@pytest.mark.parametrize("example", EXAMPLES)
def test_examples_can_be_parsed(example: str) -> None:
    found = _CALL.search(example)
    assert found is not None
    word, *rest = shlex.split(found[1])
    word, module, rest = resolve_subcommand(word, load_command(word), rest)
    args = build_parser(word, module).parse_args(rest)
    if key := getattr(args, "key", None) if word in ("show", "run", "plan") else None:
        action = Catalogue().action(key)
        assert {pair.partition("=")[0] for pair in getattr(args, "input", [])} <= set(action.inputs)
    if getattr(args, "operation", None):
        from zoom_facts import iter_operations

        assert args.operation in {operation.id for operation in iter_operations()}
