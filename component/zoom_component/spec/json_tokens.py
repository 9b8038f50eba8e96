"""Read the texts, numbers and words of JSON, and word what is wrong with them."""

from __future__ import annotations

import math
import re
from typing import Any, NamedTuple

from zoom_component.spec.diagnostics import quote, shorten
from zoom_component.spec.document import MAX_DIGITS
from zoom_component.spec.surrogate_escapes import describe_lone_surrogate

__all__ = ["StringToken", "describe_character", "describe_word", "parse_word", "read_string"]

_PLAIN = re.compile(r'"([\x20\x21\x23-\x5b\x5d-\ud7ff\ue000-\U0010ffff]*)"')
_PART = re.compile(r"[^\"'\\\x00-\x1f]+")
_PAIR = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_UNICODE = re.compile(r"\\u([0-9a-fA-F]{4})")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\Z")
_PADDED = re.compile(r"[-+]?0[0-9]+\Z")
_WORDS = {"true": True, "false": False, "null": None}
_SIMILAR = {"none": "null", "undefined": "null", "yes": "true", "on": "true", "no": "false", "off": "false"}
_NOT_FINITE = re.compile(r"[-+]?(?:nan|inf|infinity)\Z", re.IGNORECASE)


class StringToken(NamedTuple):
    """Hold a text, the position after it, and its problems by position. `value` is None for a text without an end."""

    value: str | None
    end: int
    problems: tuple[tuple[int, str], ...] = ()


def read_string(text: str, start: int) -> StringToken:
    """Return the text in quotation marks that begins at a position."""
    if match := _PLAIN.match(text, start):
        return StringToken(match[1], match.end())
    mark, at = text[start], start + 1
    problems: list[tuple[int, str]] = []
    if mark == "'":
        problems.append((start, "not JSON: expected double quotation marks, got single ones"))
    parts: list[str] = []
    while at < len(text) and text[at] not in "\r\n":
        if text[at] == mark:
            return StringToken("".join(parts), at + 1, tuple(problems))
        part, end, problem = _read_part(text, at)
        parts.append(part)
        if problem:
            problems.append((at, problem))
        at = end
    problem = "not JSON: the text has no closing quotation mark on its line; write a line break as \\n"
    return StringToken(None, at, (*problems, (start, problem)))


def _read_part(text: str, at: int) -> tuple[str, int, str]:
    """Return the next characters of a text, the position after them, and what is wrong with them."""
    if match := _PART.match(text, at):
        if message := describe_lone_surrogate(match[0]):
            return match[0].encode("utf-8", "replace").decode(), match.end(), message
        return match[0], match.end(), ""
    char = text[at]
    if char == "\\":
        return _read_escape(text, at)
    if char < " ":
        return char, at + 1, f"not JSON: expected \\u{ord(char):04x} in a text, got the character itself"
    return char, at + 1, ""


def _read_escape(text: str, at: int) -> tuple[str, int, str]:
    if pair := _PAIR.match(text, at):
        high, low = int(pair[1], 16), int(pair[2], 16)
        return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00)), pair.end(), ""
    if match := _UNICODE.match(text, at):
        char = chr(int(match[1], 16))
        message = describe_lone_surrogate(char)
        return "\ufffd" if message else char, match.end(), message
    char = text[at + 1 : at + 2]
    if char in _ESCAPES:
        return _ESCAPES[char], at + 2, ""
    if char == "u":
        return "", at + 2, "not JSON: expected four hexadecimal digits after \\u"
    got = describe_character(char) if char else "the end of the file"
    return "", at + 1, f'not JSON: expected one of " \\ / b f n r t u after a backslash, got {got}'


def parse_word(word: str) -> tuple[Any, str]:
    """Return the value of a number, true, false or null, and the problem of another word."""
    if word in _WORDS:
        return _WORDS[word], ""
    if match := _NUMBER.match(word):
        is_integer = match[1] is None and match[2] is None
        if len(word) <= MAX_DIGITS and math.isfinite(value := int(word) if is_integer else float(word)):
            return value, ""
        return None, f"the number {shorten(word)} is too large; write a smaller one, or text in quotes"
    if _PADDED.match(word):
        return (
            word,
            f'not JSON: {shorten(word)} loses its leading zero as a number; write "{shorten(word)}" in quotes',
        )
    if _NOT_FINITE.match(word):
        return None, f"not JSON: {word} is not a number of JSON; write a finite number, or text in quotes"
    similar = _SIMILAR.get(word.lower(), word.lower())
    if similar in _WORDS:
        return _WORDS[similar], f"not JSON: unknown word {describe_word(word)}; write {similar}"
    if word[:1] in "+-.0123456789":
        return None, f"not JSON: {shorten(word)} is not a number of JSON; write one such as -1.5, or text in quotes"
    return word, f"not JSON: expected a value, got {describe_word(word)}; write text in double quotation marks"


def describe_word(word: str) -> str:
    """Return a word as a message shows it: in quotation marks, and cut."""
    return quote(shorten(word))


def describe_character(char: str) -> str:
    """Return a character as a message shows it: one that cannot be seen as U+XXXX."""
    return char if char.isascii() and char.isprintable() and char != " " else f"U+{ord(char):04X}"
