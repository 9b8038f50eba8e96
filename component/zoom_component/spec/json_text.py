"""Parse JSON strictly, and keep the position of every value and key.

What is almost JSON (a comment, a comma too many, NaN, a single quotation mark) is reported with its place, and the
rest of the file is read as well, so that all its problems appear at once. https://www.rfc-editor.org/rfc/rfc8259
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Any

from zoom_component.spec.diagnostics import quote, shorten
from zoom_component.spec.document import MAX_DEPTH, Pointer, SpecDocument, UnreadableText
from zoom_component.spec.json_tokens import describe_character, describe_word, parse_word, read_string

__all__ = ["parse_json"]

_SPACE = re.compile(r"[ \t\r\n]*")
_COMMENT = re.compile(r"//[^\r\n]*|#[^\r\n]*|/\*.*?\*/", re.DOTALL)
_WORD = re.compile(r"[-+.\w$]+")
_LINE_END = re.compile(r"\r\n?|\n")


def parse_json(text: str, path: str) -> SpecDocument:
    """Return the value of a JSON text. Invalid text raises nothing: `diagnostics` has the problems.

    `value` is what was readable; None if the structure of the text is broken. A byte order mark at the beginning is
    ignored.
    """
    document = SpecDocument(path)
    try:
        document.value = _Reader(text.removeprefix("\ufeff"), document).read_document()
    except UnreadableText:
        return document
    return document


class _Reader:
    """Read values from a position of the text on. Record the positions and the problems in the document."""

    def __init__(self, text: str, document: SpecDocument) -> None:
        self._text, self._document = text, document
        self._at = 0
        self._lines = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def read_document(self) -> Any:
        """Return the only value of the text. Raise UnreadableText."""
        if not self._peek():
            raise self._fail("expected a value, got an empty file")
        value = self._read_value(())
        if self._peek():
            raise self._fail(f"expected the end of the file, got {self._describe_next()}")
        return value

    def _read_value(self, pointer: Pointer) -> Any:
        char = self._peek()
        self._document.positions[pointer] = self._locate(self._at)
        if len(pointer) > MAX_DEPTH:
            self._add(self._at, f"expected at most {MAX_DEPTH} nested levels")
            raise UnreadableText
        if char == "{":
            return self._read_object(pointer)
        if char == "[":
            return self._read_array(pointer)
        return self._read_text() if char in ('"', "'") else self._read_word()

    def _read_object(self, pointer: Pointer) -> dict[str, Any]:
        result: dict[str, Any] = {}
        is_first = True
        while self._has_item("}", is_first=is_first):
            is_first, start = False, self._at
            key = self._read_key()
            if self._peek() != ":":
                raise self._fail(f"expected : after the key {quote(shorten(key))}, got {self._describe_next()}")
            self._at += 1
            inner = (*pointer, key)
            if key in result:
                first = self._document.key_positions[inner][0]
                self._add(start, f"duplicate key {quote(shorten(key))}; it is already on line {first}")
                self._skip_value(inner)
            else:
                self._document.key_positions[inner] = self._locate(start)
                result[key] = self._read_value(inner)
        return result

    def _read_array(self, pointer: Pointer) -> list[Any]:
        result: list[Any] = []
        while self._has_item("]", is_first=not result):
            result.append(self._read_value((*pointer, len(result))))
        return result

    def _has_item(self, closing: str, *, is_first: bool) -> bool:
        """Return whether an item follows, at the current position. Pass the bracket or the comma before it."""
        if is_first:
            self._at += 1
        char = self._peek()
        if not is_first and char == ",":
            comma = self._at
            self._at += 1
            char = self._peek()
            if char == closing:
                self._add(comma, f"not JSON: expected no comma before {closing}")
        elif not is_first and char not in (closing, ""):
            if char not in '"{[' and not _WORD.match(self._text, self._at):
                raise self._fail(f"expected a comma or {closing}, got {self._describe_next()}")
            self._add(self._at, f"not JSON: expected a comma before {self._describe_next()}")
        if char == "":
            raise self._fail(f"expected {closing}, got the end of the file")
        if char == closing:
            self._at += 1
        return char != closing

    def _skip_value(self, pointer: Pointer) -> None:
        """Read past the value of a duplicate key. The positions of the first one stay."""
        document = self._document
        values, keys = document.positions, document.key_positions
        document.positions, document.key_positions = {}, {}
        try:
            self._read_value(pointer)
        finally:
            document.positions, document.key_positions = values, keys

    def _read_key(self) -> str:
        if self._peek() in ('"', "'"):
            return self._read_text()
        match = _WORD.match(self._text, self._at)
        if match is None:
            raise self._fail(f"expected a key in double quotation marks, got {self._describe_next()}")
        self._add(self._at, f'not JSON: expected a key in double quotation marks; write "{match[0][:60]}"')
        self._at = match.end()
        return match[0]

    def _read_text(self) -> str:
        token = read_string(self._text, self._at)
        for at, message in token.problems:
            self._add(at, message)
        if token.value is None:
            raise UnreadableText
        self._at = token.end
        return token.value

    def _read_word(self) -> Any:
        match = _WORD.match(self._text, self._at)
        if match is None and self._peek() in (",", "]", "}"):
            self._add(self._at, f"not JSON: expected a value, got {self._describe_next()}")
            return None
        if match is None:
            raise self._fail(f"expected a value, got {self._describe_next()}")
        start, self._at = self._at, match.end()
        value, problem = parse_word(match[0])
        if problem:
            self._add(start, problem)
        return value

    def _peek(self) -> str:
        """Return the next character that is not blank, "" at the end. Report each comment on the way."""
        while True:
            match = _SPACE.match(self._text, self._at)
            self._at = match.end() if match else self._at
            comment = _COMMENT.match(self._text, self._at)
            if comment is None:
                return self._text[self._at : self._at + 1]
            self._add(self._at, "not JSON: comments are not allowed; use YAML, or remove it")
            self._at = comment.end()

    def _describe_next(self) -> str:
        """Return what stands at the current position, for a message."""
        if self._at >= len(self._text):
            return "the end of the file"
        match = _WORD.match(self._text, self._at)
        return describe_word(match[0]) if match else describe_character(self._text[self._at])

    def _fail(self, message: str) -> UnreadableText:
        self._add(self._at, f"not JSON: {message}")
        return UnreadableText()

    def _add(self, at: int, message: str) -> None:
        line, column = self._locate(at)
        self._document.add_problem(line, column, message)

    def _locate(self, at: int) -> tuple[int, int]:
        """Return the line and column of a position, from 1."""
        line = bisect_right(self._lines, at)
        return line, at - self._lines[line - 1] + 1
