"""Define the calls and results of the command line tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

START = "import sys; from zoom_component.cli.main import main; sys.exit(main())"


@dataclass(frozen=True)
class CliResult:
    """Hold the exit code and the output of a command line."""

    code: int
    out: str
    err: str


class Cli(Protocol):
    def __call__(self, *words: str, stdin: str | bytes = "", terminal: bool = False) -> CliResult: ...
