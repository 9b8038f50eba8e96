"""Represent the result of a test spec or an example, as data that any interface can report."""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["SpecFailure", "SpecResult"]


class SpecFailure(NamedTuple):
    """Represent one failure: its place, a message, a diff, and the requests (with secrets masked)."""

    file: str
    line: int
    step: str
    message: str
    diff: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()

    def format_lines(self) -> list[str]:
        """Return the failure as lines of text."""
        first = f"{self.file}:{self.line}: {self.step}: {self.message}"
        return [first, *(f"    {line}" for line in (*self.diff, *self.requests))]

    def as_json(self) -> dict[str, Any]:
        """Return the failure as JSON values."""
        return {**self._asdict(), "diff": list(self.diff), "sent": list(self.requests)}


class SpecResult(NamedTuple):
    """Represent the result of one spec or example. `skipped` is the reason why it did not run."""

    name: str
    file: str
    line: int
    seconds: float
    failures: tuple[SpecFailure, ...] = ()
    skipped: str = ""

    @property
    def status(self) -> str:
        """Return "passed", "failed" or "skipped"."""
        if self.skipped:
            return "skipped"
        return "failed" if self.failures else "passed"

    def as_json(self) -> dict[str, Any]:
        """Return the result as JSON values."""
        row: dict[str, Any] = {"name": self.name, "file": self.file, "line": self.line, "status": self.status}
        row["seconds"] = round(self.seconds, 4)
        if self.skipped:
            row["skipped"] = self.skipped
        return {**row, "failures": [failure.as_json() for failure in self.failures]}
