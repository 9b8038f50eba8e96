"""Filter events by patterns of their names and by the values at paths of their bodies.

    condition = Condition(("payload", "object", "type"), equals_any=(2, 8))
    Filter(events=("meeting.*", "!meeting.deleted"), where=(condition,))

`filter_parser` makes one from YAML.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from typing import Any, TypeAlias

from zoom_component.dotted_paths import WILDCARD, find_values
from zoom_component.events.webhook.event import Event

__all__ = ["Condition", "Filter", "Scalar", "is_equal", "matches_patterns"]

Scalar: TypeAlias = str | int | float | bool | None

_NUMBER = re.compile(r"-?[0-9]{1,300}(?:\.[0-9]{1,300})?")


@dataclass(frozen=True, slots=True)
class Condition:
    """Require something of the values at a path; `*` in the path stands for every item of a list.

    All tests that are set must pass. At least one value must pass these together: it is equal to one of `equals_any`,
    it matches one of `patterns` (`*` and `?` are wildcards), it lies from `at_least` to `at_most`. No value may be
    equal to one of `equals_none`. `exists` requires that there is a value, even null, or that there is none.
    """

    path: tuple[str, ...]
    equals_any: tuple[Scalar, ...] | None = None
    equals_none: tuple[Scalar, ...] = ()
    patterns: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None
    exists: bool | None = None

    def is_met(self, body: Any) -> bool:
        """Return whether a body meets the condition. Never raise for any input."""
        values = list(find_values(body, self.path))
        if self.exists is not None and bool(values) is not self.exists:
            return False
        if self.equals_none and any(is_equal(value, other) for value in values for other in self.equals_none):
            return False
        tests_value = self.equals_any is not None or bool(self.patterns)
        tests_range = self.at_least is not None or self.at_most is not None
        return not (tests_value or tests_range) or any(self._accepts(value) for value in values)

    def _accepts(self, value: Any) -> bool:
        if self.equals_any is not None and not any(is_equal(value, other) for other in self.equals_any):
            return False
        if self.patterns and not any(_matches_pattern(value, pattern) for pattern in self.patterns):
            return False
        if self.at_least is None and self.at_most is None:
            return True
        number = _to_number(value)
        if number is None or (self.at_least is not None and number < self.at_least):
            return False
        return self.at_most is None or number <= self.at_most


@dataclass(frozen=True, slots=True)
class Filter:
    """Select events whose name matches `events` and whose body meets every condition of `where`."""

    events: tuple[str, ...] = (WILDCARD,)
    where: tuple[Condition, ...] = ()

    def matches(self, event: Event) -> bool:
        """Return whether an event passes. Never raise for any input."""
        return matches_patterns(event.name, self.events) and all(each.is_met(event.body) for each in self.where)


def matches_patterns(name: str, patterns: Sequence[str]) -> bool:
    """Return whether a name matches patterns such as `meeting.*` and `!meeting.deleted`, in any order.

    It must match one of the patterns without `!`, if there are any, and none of those with it.
    """
    is_included = has_inclusion = False
    for pattern in patterns:
        if pattern.startswith("!"):
            if _matches_pattern(name, pattern[1:]):
                return False
        else:
            has_inclusion = True
            is_included = is_included or _matches_pattern(name, pattern)
    return is_included or not has_inclusion


def is_equal(value: Any, other: Any) -> bool:
    """Return whether two scalars are equal. 5 is equal to "5", because Zoom sends ids as strings and as numbers."""
    if isinstance(value, bool) or isinstance(other, bool) or value is None or other is None:
        return value is other
    if isinstance(value, str) and isinstance(other, int):
        return value == _to_digits(other)
    if isinstance(value, int) and isinstance(other, str):
        return _to_digits(value) == other
    return isinstance(value, str | int | float) and bool(value == other)


def _matches_pattern(value: Any, pattern: str) -> bool:
    if isinstance(value, bool):
        return False
    text = _to_digits(value) if isinstance(value, int) else value
    return isinstance(text, str) and _compile_pattern(pattern).match(text) is not None


@lru_cache(maxsize=1024)
def _compile_pattern(pattern: str) -> re.Pattern[str]:
    """Compile a pattern with fnmatch, whose patterns never backtrack for long; brackets stand for themselves."""
    return re.compile(translate(pattern.replace("[", "[[]")))


def _to_number(value: Any) -> float | None:
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value) else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _to_digits(value: int) -> str:
    """Return an integer as text; "" for one that is too long for Python to print."""
    try:
        return str(value)
    except ValueError:
        return ""
