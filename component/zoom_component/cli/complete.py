"""`__complete WORD...`: what the last word can become. For the completion scripts; fast, and silent when in doubt."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from zoom_component.cli.screen import Screen
from zoom_component.spec.catalogue import Catalogue

_KEYED = ("show", "run", "plan")
_PICKED = "pick"
_TRIGGERED = ("poll", "triggers")
_INPUT = ("-i", "--input")
_SETTLED = {
    "export": ["component", "catalogue", "json-schema", "openai-tools", "anthropic-tools", "manifest"],
    "completion": ["bash", "zsh", "fish"],
    "connections": ["remove"],
    "new": ["action"],
    "sandbox": ["emit"],
}


def command(words: Sequence[str], screen: Screen) -> int:
    *before, last = words or [""]
    for candidate in candidates(before, last):
        if candidate.startswith(last):
            screen.text(candidate)
    return 0


def candidates(before: Sequence[str], last: str) -> Iterator[str]:
    """Every word that may stand after `before`; `last` tells whether an option is wanted."""
    from zoom_component.cli.main import COMMANDS

    if not before:
        yield from COMMANDS
    elif before[0] not in COMMANDS:
        return
    elif before[-1] in _INPUT:
        yield from _inputs(before)
    elif last.startswith("-"):
        yield from _options(before)
    elif len(before) == 1:
        yield from _candidates(before[0])


def _options(before: Sequence[str]) -> list[str]:
    from zoom_component.cli.main import chosen_part, load
    from zoom_component.cli.parser import build

    rest = [word for word in before[1:2] if word in _parts(before[0])]
    word, module, _ = chosen_part(before[0], load(before[0]), rest)
    return build(word, module).option_names()


def _parts(word: str) -> list[str]:
    """The second words of a command that has some."""
    from zoom_component.cli.main import load

    return [*getattr(load(word), "PARTS", ())]


def _candidates(word: str) -> Sequence[str]:
    if word in _KEYED:
        catalogue = _catalogue()
        return [*catalogue.keys(), *catalogue.slugs()]
    if word in _TRIGGERED:
        return _catalogue().trigger_keys()
    if word == _PICKED:
        return _catalogue().source_keys()
    if word == "events":
        from zoom_facts import event_names

        return event_names()
    return _SETTLED.get(word, _parts(word))


def _inputs(before: Sequence[str]) -> Iterator[str]:
    """The inputs of the action, trigger or source that stands among the words, less those that were given."""
    catalogue = _catalogue()
    known, one = _homes(before[0], catalogue)
    key = next((word for word in before[1:] if word in known), None)
    if key is None:
        return
    inputs = one(key).inputs
    given = {word.partition("=")[0].rstrip(":") for word in before}
    for name, spec in inputs.items():
        if spec.type != "connection" and name not in given:
            yield f"{name}="


def _homes(word: str, catalogue: Catalogue) -> tuple[Sequence[str], Callable[[str], Any]]:
    """The keys that may stand after a command, and how to get at one of them."""
    if word in _TRIGGERED:
        return catalogue.trigger_keys(), catalogue.trigger
    if word == _PICKED:
        return catalogue.source_keys(), catalogue.source
    return [*catalogue.keys(), *catalogue.slugs()], catalogue.action


def _catalogue() -> Catalogue:
    further = [part for part in os.environ.get("ZOOM_COMPONENT_SPECS", "").split(os.pathsep) if os.path.isdir(part)]
    return Catalogue(*further)
