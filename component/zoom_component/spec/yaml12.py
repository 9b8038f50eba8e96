"""A strict reader of YAML 1.2: JSON types only, no duplicate keys, no anchors, no tags, every place remembered.

PyYAML's C parser finds the structure; what a plain scalar means is decided here, by the core schema of YAML 1.2
(https://yaml.org/spec/1.2.2/#103-core-schema), so that `NO`, `on`, `12:30` and `1_000` stay the text they are.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

import yaml

from zoom_component.spec.diagnostics import Diagnostic

__all__ = ["Pointer", "YamlDocument", "parse_yaml"]

Pointer: TypeAlias = tuple[str | int, ...]

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INT = re.compile(r"[-+]?[0-9]+\Z")
_MOST_DIGITS = 4000  # Python turns no more than 4,300 into a number
_DEEPEST = 60
_PADDED = re.compile(r"[-+]?0[0-9]+\Z")
_BASED = re.compile(r"0(?:o[0-7]+|x[0-9a-fA-F]+)\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_NOT_JSON = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")
_STR = "tag:yaml.org,2002:str"
_BUILT_IN = (_STR, "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(slots=True)
class YamlDocument:
    """A document: its value, where each value and key stands (line and column from 1), and what is wrong with it."""

    path: str
    value: Any = None
    positions: dict[Pointer, tuple[int, int]] = field(default_factory=dict)
    key_positions: dict[Pointer, tuple[int, int]] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def add(self, pointer: Pointer, message: str, *, at_key: bool = False) -> None:
        """Adds a fault at a value, or at its key; falls back on the nearest known place above."""
        self.diagnostics.append(Diagnostic(self.path, *self.position(pointer, at_key=at_key), message))

    def position(self, pointer: Pointer, *, at_key: bool = False) -> tuple[int, int]:
        """Line and column of a value or of its key; of the nearest thing around it when there is none."""
        first = self.key_positions if at_key else self.positions
        second = self.positions if at_key else self.key_positions
        while pointer:
            if pointer in first:
                return first[pointer]
            if pointer in second:
                return second[pointer]
            pointer = pointer[:-1]
        return self.positions.get((), (1, 1))


def parse_yaml(text: str, path: str) -> YamlDocument:
    """Reads one document. Never raises for bad text: `faults` tells what is wrong, `value` holds what could be read."""
    located = YamlDocument(path)
    text = text.removeprefix("\ufeff")
    try:
        nodes = list(yaml.compose_all(text, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        located.diagnostics.append(
            Diagnostic(path, line, column, _describe_syntax_error(text, line, column, str(error.problem)))
        )
        return located
    except yaml.reader.ReaderError as error:
        before = text[: error.position].split("\n")
        message = f"not YAML: the character #x{error.character:02x} is not allowed"
        located.diagnostics.append(Diagnostic(path, len(before), len(before[-1]) + 1, message))
        return located
    except RecursionError:
        located.diagnostics.append(Diagnostic(path, 1, 1, _TOO_DEEP))
        return located
    if len(nodes) > 1:
        mark = nodes[1].start_mark
        located.diagnostics.append(
            Diagnostic(path, mark.line + 1, mark.column + 1, "one file holds one document; a second begins here")
        )
    if nodes:
        located.value = _NodeConverter(located, text).convert(nodes[0], ())
    return located


_TOO_DEEP = f"nested too deeply; accepted: {_DEEPEST} levels"


def _describe_syntax_error(text: str, line: int, column: int, problem: str) -> str:
    """The parser's complaint, or a plainer one where a tab is the reason."""
    lines = text.split("\n")
    if line <= len(lines) and lines[line - 1][column - 1 : column] == "\t":
        return "not YAML: a tab begins what follows; indent with spaces"
    return f"not YAML: {problem}"


class _NodeConverter:
    """Turns composed nodes into JSON values, noting places and faults as it goes."""

    def __init__(self, located: YamlDocument, text: str) -> None:
        self._located = located
        self._text = text
        self._seen: set[int] = set()

    def convert(self, node: yaml.Node, pointer: Pointer) -> Any:
        if id(node) in self._seen:  # its mark is the anchor's, so the nearest known place above has to do
            self._located.add(pointer, "aliases (*name) are not part of this language; write the value out")
            return None
        self._located.positions[pointer] = (node.start_mark.line + 1, node.start_mark.column + 1)
        self._seen.add(id(node))
        if len(pointer) > _DEEPEST:
            self._located.add(pointer, _TOO_DEEP)
            return None
        if self._has_tag_or_anchor(node, pointer):
            return None
        if isinstance(node, yaml.MappingNode):
            return self._convert_mapping(node, pointer)
        if isinstance(node, yaml.SequenceNode):
            return [self.convert(item, (*pointer, at)) for at, item in enumerate(node.value)]
        return self._convert_scalar(cast(yaml.ScalarNode, node), pointer)

    def _has_tag_or_anchor(self, node: yaml.Node, pointer: Pointer) -> bool:
        """Whether a tag or an anchor stands before a value. `!!str` leaves no other trace than its text."""
        mark = self._text[node.start_mark.index : node.start_mark.index + 1]
        if node.tag not in _BUILT_IN or mark == "!":
            name = "" if node.tag in _BUILT_IN else f" ({node.tag})"
            self._located.add(pointer, f"tags{name} are not part of this language; write the plain value")
        elif mark == "&":
            self._located.add(pointer, "anchors (&name) are not part of this language; write the plain value")
        else:
            return False
        return True

    def _convert_mapping(self, node: yaml.MappingNode, pointer: Pointer) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line, column = key_node.start_mark.line + 1, key_node.start_mark.column + 1
            key = self._convert_key(key_node, line, column)
            if key is None:
                continue
            inner = (*pointer, key)
            if key in result:
                first = self._located.key_positions[inner][0]
                self._add(line, column, f"the key {key!r} stands twice; it is on line {first} already")
                continue
            self._located.key_positions[inner] = (line, column)
            result[key] = self.convert(value_node, inner)
        return result

    def _convert_key(self, node: yaml.Node, line: int, column: int) -> str | None:
        if not isinstance(node, yaml.ScalarNode):
            self._add(line, column, "a key has to be text")
            return None
        if not node.style and not isinstance(_resolve_scalar(str(node.value)), str):
            self._add(line, column, f'keys are text; write "{node.value}" in quotes')
            return None
        return str(node.value)

    def _convert_scalar(self, node: yaml.ScalarNode, pointer: Pointer) -> Any:
        text = str(node.value)
        if node.style:
            return text
        if _PADDED.match(text):
            self._located.add(pointer, f'{text} loses its leading zero as a number; write "{text}" in quotes')
            return text
        value = _resolve_scalar(text)
        if isinstance(value, float) and not math.isfinite(value):
            self._located.add(pointer, f"{text} has no place in JSON; write a number or text in quotes")
            return None
        return value

    def _add(self, line: int, column: int, message: str) -> None:
        self._located.diagnostics.append(Diagnostic(self._located.path, line, column, message))


def _resolve_scalar(text: str) -> Any:
    """What a plain scalar means. A number of more digits than Python reads counts as not finite."""
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INT.match(text):
        return int(text) if len(text) <= _MOST_DIGITS else math.inf
    if _BASED.match(text):
        return int(text, 0) if len(text) <= _MOST_DIGITS else math.inf
    if _FLOAT.match(text):
        return float(text)
    return math.nan if _NOT_JSON.match(text) else text
