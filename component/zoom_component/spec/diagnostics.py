"""Define the diagnostics of spec files: the position, the problem, and the correct words beside it."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Diagnostic", "describe_value", "join_choices", "quote", "shorten", "suggest"]


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """Hold one problem at a line and a column, counted from 1. As text: `path:line:col: message`.

    `is_value_error` is True if only a value is wrong, so that the rest of the file can be checked as well.
    """

    path: str
    line: int
    column: int
    message: str
    is_value_error: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


def quote(text: str) -> str:
    """Return a text in double quotes."""
    return json.dumps(text, ensure_ascii=False, allow_nan=False)


def shorten(text: str) -> str:
    """Return a text as a message shows it: cut after 60 characters."""
    return text if len(text) <= 60 else f"{text[:57]}..."


def describe_value(value: Any) -> str:
    """Return a value as a message shows it: text in quotes, a list or a mapping only by its kind."""
    if value is None:
        return "null"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    return json.dumps(value[:500] if isinstance(value, str) else value, ensure_ascii=False, allow_nan=False)


def join_choices(choices: Iterable[str], limit: int = 30) -> str:
    """Return `a, b or c`; after `limit` choices, only the number of the others."""
    known = list(choices)
    if not known:
        return "nothing"
    first = known[:limit]
    if len(known) > limit:
        return f"{', '.join(first)} and {len(known) - limit} more"
    return first[0] if len(first) == 1 else f"{', '.join(first[:-1])} or {first[-1]}"


def suggest(word: str, words: Iterable[str], limit: int = 30) -> str:
    """Return what to write in place of an unknown word: a similar one, or else all that are known."""
    known = list(words)
    lowered = {each.lower(): each for each in known}
    near = difflib.get_close_matches(word[:100].lower(), lowered, n=1, cutoff=0.72)
    if near:
        return f"did you mean {lowered[near[0]]}?"
    return f"expected {join_choices(known, limit)}" if known else "none is allowed here"
