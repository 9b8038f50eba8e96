"""Files that a person writes for the embedded Zoom, as YAML or JSON, and sentences for what is wrong in them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml


class SandboxInputError(ValueError):
    """What is wrong in a file or a document: one sentence each, with its place."""

    def __init__(self, messages: Iterable[str]) -> None:
        self.messages = tuple(messages)
        super().__init__("\n".join(self.messages))


_Parent: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Parent):  # type: ignore[misc]
    """YAML with the types of JSON: times, `no` and `12:30` stay text, and no key comes twice."""

    yaml_implicit_resolvers: Mapping[str, Any] = {}

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        for at, key in enumerate(keys):
            if key in keys[:at]:
                line = node.value[at][0].start_mark.line + 1
                raise SandboxInputError([f"line {line}: {key!r} is there already; a key may come once"])
        found: dict[Any, Any] = super().construct_mapping(node, deep)
        return found


for _tag, _pattern, _first in (
    ("null", r"(?:null|~|)$", ["n", "~", ""]),
    ("bool", r"(?:true|false)$", list("tf")),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)$", list("-+0123456789")),
    ("float", r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$", list("-+0123456789")),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), _first)


def read_document(path: str | Path) -> Any:
    """The content of a file. Raises Mistake when it cannot be read or is neither YAML nor JSON."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as problem:
        raise SandboxInputError([f"{path} cannot be read: {(problem.strerror or 'it failed').lower()}"]) from problem
    except UnicodeDecodeError as problem:
        raise SandboxInputError([f"{path} is not UTF-8 text"]) from problem
    try:
        return parse_document(text)
    except SandboxInputError as mistake:
        raise SandboxInputError(f"{path}: {sentence}" for sentence in mistake.messages) from mistake


def parse_document(text: str) -> Any:
    """The content of a text in YAML or JSON. Raises Mistake with the line of what is wrong."""
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader, narrowed
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        what = getattr(problem, "problem", None) or "it is no YAML"
        raise SandboxInputError([f"line {mark.line + 1}: {what}" if mark else str(what)]) from problem


def describe_unknown_name(name: str, known: Collection[str], at: str = "") -> str:
    """The sentence for a word that is none, with the word that was probably meant."""
    near = get_close_matches(name, known, 1)
    place = f"{at}: " if at else ""
    return f"{place}there is no {name!r}; " + (f"is {near[0]!r} meant?" if near else f"there are {', '.join(known)}")
