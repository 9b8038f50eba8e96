"""What the tests of the command line call and get."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

START = "import sys; from zoom_component.cli.main import main; sys.exit(main())"


@dataclass(frozen=True)
class Said:
    """What a command line came to."""

    code: int
    out: str
    err: str


class Cli(Protocol):
    def __call__(self, *words: str, stdin: str | bytes = "", terminal: bool = False) -> Said: ...
