"""Paths into JSON values, as `users[0].email`, and references to values, as `${made.id}`. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from zoom_component.spec.diagnostics import suggest
from zoom_component.spec.yaml12 import Pointer

__all__ = [
    "InvalidPath",
    "find_references",
    "find_unclosed_references",
    "get_value",
    "parse_path",
    "resolve_references",
]

_PATH = re.compile(r"(?:[^.\[\]]+|\[-?[0-9]+\])(?:\.[^.\[\]]+|\[-?[0-9]+\])*\Z")
_STEP = re.compile(r"[^.\[\]]+|\[-?[0-9]+\]")
_REFERENCE = re.compile(r"(?P<plain>\$\$\{)|\$\{(?P<path>[^{}]*)\}")


class InvalidPath(Exception):
    """A path that leads nowhere; the text is a sentence with the near names."""


def parse_path(path: str) -> list[str | int]:
    """The steps of a path: names, and places in lists. Raises Astray for a text that is no path."""
    if not _PATH.match(path):
        raise InvalidPath(f"{path!r} is no path; accepted: names and places in lists, as in users[0].email")
    return [int(step[1:-1]) if step.startswith("[") else step for step in _STEP.findall(path)]


def get_value(value: Any, path: str, where: str = "the result") -> Any:
    """The value at a path. Raises Astray, with the names that are there, where it leads nowhere."""
    for step in parse_path(path):
        value = _get_step(value, step, where)
        where = f"{where}[{step}]" if isinstance(step, int) else f"{where}.{step}"
    return value


def resolve_references(value: Any, values: Mapping[str, Any]) -> Any:
    """The value with every `${name.path}` in its place. A text that is one reference becomes the value, type and all.

    `$${` stands for the characters `${`. Raises Astray for a name or path that is not there.
    """
    if isinstance(value, Mapping):
        return {key: resolve_references(inner, values) for key, inner in value.items()}
    if isinstance(value, list):
        return [resolve_references(inner, values) for inner in value]
    if not isinstance(value, str):
        return value
    whole = _REFERENCE.fullmatch(value)
    if whole is not None and not whole["plain"]:
        return _look_up(whole["path"], values)
    return _REFERENCE.sub(lambda found: "${" if found["plain"] else _to_text(_look_up(found["path"], values)), value)


def find_references(value: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, str]]:
    """Every reference of a value by its first name, with the place of the text that holds it."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from find_references(inner, (*pointer, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from find_references(inner, (*pointer, place))
    elif isinstance(value, str):
        for found in _REFERENCE.finditer(value):
            if not found["plain"]:
                yield pointer, _split_reference(found["path"])[0]


def find_unclosed_references(value: Any, pointer: Pointer = ()) -> Iterator[Pointer]:
    """The places of texts in which a `${` has no end."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from find_unclosed_references(inner, (*pointer, key))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from find_unclosed_references(inner, (*pointer, place))
    elif isinstance(value, str) and "${" in _REFERENCE.sub("", value):
        yield pointer


def _split_reference(path: str) -> tuple[str, str]:
    """The first name of a reference, and the path below it ("" for none)."""
    name = re.split(r"[.\[]", path, maxsplit=1)[0]
    return name, path[len(name) :].removeprefix(".")


def _look_up(path: str, known: Mapping[str, Any]) -> Any:
    name, rest = _split_reference(path)
    if name not in known:
        raise InvalidPath(f"${{{path}}}: there is no step and no capture {name!r} before; {suggest(name, known)}")
    try:
        return get_value(known[name], rest, name) if rest else known[name]
    except InvalidPath as astray:
        raise InvalidPath(f"${{{path}}}: {astray}") from None


def _get_step(value: Any, step: str | int, where: str) -> Any:
    if isinstance(step, str) and isinstance(value, list) and step.isdigit():
        step = int(step)
    if isinstance(step, int):
        if not isinstance(value, list):
            raise InvalidPath(f"{where} is no list, so it has no [{step}]")
        if not -len(value) <= step < len(value):
            raise InvalidPath(f"{where} has {len(value)} items, so there is no [{step}]")
        return value[step]
    if not isinstance(value, Mapping):
        raise InvalidPath(f"{where} is {_describe_type(value)}, so there is no {step!r} in it")
    if step not in value:
        raise InvalidPath(f"there is no {step!r} in {where}; {suggest(step, map(str, value))}")
    return value[step]


def _describe_type(value: Any) -> str:
    return "a list" if isinstance(value, list) else json.dumps(value, ensure_ascii=False)[:60]


def _to_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
