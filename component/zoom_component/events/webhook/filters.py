"""Which events somebody wants: by patterns of their names, and by what stands at paths of their bodies.

    Filter(events=("meeting.*", "!meeting.deleted"), where=(Condition(("payload", "object", "type"), is_one=(2, 8)),))

`filter_words` reads one from YAML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from typing import Any, TypeAlias

from zoom_component.events.webhook.event import Event

__all__ = ["WILDCARD", "Condition", "Filter", "Scalar", "find_values", "is_equal", "matches_patterns"]

Scalar: TypeAlias = str | int | float | bool | None

WILDCARD = "*"
_NUMBER = re.compile(r"-?[0-9]{1,300}(?:\.[0-9]{1,300})?")


@dataclass(frozen=True, slots=True)
class Condition:
    """What has to be true of the values at a path; `*` in the path stands for every item of a list.

    All that is given has to hold. One of the values has to be `is_one`, to match one of `matches` (`*` and `?` stand
    for any signs) and to lie from `at_least` to `at_most`; none of them may be `is_none`. `exists` asks whether there
    is any value at all, be it null.
    """

    path: tuple[str, ...]
    equals_any: tuple[Scalar, ...] | None = None
    equals_none: tuple[Scalar, ...] = ()
    patterns: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None
    exists: bool | None = None

    def is_met(self, body: Any) -> bool:
        """Whether a body meets it. Never raises, whatever the body is."""
        found = list(find_values(body, self.path))
        if self.exists is not None and bool(found) is not self.exists:
            return False
        if self.equals_none and any(is_equal(value, other) for value in found for other in self.equals_none):
            return False
        asks = self.equals_any is not None or self.patterns or self.at_least is not None or self.at_most is not None
        return not asks or any(self._takes(value) for value in found)

    def _takes(self, value: Any) -> bool:
        if self.equals_any is not None and not any(is_equal(value, other) for other in self.equals_any):
            return False
        if self.patterns and not any(_match(value, pattern) for pattern in self.patterns):
            return False
        if self.at_least is None and self.at_most is None:
            return True
        number = _number(value)
        if number is None or (self.at_least is not None and number < self.at_least):
            return False
        return self.at_most is None or number <= self.at_most


@dataclass(frozen=True, slots=True)
class Filter:
    """Patterns that the name has to fit, and conditions that the body has to meet; without any, every event."""

    events: tuple[str, ...] = (WILDCARD,)
    where: tuple[Condition, ...] = ()

    def matches(self, event: Event) -> bool:
        """Whether an event passes. Never raises, whatever was sent."""
        return matches_patterns(event.name, self.events) and all(
            condition.is_met(event.body) for condition in self.where
        )


def matches_patterns(name: str, patterns: Sequence[str]) -> bool:
    """Whether a name fits patterns such as `meeting.*` and `!meeting.deleted`, in whatever order they stand.

    It has to fit one of those without `!`, where there are any, and none of those with it.
    """
    wanted = unless = asked = False
    for pattern in patterns:
        if pattern.startswith("!"):
            unless = unless or _match(name, pattern[1:])
        else:
            asked = True
            wanted = wanted or _match(name, pattern)
    return (wanted or not asked) and not unless


def find_values(body: Any, path: Sequence[str]) -> Iterator[Any]:
    """The values at a path: none where it leads nowhere, several where `*` goes over a list."""
    if not path:
        yield body
        return
    step, rest = path[0], path[1:]
    if isinstance(body, Mapping):
        if step in body:
            yield from find_values(body[step], rest)
    elif isinstance(body, list):
        if step == WILDCARD:
            for item in body:
                yield from find_values(item, rest)
        elif step.isascii() and step.isdigit() and len(step) < 10 and int(step) < len(body):
            yield from find_values(body[int(step)], rest)


def is_equal(value: Any, other: Any) -> bool:
    """Whether two plain values are the same. Zoom writes an id as text here and as a number there: 5 is "5", too."""
    if isinstance(value, bool) or isinstance(other, bool) or value is None or other is None:
        return value is other
    if isinstance(value, str) and isinstance(other, int):
        return value == _digits(other)
    if isinstance(value, int) and isinstance(other, str):
        return _digits(value) == other
    return isinstance(value, str | int | float) and bool(value == other)


def _match(value: Any, pattern: str) -> bool:
    if isinstance(value, bool):
        return False
    text = _digits(value) if isinstance(value, int) else value
    return isinstance(text, str) and _compiled(pattern).match(text) is not None


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    """fnmatch's own pattern, which never searches long; brackets stand for themselves."""
    return re.compile(translate(pattern.replace("[", "[[]")))


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value) else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _digits(value: int) -> str:
    """A whole number as text; "" for one that is longer than Python writes."""
    try:
        return str(value)
    except ValueError:
        return ""
