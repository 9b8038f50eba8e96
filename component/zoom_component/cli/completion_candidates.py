"""Complete the last word of a command line, for the completion scripts.

`__complete WORD...` prints nothing when it is in doubt.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from zoom_component.cli.console import Console
from zoom_component.spec.catalogue import Catalogue

_ACTION_COMMANDS = ("show", "run", "plan")
_OPTIONS_COMMAND = "options"
_TRIGGER_COMMANDS = ("poll", "triggers")
_INPUT_FLAGS = ("-i", "--input")
_FIXED_VALUES = {
    "export": ["component", "catalogue", "json-schema", "openai-tools", "anthropic-tools", "openapi", "manifest"],
    "completion": ["bash", "zsh", "fish"],
    "connections": ["remove"],
    "sandbox": ["emit"],
}


def run(argv: Sequence[str], console: Console) -> int:
    *previous, last = argv or [""]
    for candidate in list_candidates(previous, last):
        if candidate.startswith(last):
            console.print(candidate)
    return 0


def list_candidates(previous: Sequence[str], last: str) -> Iterator[str]:
    """Yield every word that may follow `previous`; `last` is the word that is being typed."""
    from zoom_component.cli.main import COMMANDS

    if not previous:
        yield from COMMANDS
    elif previous[0] not in COMMANDS:
        return
    elif previous[-1] in _INPUT_FLAGS:
        yield from _list_inputs(previous)
    elif last.startswith("-"):
        yield from _list_options(previous)
    elif len(previous) == 1:
        yield from _list_values(previous[0])


def _list_options(previous: Sequence[str]) -> list[str]:
    from zoom_component.cli.main import load_command, resolve_subcommand
    from zoom_component.cli.parser import build_parser

    subcommands = [word for word in previous[1:2] if word in _list_subcommands(previous[0])]
    command, module, _ = resolve_subcommand(previous[0], load_command(previous[0]), subcommands)
    return build_parser(command, module).list_options()


def _list_subcommands(command: str) -> list[str]:
    """Return the subcommands of a command."""
    from zoom_component.cli.main import load_command

    return [*getattr(load_command(command), "SUBCOMMANDS", ())]


def _list_values(command: str) -> Sequence[str]:
    if command in _ACTION_COMMANDS:
        catalogue = _load_catalogue()
        return [*catalogue.action_keys(), *catalogue.slugs()]
    if command in _TRIGGER_COMMANDS:
        return _load_catalogue().trigger_keys()
    if command == _OPTIONS_COMMAND:
        return _load_catalogue().data_source_keys()
    if command == "events":
        from zoom_facts import list_event_names

        return list_event_names()
    return _FIXED_VALUES.get(command, _list_subcommands(command))


def _list_inputs(previous: Sequence[str]) -> Iterator[str]:
    """Yield the inputs of the action, trigger or source in `previous` that are not yet set."""
    catalogue = _load_catalogue()
    keys, get_spec = _find_keys(previous[0], catalogue)
    key = next((word for word in previous[1:] if word in keys), None)
    if key is None:
        return
    inputs = get_spec(key).inputs
    used = {word.partition("=")[0].rstrip(":") for word in previous}
    for name, spec in inputs.items():
        if spec.type != "connection" and name not in used:
            yield f"{name}="


def _find_keys(command: str, catalogue: Catalogue) -> tuple[Sequence[str], Callable[[str], Any]]:
    """Return the keys that may follow a command, and the function that returns the spec of a key."""
    if command in _TRIGGER_COMMANDS:
        return catalogue.trigger_keys(), catalogue.trigger
    if command == _OPTIONS_COMMAND:
        return catalogue.data_source_keys(), catalogue.data_source
    return [*catalogue.action_keys(), *catalogue.slugs()], catalogue.action


def _load_catalogue() -> Catalogue:
    folders = [path for path in os.environ.get("ZOOM_COMPONENT_SPECS", "").split(os.pathsep) if os.path.isdir(path)]
    return Catalogue(*folders)
