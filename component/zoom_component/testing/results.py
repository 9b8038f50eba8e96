"""What became of one spec or one example, as data that any door can tell."""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["SpecFailure", "SpecResult"]


class SpecFailure(NamedTuple):
    """One thing that was not as expected: its place, a sentence, the diff, and what was sent (secrets masked)."""

    file: str
    line: int
    step: str
    message: str
    diff: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()

    def format_lines(self) -> list[str]:
        """The failure for a person."""
        first = f"{self.file}:{self.line}: {self.step}: {self.message}"
        return [first, *(f"    {line}" for line in (*self.diff, *self.requests))]

    def as_json(self) -> dict[str, Any]:
        """The failure for a program."""
        return {**self._asdict(), "diff": list(self.diff), "sent": list(self.requests)}


class SpecResult(NamedTuple):
    """One spec or example that ran. `skipped` says why it could not; `seconds` is how long it took."""

    name: str
    file: str
    line: int
    seconds: float
    failures: tuple[SpecFailure, ...] = ()
    skipped: str = ""

    @property
    def status(self) -> str:
        """passed, failed or skipped."""
        if self.skipped:
            return "skipped"
        return "failed" if self.failures else "passed"

    def as_json(self) -> dict[str, Any]:
        """The outcome for a program."""
        told: dict[str, Any] = {"name": self.name, "file": self.file, "line": self.line, "status": self.status}
        told["seconds"] = round(self.seconds, 4)
        if self.skipped:
            told["skipped"] = self.skipped
        return {**told, "failures": [failure.as_json() for failure in self.failures]}
