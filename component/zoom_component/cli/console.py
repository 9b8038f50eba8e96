"""Write data to stdout and messages to stderr, with known secrets masked."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator

# Not from typing: importing that costs a tenth of a listing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TextIO

__all__ = ["Console", "format_count", "quote", "show_log", "strip_controls"]

# Data may contain a short secret as part of another word: stdout masks only longer ones.
_MIN_SECRET_LENGTH = 8
_BOLD, _RED, _PLAIN = "\033[1m", "\033[31m", "\033[0m"


class Console:
    """Write the output of a command.

    `as_json`: data and errors are JSON. `verbose`: print details for developers. `unicode`: stdout can encode all text.
    """

    def __init__(self) -> None:
        self.as_json = False
        self.verbose = False
        self._secret_sources: list[Callable[[], Iterable[str]]] = []
        self._open_logs = contextlib.ExitStack()
        self._out: TextIO = sys.stdout or _NullStream()
        self._err: TextIO = sys.stderr or _NullStream()
        for stream in (self._out, self._err):
            if callable(reconfigure := getattr(stream, "reconfigure", None)):
                # A lone surrogate is printed as \udXXX, which JSON parses as the same text.
                reconfigure(errors="backslashreplace")
        self.unicode = "utf" in (getattr(self._out, "encoding", None) or "utf-8").lower()

    @property
    def is_stdout_terminal(self) -> bool:
        """Return whether stdout is a terminal."""
        return _is_terminal(self._out)

    @property
    def is_stderr_terminal(self) -> bool:
        """Return whether stderr is a terminal, so that progress can be shown."""
        return _is_terminal(self._err)

    @property
    def width(self) -> int:
        """Return the columns of the terminal, 40 at least; 100 when they are unknown."""
        try:
            known = int(os.environ.get("COLUMNS") or os.get_terminal_size(self._out.fileno()).columns)
        except (OSError, ValueError, AttributeError):
            known = 0
        return max(known, 40) if known > 0 else 100

    def add_secrets(self, secrets: Callable[[], Iterable[str]]) -> None:
        """Mask the values that `secrets` returns in every line from now on; it is called for each line."""
        self._secret_sources.append(secrets)

    def show_retries(self) -> None:
        """Show each wait before a request is sent again, if stderr is a terminal, until the command ends."""
        if self.is_stderr_terminal:
            self._open_logs.enter_context(show_log("zoom_component.retries", self, "\r\033[K"))

    def close(self) -> None:
        """Stop showing records of logs."""
        self._open_logs.close()

    def print(self, text: str) -> None:
        """Print lines to stdout."""
        self._write(self._out, text, _MIN_SECRET_LENGTH)

    def print_json(self, value: Any) -> None:
        """Print a JSON document: indented on a terminal, on one line otherwise."""
        self.print(self.encode_json(value, indent=2 if self.is_stdout_terminal else None))

    def print_now(self, text: str) -> None:
        """Print a line to stdout and flush it."""
        self._write(self._out, text, _MIN_SECRET_LENGTH)
        self._out.flush()

    def report(self, text: str, *, end: str = "\n") -> None:
        """Print a message to stderr. A closed stderr is ignored."""
        try:
            self._write(self._err, text, 0, end)
            self._err.flush()
        except OSError:
            return

    def encode_json(self, value: Any, indent: int | None = None) -> str:
        """Return a value as JSON that this stdout can encode."""
        separators = (",", ": ") if indent else (",", ":")
        return json.dumps(value, ensure_ascii=not self.unicode, indent=indent, separators=separators)

    def bold(self, text: str) -> str:
        """Return text in bold for stdout."""
        return self._style(text, _BOLD, self.is_stdout_terminal)

    def mark_error(self, text: str) -> str:
        """Return text in red for stderr."""
        return self._style(text, _RED, self.is_stderr_terminal)

    def flush(self) -> None:
        """Write what is buffered for stdout."""
        self._out.flush()

    def discard_output(self) -> None:
        """Discard the rest of stdout after its reader has gone, so that the interpreter exits quietly."""
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._out.fileno())

    def _style(self, text: str, style: str, is_terminal: bool) -> str:
        plain = not is_terminal or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return text if plain else f"{style}{text}{_PLAIN}"

    def mask(self, text: str, min_length: int = _MIN_SECRET_LENGTH) -> str:
        """Return text with the secrets masked that are known now."""
        if not self._secret_sources:
            return text
        return _mask(text, {secret for source in self._secret_sources for secret in source()}, min_length)

    def _write(self, stream: TextIO, text: str, min_length: int, end: str = "\n") -> None:
        stream.write(f"{self.mask(text, min_length)}{end}")


class _NullStream(io.StringIO):
    """Replace a stream that the process was started without."""

    def write(self, text: str) -> int:
        """Discard the text."""
        return len(text)


def _mask(text: str, secrets: set[str], min_length: int) -> str:
    long = {secret for secret in secrets if len(secret) >= min_length}
    long |= {json.dumps(secret)[1:-1] for secret in long}
    # Most output holds no secret, and then the module that masks is not imported.
    if not any(secret in text for secret in long):
        return text
    from zoom_component.client.transport.redact import mask_secrets

    return mask_secrets(text, long)


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except ValueError:
        return False


def strip_controls(text: str) -> str:
    """Return text for a terminal, with control characters replaced by spaces."""
    return "".join(character if character.isprintable() else " " for character in text)


def quote(text: str) -> str:
    """Return text in double quotes for a message, with control characters escaped."""
    return json.dumps(text, ensure_ascii=False)


def format_count(count: int, noun: str) -> str:
    """Return a count with its noun, in the plural unless it is 1."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


@contextlib.contextmanager
def show_log(name: str, console: Console, prefix: str = "") -> Iterator[None]:
    """Show the records of a logger during the block, each after `prefix`, and restore its settings afterwards."""
    import logging

    class ConsoleHandler(logging.Handler):
        """Write log records to the console, which masks secrets."""

        def emit(self, record: logging.LogRecord) -> None:
            """Print the message of a record."""
            console.report(f"{prefix}{record.getMessage()}")

    log = logging.getLogger(name)
    handler, level, propagates = ConsoleHandler(), log.level, log.propagate
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(level)
        log.propagate = propagates
