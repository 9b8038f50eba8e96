"""A strict reader of YAML 1.2: JSON types only, no duplicate keys, no aliases, no tags, every place remembered.

PyYAML's C parser finds the structure; what a plain scalar means is decided here, by the core schema of YAML 1.2
(https://yaml.org/spec/1.2.2/#103-core-schema), so that `NO`, `on`, `12:30` and `1_000` stay the text they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

import yaml

from zoom_component.language.faults import Fault

__all__ = ["Located", "Pointer", "read"]

Pointer: TypeAlias = tuple[str | int, ...]

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INT = re.compile(r"[-+]?[0-9]+\Z")
_PADDED = re.compile(r"[-+]?0[0-9]+\Z")
_BASED = re.compile(r"0(?:o[0-7]+|x[0-9a-fA-F]+)\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_NOT_JSON = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")
_STR = "tag:yaml.org,2002:str"
_BUILT_IN = (_STR, "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(slots=True)
class Located:
    """A document: its value, where each value and key stands (line and column from 1), and what is wrong with it."""

    path: str
    value: Any = None
    places: dict[Pointer, tuple[int, int]] = field(default_factory=dict)
    key_places: dict[Pointer, tuple[int, int]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, pointer: Pointer, message: str, *, at_key: bool = False) -> None:
        """Adds a fault at a value, or at its key; falls back on the nearest known place above."""
        self.faults.append(Fault(self.path, *self.place(pointer, at_key=at_key), message))

    def place(self, pointer: Pointer, *, at_key: bool = False) -> tuple[int, int]:
        """Line and column of a value or of its key; of the nearest thing around it when there is none."""
        first = self.key_places if at_key else self.places
        second = self.places if at_key else self.key_places
        while pointer:
            if pointer in first:
                return first[pointer]
            if pointer in second:
                return second[pointer]
            pointer = pointer[:-1]
        return self.places.get((), (1, 1))


def read(text: str, path: str) -> Located:
    """Reads one document. Never raises for bad text: `faults` tells what is wrong, `value` holds what could be read."""
    located = Located(path)
    try:
        nodes = list(yaml.compose_all(text, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        located.faults.append(Fault(path, line, column, f"not YAML: {error.problem or error.context}"))
        return located
    except yaml.YAMLError as error:
        located.faults.append(Fault(path, 1, 1, f"not YAML: {str(error).splitlines()[0]}"))
        return located
    if len(nodes) > 1:
        mark = nodes[1].start_mark
        located.faults.append(
            Fault(path, mark.line + 1, mark.column + 1, "one file holds one document; a second begins here")
        )
    if nodes:
        located.value = _Reader(located).value(nodes[0], ())
    return located


class _Reader:
    """Turns composed nodes into JSON values, noting places and faults as it goes."""

    def __init__(self, located: Located) -> None:
        self._located = located
        self._seen: set[int] = set()

    def value(self, node: yaml.Node, pointer: Pointer) -> Any:
        self._located.places[pointer] = (node.start_mark.line + 1, node.start_mark.column + 1)
        if id(node) in self._seen:
            self._located.fault(pointer, "aliases (*name) are not part of this language; write the value out")
            return None
        self._seen.add(id(node))
        if node.tag not in _BUILT_IN:
            self._located.fault(pointer, f"tags ({node.tag}) are not part of this language; write the plain value")
            return None
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, pointer)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*pointer, at)) for at, item in enumerate(node.value)]
        return self._scalar(cast(yaml.ScalarNode, node), pointer)

    def _mapping(self, node: yaml.MappingNode, pointer: Pointer) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line, column = key_node.start_mark.line + 1, key_node.start_mark.column + 1
            key = self._key(key_node, line, column)
            if key is None:
                continue
            inner = (*pointer, key)
            if key in result:
                first = self._located.key_places[inner][0]
                self._add(line, column, f"the key {key!r} stands twice; it is on line {first} already")
                continue
            self._located.key_places[inner] = (line, column)
            result[key] = self.value(value_node, inner)
        return result

    def _key(self, node: yaml.Node, line: int, column: int) -> str | None:
        if not isinstance(node, yaml.ScalarNode):
            self._add(line, column, "a key has to be text")
            return None
        if not node.style and (_INT.match(node.value) or node.value in _TRUE | _FALSE | _NULL):
            self._add(line, column, f'keys are text; write "{node.value}" in quotes')
            return None
        return str(node.value)

    def _scalar(self, node: yaml.ScalarNode, pointer: Pointer) -> Any:
        text = str(node.value)
        if node.style:
            return text
        if text in _NULL:
            return None
        if text in _TRUE or text in _FALSE:
            return text in _TRUE
        if _PADDED.match(text):
            self._located.fault(pointer, f'{text} loses its leading zero as a number; write "{text}" in quotes')
            return text
        if _INT.match(text):
            return int(text)
        if _BASED.match(text):
            return int(text, 0)
        if _FLOAT.match(text):
            return float(text)
        if _NOT_JSON.match(text):
            self._located.fault(pointer, f"{text} has no place in JSON; write a number or text in quotes")
            return None
        return text

    def _add(self, line: int, column: int, message: str) -> None:
        self._located.faults.append(Fault(self._located.path, line, column, message))
