"""Hold a parsed spec file: its value, the position of each part, and the problems that were found in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

from zoom_component.spec.diagnostics import Diagnostic

__all__ = ["MAX_DEPTH", "MAX_DIGITS", "Pointer", "SpecDocument", "UnreadableText"]

MAX_DEPTH = 60
MAX_PROBLEMS = 1000  # of one text; what follows is not read
MAX_DIGITS = 4000  # Python converts at most 4,300 digits to a number

Pointer: TypeAlias = tuple[str | int, ...]


class UnreadableText(Exception):
    """Report that the rest of a text cannot be read; the problem is already in the document."""


@dataclass(slots=True)
class SpecDocument:
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

    def add_problem(self, line: int, column: int, message: str) -> None:
        """Add a problem of the text at a line and column. Raise UnreadableText if there are too many."""
        self.diagnostics.append(Diagnostic(self.path, line, column, message))
        if len(self.diagnostics) >= MAX_PROBLEMS:
            message = f"expected fewer than {MAX_PROBLEMS:,} problems; the file is not read beyond this one"
            self.diagnostics.append(Diagnostic(self.path, line, column, message))
            raise UnreadableText

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
