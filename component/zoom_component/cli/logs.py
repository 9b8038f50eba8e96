"""What a part of the program logs, as words on stderr while a command runs."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from zoom_component.cli.console import Console

__all__ = ["show_log"]


class _ConsoleHandler(logging.Handler):
    """Log records behind the same guard as everything else."""

    def __init__(self, screen: Console) -> None:
        super().__init__()
        self._screen = screen

    def emit(self, record: logging.LogRecord) -> None:
        self._screen.report(record.getMessage())


@contextmanager
def show_log(name: str, screen: Console) -> Iterator[None]:
    """Shows what a logger says while it lasts, and leaves the process's loggers as they were."""
    log = logging.getLogger(name)
    shown, level, propagates = _ConsoleHandler(screen), log.level, log.propagate
    log.addHandler(shown)
    log.setLevel(logging.INFO)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(shown)
        log.setLevel(level)
        log.propagate = propagates
