"""A fault of a spec file: where it is, what is wrong, the right words beside it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Diagnostic", "join_choices", "suggest"]


@dataclass(frozen=True, slots=True, order=True)
class Diagnostic:
    """One fault, at a line and column that count from 1. As text: `path:line:col: message`."""

    path: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


def join_choices(words: Iterable[str], limit: int = 30) -> str:
    """`a, b or c`; cut after `most` words with a count of the rest."""
    known = list(words)
    if not known:
        return "nothing"
    shown = known[:limit]
    if len(known) > limit:
        return f"{', '.join(shown)} and {len(known) - limit} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def suggest(word: str, words: Iterable[str], limit: int = 30) -> str:
    """What to write for an unknown word: `did you mean x?` when something is near, else all that is accepted."""
    known = list(words)
    lowered = {w.lower(): w for w in known}
    near = difflib.get_close_matches(word[:100].lower(), lowered, n=1, cutoff=0.72)
    if near:
        return f"did you mean {lowered[near[0]]}?"
    return f"accepted: {join_choices(known, limit)}" if known else "none is accepted here"
