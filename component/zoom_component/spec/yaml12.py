"""Parse YAML 1.2 strictly: only JSON types, no duplicate keys, no anchors, no tags. Keep every position.

PyYAML's C parser finds the structure. The core schema of YAML 1.2 decides what a plain scalar means
(https://yaml.org/spec/1.2.2/#103-core-schema), so that `NO`, `on`, `12:30` and `1_000` stay text.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any, TypeAlias, cast

import yaml

from zoom_component.spec.diagnostics import Diagnostic, quote

__all__ = ["Pointer", "YamlDocument", "parse_yaml"]

Pointer: TypeAlias = tuple[str | int, ...]

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_INT = re.compile(r"[-+]?[0-9]+\Z")
_MAX_DIGITS = 4000  # Python converts at most 4,300 digits to a number
_MAX_DEPTH = 60
_PADDED = re.compile(r"[-+]?0[0-9]+\Z")
_BASED = re.compile(r"0(?:o[0-7]+|x[0-9a-fA-F]+)\Z")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
_NOT_JSON = re.compile(r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z")
_STR = "tag:yaml.org,2002:str"
_BUILT_IN = (_STR, "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")
_TOO_DEEP = f"expected at most {_MAX_DEPTH} nested levels"

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(slots=True)
class YamlDocument:
    """Hold the value of a document, the line and column (from 1) of each value and key, and the diagnostics."""

    path: str
    value: Any = None
    positions: dict[Pointer, tuple[int, int]] = field(default_factory=dict)
    key_positions: dict[Pointer, tuple[int, int]] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def add(self, pointer: Pointer, message: str, *, at_key: bool = False, is_value_error: bool = False) -> None:
        """Add a diagnostic at a value, or at its key."""
        line, column = self.position(pointer, at_key=at_key)
        self.diagnostics.append(Diagnostic(self.path, line, column, message, is_value_error))

    def position(self, pointer: Pointer, *, at_key: bool = False) -> tuple[int, int]:
        """Return the line and column of a value or its key, or of the nearest value around it."""
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
    """Return one document. Invalid text raises nothing: `diagnostics` has the problems, `value` what was readable."""
    document = YamlDocument(path)
    text = text.removeprefix("\ufeff")
    try:
        nodes = list(yaml.compose_all(text, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message = _describe_syntax_error(text, line, column, str(error.problem))
        document.diagnostics.append(Diagnostic(path, line, column, message))
        return document
    except yaml.reader.ReaderError as error:
        before = text[: error.position].split("\n")
        message = f"not YAML: the character #x{error.character:02x} is not allowed"
        document.diagnostics.append(Diagnostic(path, len(before), len(before[-1]) + 1, message))
        return document
    except RecursionError:
        document.diagnostics.append(Diagnostic(path, 1, 1, _TOO_DEEP))
        return document
    if len(nodes) > 1:
        mark = nodes[1].start_mark
        message = "expected one document in the file; a second one begins here"
        document.diagnostics.append(Diagnostic(path, mark.line + 1, mark.column + 1, message))
    if nodes:
        document.value = _NodeConverter(document, text).convert(nodes[0], ())
    return document


def _describe_syntax_error(text: str, line: int, column: int, problem: str) -> str:
    """Return the message of the parser, or a clearer one if a tab is the reason."""
    lines = text.split("\n")
    if line <= len(lines) and lines[line - 1][column - 1 : column] == "\t":
        return "not YAML: expected spaces for indentation, got a tab"
    return f"not YAML: {problem}"


class _NodeConverter:
    """Convert composed nodes to JSON values. Record positions and diagnostics."""

    def __init__(self, document: YamlDocument, text: str) -> None:
        self._document = document
        self._text = text
        self._seen: set[int] = set()

    def convert(self, node: yaml.Node, pointer: Pointer) -> Any:
        """Return the value of a node; None if it is not allowed."""
        if id(node) in self._seen:  # the node has the position of its anchor, so the position is that of a parent
            self._document.add(pointer, "aliases (*name) are not allowed; write the value in full")
            return None
        self._document.positions[pointer] = (node.start_mark.line + 1, node.start_mark.column + 1)
        self._seen.add(id(node))
        if len(pointer) > _MAX_DEPTH:
            self._document.add(pointer, _TOO_DEEP)
            return None
        if self._has_tag_or_anchor(node, pointer):
            return None
        if isinstance(node, yaml.MappingNode):
            return self._convert_mapping(node, pointer)
        if isinstance(node, yaml.SequenceNode):
            return [self.convert(item, (*pointer, at)) for at, item in enumerate(node.value)]
        return self._convert_scalar(cast(yaml.ScalarNode, node), pointer)

    def _has_tag_or_anchor(self, node: yaml.Node, pointer: Pointer) -> bool:
        # The parsed node of `!!str` looks like one without a tag, so the text decides.
        mark = self._text[node.start_mark.index : node.start_mark.index + 1]
        if node.tag not in _BUILT_IN or mark == "!":
            name = "" if node.tag in _BUILT_IN else f" ({node.tag})"
            self._document.add(pointer, f"tags{name} are not allowed; write the value without one")
        elif mark == "&":
            self._document.add(pointer, "anchors (&name) are not allowed; write the value without one")
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
                first = self._document.key_positions[inner][0]
                self._add(line, column, f"duplicate key {quote(key)}; it is already on line {first}")
                continue
            self._document.key_positions[inner] = (line, column)
            result[key] = self.convert(value_node, inner)
        return result

    def _convert_key(self, node: yaml.Node, line: int, column: int) -> str | None:
        if not isinstance(node, yaml.ScalarNode):
            self._add(line, column, "expected text as a key")
            return None
        if not node.style and not isinstance(_resolve_scalar(str(node.value)), str):
            self._add(line, column, f'expected text as a key; write "{node.value}" in quotes')
            return None
        return str(node.value)

    def _convert_scalar(self, node: yaml.ScalarNode, pointer: Pointer) -> Any:
        text = str(node.value)
        if node.style:
            return text
        if _PADDED.match(text):
            self._document.add(pointer, f'{text} loses its leading zero as a number; write "{text}" in quotes')
            return text
        value = _resolve_scalar(text)
        if isinstance(value, float) and not math.isfinite(value):
            self._document.add(pointer, f"{text} is not valid in JSON; write a finite number, or text in quotes")
            return None
        return value

    def _add(self, line: int, column: int, message: str) -> None:
        self._document.diagnostics.append(Diagnostic(self._document.path, line, column, message))


def _resolve_scalar(text: str) -> Any:
    """Return the value of a plain scalar. A number with more digits than Python converts counts as infinite."""
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INT.match(text):
        return int(text) if len(text) <= _MAX_DIGITS else math.inf
    if _BASED.match(text):
        return int(text, 0) if len(text) <= _MAX_DIGITS else math.inf
    if _FLOAT.match(text):
        return float(text)
    return math.nan if _NOT_JSON.match(text) else text
