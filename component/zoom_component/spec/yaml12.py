"""Parse YAML 1.2 strictly: only JSON types, no duplicate keys, no anchors, no tags. Keep every position.

PyYAML's C parser finds the structure. The core schema of YAML 1.2 decides what a plain scalar means
(https://yaml.org/spec/1.2.2/#103-core-schema), so that `NO`, `on`, `12:30` and `1_000` stay text.
"""

from __future__ import annotations

import math
import re
from typing import Any, NoReturn

import yaml

from zoom_component.spec.diagnostics import Diagnostic, quote, shorten
from zoom_component.spec.document import MAX_DEPTH, MAX_DIGITS, Pointer, SpecDocument, UnreadableText
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

_Loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


def parse_yaml(text: str, path: str) -> SpecDocument:
    """Return one document. Invalid text raises nothing: `diagnostics` has the problems, `value` what was readable.

    `value` is None if the structure of the text is broken or nested too deeply.
    """
    document = SpecDocument(path)
    text = text.removeprefix("\ufeff")
    escapes = SurrogateEscapes(text)
    try:
        _EventReader(document, escapes).read_documents()
    except UnreadableText:
        document.value = None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message = _describe_syntax_error(text, line, column, str(error.problem))
        document.diagnostics[:] = [Diagnostic(path, line, column, message)]
    except yaml.reader.ReaderError as error:
        before = text[: error.position].split("\n")
        message = f"not YAML: the character #x{error.character:02x} is not allowed"
        document.diagnostics[:] = [Diagnostic(path, len(before), len(before[-1]) + 1, message)]
    except UnicodeEncodeError as error:  # the C parser takes only what UTF-8 can hold
        before = text[: error.start].split("\n")
        message = describe_lone_surrogate(text[error.start])
        document.diagnostics[:] = [Diagnostic(path, len(before), len(before[-1]) + 1, message)]
    return document


def _describe_syntax_error(text: str, line: int, column: int, problem: str) -> str:
    """Return the message of the parser, or a clearer one if a tab is the reason."""
    lines = text.split("\n")
    if line <= len(lines) and lines[line - 1][column - 1 : column] == "\t":
        return "not YAML: expected spaces for indentation, got a tab"
    return f"not YAML: {problem}"


class _EventReader:
    """Build the value of a document from the events of the parser. Record positions and diagnostics.

    libyaml finds events step by step. What composes them to nodes is recursive, and a text such as 100,000 brackets
    ends the process there: https://github.com/yaml/pyyaml/blob/main/yaml/_yaml.pyx (_compose_node). Here the depth is
    counted while the events arrive, so that the rest of such a text is never scanned.
    """

    def __init__(self, document: SpecDocument, escapes: SurrogateEscapes) -> None:
        self._document = document
        self._escapes = escapes
        self._next: Any = _Loader(escapes.text).get_event
        self._depth = 0

    def read_documents(self) -> None:
        """Read the first document, and report a second one. Raise UnreadableText or a YAML error."""
        self._next()  # the start of the stream
        if not isinstance(self._next(), yaml.DocumentStartEvent):
            return
        value = self._read_node(self._read_event(), ())
        self._next()  # the end of the document
        if isinstance(self._next(), yaml.DocumentStartEvent):
            self._add(self._read_event(), "expected one document in the file; a second one begins here")
        self._document.value = value

    def _read_event(self) -> Any:
        """Return the next event. Raise UnreadableText for a collection that is nested too deeply."""
        event = self._next()
        if isinstance(event, yaml.CollectionStartEvent):
            self._depth += 1
            if self._depth > MAX_DEPTH + 1:
                self._refuse_depth(event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self._depth -= 1
        return event

    def _refuse_depth(self, event: Any) -> NoReturn:
        self._add(event, f"expected at most {MAX_DEPTH} nested levels")
        raise UnreadableText

    def _read_node(self, event: Any, pointer: Pointer) -> Any:
        """Return the value of the node that begins with an event; None if it is not allowed."""
        mark = event.start_mark
        self._document.positions[pointer] = (mark.line + 1, mark.column + 1)
        if len(pointer) > MAX_DEPTH:
            self._refuse_depth(event)
        if isinstance(event, yaml.AliasEvent):
            self._add(event, "aliases (*name) are not allowed; write the value in full")
            return None
        is_allowed = not self._has_tag_or_anchor(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._read_scalar(event) if is_allowed else None
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        value = self._read_mapping(pointer) if is_mapping else self._read_sequence(pointer)
        return value if is_allowed else None

    def _has_tag_or_anchor(self, event: Any) -> bool:
        if event.tag is not None:
            name = "" if event.tag in _BUILT_IN else f" ({shorten(event.tag)})"
            self._add(event, f"tags{name} are not allowed; write the value without one")
        elif event.anchor is not None:
            self._add(event, "anchors (&name) are not allowed; write the value without one")
        else:
            return False
        return True

    def _read_sequence(self, pointer: Pointer) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := self._read_event(), yaml.SequenceEndEvent):
            items.append(self._read_node(event, (*pointer, len(items))))
        return items

    def _read_mapping(self, pointer: Pointer) -> dict[str, Any]:
        result: dict[str, Any] = {}
        while not isinstance(event := self._read_event(), yaml.MappingEndEvent):
            key = self._read_key(event)
            if key is None:
                self._skip_node(self._read_event())
                continue
            inner = (*pointer, key)
            if key in result:
                first = self._document.key_positions[inner][0]
                self._add(event, f"duplicate key {quote(shorten(key))}; it is already on line {first}")
                self._skip_node(self._read_event())
                continue
            self._document.key_positions[inner] = (event.start_mark.line + 1, event.start_mark.column + 1)
            result[key] = None
            result[key] = self._read_node(self._read_event(), inner)
        return result

    def _read_key(self, event: Any) -> str | None:
        if not isinstance(event, yaml.ScalarEvent):
            self._add(event, "expected text as a key")
            self._skip_node(event)
            return None
        if self._has_tag_or_anchor(event):
            return None
        if not event.style and not isinstance(_resolve_scalar(event.value), str):
            self._add(event, f'expected text as a key; write "{shorten(event.value)}" in quotes')
            return None
        return self._read_text(event)

    def _skip_node(self, event: Any) -> None:
        """Read past the node that begins with an event."""
        if isinstance(event, yaml.CollectionStartEvent):
            outer = self._depth - 1
            while self._depth > outer:
                self._read_event()

    def _read_scalar(self, event: Any) -> Any:
        text = self._read_text(event)
        if event.style:
            return text
        if _PADDED.match(text):
            excerpt = shorten(text)
            self._add(event, f'{excerpt} loses its leading zero as a number; write "{excerpt}" in quotes')
            return text
        value = _resolve_scalar(text)
        if isinstance(value, float) and not math.isfinite(value):
            message = f"{shorten(text)} is not valid in JSON; write a finite number, or text in quotes"
            self._add(event, message)
            return None
        return value

    def _read_text(self, event: Any) -> str:
        """Return the text of a scalar. Half of a surrogate pair is a problem."""
        text = self._escapes.restore(event.value, event.start_mark.index, event.end_mark.index)
        if message := describe_lone_surrogate(text):
            self._add(event, message)
            return text.encode("utf-8", "replace").decode()
        return text

    def _add(self, event: Any, message: str) -> None:
        self._document.add_problem(event.start_mark.line + 1, event.start_mark.column + 1, message)


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
