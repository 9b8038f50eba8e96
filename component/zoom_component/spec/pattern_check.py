"""Check that a regular expression is matched in a time that grows with the length of the text, and no faster.

The engines of Python and of many JSON Schema libraries try one alternative after the other. With `(a+)+` they try so
many that a text of 40 characters takes hours: https://docs.python.org/3/howto/regex.html and
https://owasp.org/www-community/attacks/Regular_expression_Denial_of_Service_-_ReDoS

A pattern is safe in one of two ways. Either the next character always decides which of its parts continues, so that
there is nothing to try: Brüggemann-Klein and Wood call such an expression one-unambiguous
(https://doi.org/10.1006/inco.1997.2695). Or it has no repetition without a limit, and few ways to match at all.
"""

from __future__ import annotations

import re._parser as parser  # type: ignore[import-not-found]
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

__all__ = ["find_pattern_risk"]

MAX_LENGTH = 1000
_MAX_GROUPS = 50
_MAX_POSITIONS = 600  # characters of a pattern after its counted repetitions are written out
_MAX_WAYS = 10_000
_MAX_COPIES = 64  # a repetition with a larger limit counts as one without
_MAX_CODE = 0x10FFFF
_HIGH = (128, _MAX_CODE)  # what the classes of characters hold above ASCII counts as the same

Ranges = tuple[tuple[int, int], ...]
_DIGITS: Ranges = ((48, 57),)
_WORDS: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
_SPACES: Ranges = ((9, 13), (28, 32))
_CATEGORIES = {"DIGIT": _DIGITS, "WORD": _WORDS, "SPACE": _SPACES}


class _Risk(Exception):
    """Report why the time for a pattern may grow too fast."""


class _Part(NamedTuple):
    """Hold what a part of a pattern may begin and end with: positions of characters, and whether it may be empty."""

    first: tuple[int, ...]
    last: tuple[int, ...]
    is_nullable: bool


def find_pattern_risk(pattern: str, *, is_search: bool = False) -> str:
    """Return why a pattern may take too long, as the end of a sentence with what to do; "" for a safe one.

    The pattern is valid. With `is_search` it may match anywhere in the text, as in a JSON Schema.
    """
    if len(pattern) > MAX_LENGTH:
        return f"expected a pattern of at most {MAX_LENGTH:,} characters, got {len(pattern):,}"
    if pattern.count("(") > _MAX_GROUPS:
        return f"expected a pattern of at most {_MAX_GROUPS} groups, got {pattern.count('('):,}"
    try:
        tree = parser.parse(pattern)
        _refuse_flags(tree.state.flags)
        if not _has_open_repeat(tree) and _count_ways(tree) <= _MAX_WAYS:
            return ""
        _Automaton().check(tree)
        if is_search and _has_open_repeat(tree) and not _is_anchored(tree):
            raise _Risk("it is tried at each character of the text; begin it with ^")
    except _Risk as risk:
        return f"expected a pattern that is matched in a time that grows with the text, got one that is not: {risk}"
    return ""


def _refuse_flags(flags: int) -> None:
    if flags & ~parser.SRE_FLAG_UNICODE:
        raise _Risk("flags such as (?i) are not allowed; write both cases, such as [Aa]")


def _iterate(tree: Any) -> Iterator[tuple[str, Any]]:
    for operation, argument in tree:
        yield str(operation), argument


def _list_branches(name: str, argument: Any) -> list[Any]:
    """Return the parts inside an operation."""
    if name == "BRANCH":
        return list(argument[1])
    if name == "SUBPATTERN":
        _refuse_flags(argument[1])
        return [argument[3]]
    return [argument[2]] if name in ("MAX_REPEAT", "MIN_REPEAT") else []


def _refuse_unknown(name: str) -> None:
    known = ("LITERAL", "NOT_LITERAL", "ANY", "IN", "BRANCH", "SUBPATTERN", "MAX_REPEAT", "MIN_REPEAT", "AT")
    if name not in (*known, "GROUPREF"):
        raise _Risk("lookarounds, conditions and atomic groups such as (?=...) are not allowed; write it without them")


def _has_open_repeat(tree: Any) -> bool:
    """Return whether a part repeats without a small limit."""
    for name, argument in _iterate(tree):
        _refuse_unknown(name)
        if name in ("MAX_REPEAT", "MIN_REPEAT") and argument[1] > _MAX_COPIES:
            return True
        if any(map(_has_open_repeat, _list_branches(name, argument))):
            return True
    return False


def _count_ways(tree: Any) -> int:
    """Return in how many ways a pattern without open repeats can match any text; at most _MAX_WAYS + 1."""
    ways = 1
    for name, argument in _iterate(tree):
        inner = [_count_ways(part) for part in _list_branches(name, argument)]
        if name in ("MAX_REPEAT", "MIN_REPEAT"):
            ways *= sum(inner[0] ** count for count in range(argument[0], argument[1] + 1))
        elif inner:
            ways *= sum(inner)
        ways = min(ways, _MAX_WAYS + 1)
    return ways


def _is_anchored(tree: Any) -> bool:
    """Return whether a pattern only matches at the beginning of a text."""
    for name, argument in _iterate(tree):
        if name == "AT":
            return str(argument) in ("AT_BEGINNING", "AT_BEGINNING_STRING")
        return name in ("BRANCH", "SUBPATTERN") and all(map(_is_anchored, _list_branches(name, argument)))
    return False


@dataclass
class _Automaton:
    """Find two parts of a pattern that may continue with the same character."""

    ranges: list[Ranges] = field(default_factory=list)
    following: list[list[int]] = field(default_factory=list)

    def check(self, tree: Any) -> None:
        """Raise _Risk unless the next character decides at each place."""
        whole = self._read_sequence(tree)
        for positions in (list(whole.first), *self.following):
            self._check_choice(positions)

    def _check_choice(self, positions: list[int]) -> None:
        """Raise _Risk if two of the positions, or one that is reached in two ways, accept the same character."""
        ends = sorted((low, high, at) for at in positions for low, high in self.ranges[at])
        for (_, high, _), (low, _, _) in pairwise(ends):
            if low <= high:
                character = repr(chr(low))
                raise _Risk(
                    f"at one place {character} can continue it in two ways; write it so that the next character "
                    "decides, such as [a-z]+(,[a-z]+)*"
                )

    def _read_sequence(self, tree: Any) -> _Part:
        part = _Part((), (), True)
        for name, argument in _iterate(tree):
            part = self._join(part, self._read_operation(name, argument))
        return part

    def _join(self, left: _Part, right: _Part) -> _Part:
        for position in left.last:
            self.following[position].extend(right.first)
        return _Part(
            left.first + right.first if left.is_nullable else left.first,
            left.last + right.last if right.is_nullable else right.last,
            left.is_nullable and right.is_nullable,
        )

    def _read_operation(self, name: str, argument: Any) -> _Part:
        _refuse_unknown(name)
        if name == "AT":
            return _Part((), (), True)
        if name == "GROUPREF":
            raise _Risk(r"a reference such as \1 is not allowed beside a repetition without a limit; use {0,64}")
        if name == "BRANCH":
            return self._join_branches([self._read_sequence(part) for part in argument[1]])
        if name == "SUBPATTERN":
            _refuse_flags(argument[1])
            return self._read_sequence(argument[3])
        if name in ("MAX_REPEAT", "MIN_REPEAT"):
            return self._read_repeat(*argument)
        return self._add_position(_find_ranges(name, argument))

    def _join_branches(self, parts: list[_Part]) -> _Part:
        if sum(part.is_nullable for part in parts) > 1:
            raise _Risk("two of its alternatives can be empty; keep one of them")
        first = tuple(position for part in parts for position in part.first)
        last = tuple(position for part in parts for position in part.last)
        return _Part(first, last, any(part.is_nullable for part in parts))

    def _read_repeat(self, least: int, most: int, body: Any) -> _Part:
        if most > _MAX_COPIES:
            return self._read_loop(body, is_optional=least == 0)
        whole = _Part((), (), True)
        for _ in range(least):
            whole = self._join(whole, self._read_sequence(body))
        optional = _Part((), (), True)
        for _ in range(most - least):  # from the last one on: x{0,2} is (x(x)?)?
            inner = self._read_filled(body)
            optional = self._join(inner, optional)._replace(is_nullable=True)
        return self._join(whole, optional)

    def _read_loop(self, body: Any, *, is_optional: bool) -> _Part:
        part = self._read_filled(body)
        for position in part.last:
            self.following[position].extend(part.first)
        return part._replace(is_nullable=is_optional)

    def _read_filled(self, body: Any) -> _Part:
        part = self._read_sequence(body)
        if part.is_nullable:
            raise _Risk("what it repeats can be empty, such as in (a*)*; let each repetition have a character")
        return part

    def _add_position(self, ranges: Ranges) -> _Part:
        if len(self.ranges) >= _MAX_POSITIONS:
            raise _Risk("it is too long once its counted repetitions are written out; use smaller counts")
        self.ranges.append(ranges)
        self.following.append([])
        return _Part((len(self.ranges) - 1,), (len(self.ranges) - 1,), False)


def _find_ranges(name: str, argument: Any) -> Ranges:
    """Return the characters that one position accepts; rather too many than too few."""
    if name == "LITERAL":
        return ((argument, argument),)
    if name == "NOT_LITERAL":
        return _invert(((argument, argument),))
    if name == "ANY":
        return _invert(((10, 10),))
    items = [(str(kind), value) for kind, value in argument]
    ranges: Ranges = ()
    has_class = False
    for kind, value in items:
        if kind == "LITERAL":
            ranges += ((value, value),)
        elif kind == "RANGE":
            ranges += (value,)
        elif kind == "CATEGORY":
            has_class = True
            is_inverted, base = "_NOT_" in str(value), _CATEGORIES[str(value).rpartition("_")[2]]
            ranges += tuple(each for each in (_invert(base) if is_inverted else base) if each[0] < 128)
    ranges = _merge(ranges)
    if has_class:
        ascii_part = tuple((low, min(high, 127)) for low, high in ranges if low < 128)
        if items[0][0] == "NEGATE":
            ascii_part = tuple((low, min(high, 127)) for low, high in _invert(ascii_part) if low < 128)
        return _merge((*ascii_part, _HIGH))
    return _invert(ranges) if items and items[0][0] == "NEGATE" else ranges


def _merge(ranges: Ranges) -> Ranges:
    """Return ranges in order that do not overlap."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def _invert(ranges: Ranges) -> Ranges:
    inverted, at = [], 0
    for low, high in _merge(ranges):
        if low > at:
            inverted.append((at, low - 1))
        at = high + 1
    return (*inverted, (at, _MAX_CODE)) if at <= _MAX_CODE else tuple(inverted)
