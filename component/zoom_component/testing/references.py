"""Parse paths such as `users[0].email`, and resolve references such as `${made.id}`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from zoom_component.json_output import to_json
from zoom_component.spec.diagnostics import suggest
from zoom_component.spec.document import Pointer

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
    """Report an invalid path or one that does not exist; the message suggests similar names."""


def parse_path(path: str) -> list[str | int]:
    """Return the names and list indexes of a path. Raise InvalidPath for a text that is not a path."""
    if not _PATH.match(path):
        raise InvalidPath(f'expected a path such as users[0].email, got "{path}"')
    return [int(step[1:-1]) if step.startswith("[") else step for step in _STEP.findall(path)]


def get_value(value: Any, path: str, where: str = "the result") -> Any:
    """Return the value at a path. Raise InvalidPath with the existing names if there is none."""
    for step in parse_path(path):
        value = _get_step(value, step, where)
        where = f"{where}[{step}]" if isinstance(step, int) else f"{where}.{step}"
    return value


def resolve_references(value: Any, values: Mapping[str, Any]) -> Any:
    """Return the value with each `${name.path}` replaced. A text that is one reference becomes the value with its type.

    `$${` stands for the characters `${`. Raise InvalidPath for a name or path that does not exist.
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
    return _REFERENCE.sub(lambda match: "${" if match["plain"] else _to_text(_look_up(match["path"], values)), value)


def find_references(value: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, str]]:
    """Yield the pointer of each reference in a value, and the first name of the reference."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from find_references(inner, (*pointer, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from find_references(inner, (*pointer, index))
    elif isinstance(value, str):
        for match in _REFERENCE.finditer(value):
            if not match["plain"]:
                yield pointer, _split_reference(match["path"])[0]


def find_unclosed_references(value: Any, pointer: Pointer = ()) -> Iterator[Pointer]:
    """Yield the pointers of texts in which a `${` is not closed."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from find_unclosed_references(inner, (*pointer, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from find_unclosed_references(inner, (*pointer, index))
    elif isinstance(value, str) and "${" in _REFERENCE.sub("", value):
        yield pointer


def _split_reference(path: str) -> tuple[str, str]:
    """Return the first name of a reference, and the path below it ("" for none)."""
    name = re.split(r"[.\[]", path, maxsplit=1)[0]
    return name, path[len(name) :].removeprefix(".")


def _look_up(path: str, values: Mapping[str, Any]) -> Any:
    name, rest = _split_reference(path)
    if name not in values:
        raise InvalidPath(f"${{{path}}}: no earlier step or capture is named {name}; {suggest(name, values)}")
    try:
        return get_value(values[name], rest, name) if rest else values[name]
    except InvalidPath as error:
        raise InvalidPath(f"${{{path}}}: {error}") from None


def _get_step(value: Any, step: str | int, where: str) -> Any:
    if isinstance(step, str) and isinstance(value, list) and step.isdigit():
        step = int(step)
    if isinstance(step, int):
        if not isinstance(value, list):
            raise InvalidPath(f"{where} is not a list, so [{step}] does not exist")
        if not -len(value) <= step < len(value):
            raise InvalidPath(
                f"{where} has {len(value)} {'item' if len(value) == 1 else 'items'}, so [{step}] does not exist"
            )
        return value[step]
    if not isinstance(value, Mapping):
        raise InvalidPath(f"{where} is {_describe_type(value)}, so {step} does not exist in it")
    if step not in value:
        raise InvalidPath(f"{where} has no {step}; {suggest(step, map(str, value))}")
    return value[step]


def _describe_type(value: Any) -> str:
    return "a list" if isinstance(value, list) else to_json(value, ensure_ascii=False)[:60]


def _to_text(value: Any) -> str:
    return value if isinstance(value, str) else to_json(value, ensure_ascii=False)
