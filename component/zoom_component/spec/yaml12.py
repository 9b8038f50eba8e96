"""Parse YAML 1.2 strictly: only JSON types, no duplicate keys, no anchors, no tags. Keep every position.

PyYAML's C parser finds the structure. The core schema of YAML 1.2 decides what a plain scalar means
(https://yaml.org/spec/1.2.2/#103-core-schema), so that `NO`, `on`, `12:30` and `1_000` stay text.
"""

from __future__ import annotations

import math
import re
from typing import Any, cast

import yaml

from zoom_component.spec.diagnostics import Diagnostic, quote
from zoom_component.spec.document import MAX_DEPTH, MAX_DIGITS, Pointer, SpecDocument
from zoom_component.spec.surrogate_escapes import SurrogateEscapes, describe_lone_surrogate

__all__ = ["parse_yaml"]

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
_TOO_DEEP = f"expected at most {MAX_DEPTH} nested levels"

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def parse_yaml(text: str, path: str) -> SpecDocument:
    """Return one document. Invalid text raises nothing: `diagnostics` has the problems, `value` what was readable."""
    document = SpecDocument(path)
    text = text.removeprefix("\ufeff")
    escapes = SurrogateEscapes(text)
    try:
        nodes = list(yaml.compose_all(escapes.text, Loader=_Loader))
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
    except UnicodeEncodeError as error:  # the C parser takes only what UTF-8 can hold
        before = text[: error.start].split("\n")
        message = describe_lone_surrogate(text[error.start])
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
        document.value = _NodeConverter(document, escapes).convert(nodes[0], ())
    return document


def _describe_syntax_error(text: str, line: int, column: int, problem: str) -> str:
    """Return the message of the parser, or a clearer one if a tab is the reason."""
    lines = text.split("\n")
    if line <= len(lines) and lines[line - 1][column - 1 : column] == "\t":
        return "not YAML: expected spaces for indentation, got a tab"
    return f"not YAML: {problem}"


class _NodeConverter:
    """Convert composed nodes to JSON values. Record positions and diagnostics."""

    def __init__(self, document: SpecDocument, escapes: SurrogateEscapes) -> None:
        self._document = document
        self._escapes = escapes
        self._seen: set[int] = set()

    def convert(self, node: yaml.Node, pointer: Pointer) -> Any:
        """Return the value of a node; None if it is not allowed."""
        if id(node) in self._seen:  # the node has the position of its anchor, so the position is that of a parent
            self._document.add(pointer, "aliases (*name) are not allowed; write the value in full")
            return None
        self._document.positions[pointer] = (node.start_mark.line + 1, node.start_mark.column + 1)
        self._seen.add(id(node))
        if len(pointer) > MAX_DEPTH:
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
        mark = self._escapes.text[node.start_mark.index : node.start_mark.index + 1]
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
        return self._read_text(node, line, column)

    def _convert_scalar(self, node: yaml.ScalarNode, pointer: Pointer) -> Any:
        text = self._read_text(node, node.start_mark.line + 1, node.start_mark.column + 1)
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

    def _read_text(self, node: yaml.ScalarNode, line: int, column: int) -> str:
        """Return the text of a scalar. Half of a surrogate pair is a problem."""
        text = self._escapes.restore(str(node.value), node.start_mark.index, node.end_mark.index)
        if message := describe_lone_surrogate(text):
            self._add(line, column, message)
            return text.encode("utf-8", "replace").decode()
        return text

    def _add(self, line: int, column: int, message: str) -> None:
        self._document.diagnostics.append(Diagnostic(self._document.path, line, column, message))


def _resolve_scalar(text: str) -> Any:
    """Return the value of a plain scalar. A number with more digits than Python converts counts as infinite."""
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INT.match(text):
        return int(text) if len(text) <= MAX_DIGITS else math.inf
    if _BASED.match(text):
        return int(text, 0) if len(text) <= MAX_DIGITS else math.inf
    if _FLOAT.match(text):
        return float(text)
    return math.nan if _NOT_JSON.match(text) else text
