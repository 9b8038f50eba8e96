"""`__complete WORD...`: what the last word can become. For the completion scripts; fast, and silent when in doubt."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from zoom_component.cli.console import Console
from zoom_component.spec.catalogue import Catalogue

_ACTION_COMMANDS = ("show", "run", "plan")
_OPTIONS_COMMAND = "pick"
_TRIGGER_COMMANDS = ("poll", "triggers")
_INPUT_FLAGS = ("-i", "--input")
_FIXED_VALUES = {
    "export": ["component", "catalogue", "json-schema", "openai-tools", "anthropic-tools", "manifest"],
    "completion": ["bash", "zsh", "fish"],
    "connections": ["remove"],
    "new": ["action"],
    "sandbox": ["emit"],
}


def command(words: Sequence[str], screen: Console) -> int:
    *before, last = words or [""]
    for candidate in list_candidates(before, last):
        if candidate.startswith(last):
            screen.print(candidate)
    return 0


def list_candidates(before: Sequence[str], last: str) -> Iterator[str]:
    """Every word that may stand after `before`; `last` tells whether an option is wanted."""
    from zoom_component.cli.main import COMMANDS

    if not before:
        yield from COMMANDS
    elif before[0] not in COMMANDS:
        return
    elif before[-1] in _INPUT_FLAGS:
        yield from _list_inputs(before)
    elif last.startswith("-"):
        yield from _list_options(before)
    elif len(before) == 1:
        yield from _list_values(before[0])


def _list_options(before: Sequence[str]) -> list[str]:
    from zoom_component.cli.main import load_command, resolve_subcommand
    from zoom_component.cli.parser import build_parser

    rest = [word for word in before[1:2] if word in _list_subcommands(before[0])]
    word, module, _ = resolve_subcommand(before[0], load_command(before[0]), rest)
    return build_parser(word, module).list_options()


def _list_subcommands(word: str) -> list[str]:
    """The second words of a command that has some."""
    from zoom_component.cli.main import load_command

    return [*getattr(load_command(word), "PARTS", ())]


def _list_values(word: str) -> Sequence[str]:
    if word in _ACTION_COMMANDS:
        catalogue = _load_catalogue()
        return [*catalogue.action_keys(), *catalogue.slugs()]
    if word in _TRIGGER_COMMANDS:
        return _load_catalogue().trigger_keys()
    if word == _OPTIONS_COMMAND:
        return _load_catalogue().data_source_keys()
    if word == "events":
        from zoom_facts import list_event_names

        return list_event_names()
    return _FIXED_VALUES.get(word, _list_subcommands(word))


def _list_inputs(before: Sequence[str]) -> Iterator[str]:
    """The inputs of the action, trigger or source that stands among the words, less those that were given."""
    catalogue = _load_catalogue()
    known, one = _find_keys(before[0], catalogue)
    key = next((word for word in before[1:] if word in known), None)
    if key is None:
        return
    inputs = one(key).inputs
    given = {word.partition("=")[0].rstrip(":") for word in before}
    for name, spec in inputs.items():
        if spec.type != "connection" and name not in given:
            yield f"{name}="


def _find_keys(word: str, catalogue: Catalogue) -> tuple[Sequence[str], Callable[[str], Any]]:
    """The keys that may stand after a command, and how to get at one of them."""
    if word in _TRIGGER_COMMANDS:
        return catalogue.trigger_keys(), catalogue.trigger
    if word == _OPTIONS_COMMAND:
        return catalogue.data_source_keys(), catalogue.data_source
    return [*catalogue.action_keys(), *catalogue.slugs()], catalogue.action


def _load_catalogue() -> Catalogue:
    further = [part for part in os.environ.get("ZOOM_COMPONENT_SPECS", "").split(os.pathsep) if os.path.isdir(part)]
    return Catalogue(*further)
