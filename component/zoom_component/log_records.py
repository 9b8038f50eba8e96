"""Make log records safe to read: one bounded line each, without secrets and control characters."""

from __future__ import annotations

import logging
from weakref import WeakSet

# Not from typing: the modules of a call import this one.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, Protocol

    class SecretHolder(Protocol):
        """Hold secrets, as a connection does."""

        def get_secrets(self) -> Iterable[str]:
            """Return every secret that is known now."""


__all__ = ["get_logger", "live_connections", "preload"]

# The connections of this process. A record of any logger may quote their secrets: an answer that repeats a token, an
# exception of a listener.
live_connections: WeakSet[Any] = WeakSet()
_MAX_LENGTH = 2000
_MAX_TRACEBACK_LINES = 60


def get_logger(name: str, max_length: int = _MAX_LENGTH) -> logging.Logger:
    """Return a logger whose records are safe to read. `max_length` is in characters, for one message."""
    logger = logging.getLogger(name)
    if not any(isinstance(each, _SafeRecords) for each in logger.filters):
        logger.addFilter(_SafeRecords(max_length))
    return logger


def preload() -> None:
    """Import what a record needs, so that one can be logged without a free file descriptor too."""
    from importlib import import_module

    for name in ("traceback", "zoom_component.printable_text", "zoom_component.redaction.redactor"):
        import_module(name)


class _SafeRecords(logging.Filter):
    """Rewrite each record; let all pass."""

    def __init__(self, max_length: int) -> None:
        super().__init__()
        self._max_length = max_length

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace the message of a record by its safe form, and its traceback."""
        from zoom_component.printable_text import format_line
        from zoom_component.redaction.redactor import Redactor

        redactor = Redactor(_list_secrets(), is_foreign=False)
        record.msg, record.args = format_line(redactor.mask_text(record.getMessage()), self._max_length), None
        if record.exc_info and record.exc_info[1] is not None:
            import traceback

            # Indented, so that no line of a message looks like a record of its own.
            text = redactor.mask_text("".join(traceback.format_exception(record.exc_info[1])))
            lines = text.splitlines()
            if len(lines) > _MAX_TRACEBACK_LINES:
                lines = [*lines[: _MAX_TRACEBACK_LINES // 2], "...", *lines[-_MAX_TRACEBACK_LINES // 2 :]]
            record.exc_text = "\n".join(f"  {format_line(line)}" for line in lines)
        return True


def _list_secrets() -> set[str]:
    return {secret for holder in list(live_connections) for secret in holder.get_secrets()}
