"""Write data to stdout and messages to stderr, with known secrets masked and control characters escaped."""

from __future__ import annotations

import binascii
import contextlib
import io
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator

# Not from typing: importing that costs a tenth of a listing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TextIO

    from zoom_component.redaction.known import KnownSecrets

__all__ = ["Console", "format_count", "quote", "show_log", "strip_controls"]

# Data may contain a short secret as part of another word: stdout masks only longer ones.
_MIN_SECRET_LENGTH = 8
_STYLES = {"b": "\033[1m", "r": "\033[31m", "p": "\033[0m"}  # bold, red, plain
_CLEAR_LINE = "\r\033[K"
_LAYOUT = "\n\t"
_MAX_RECORD_LENGTH = 65_536  # of a request with its body
_WORD = re.compile(r"[A-Za-z0-9]+")


class Console:
    """Write the output of a command.

    `as_json`: data and errors are JSON. `verbose`: print details for developers. `unicode`: stdout can encode all text.
    """

    def __init__(self) -> None:
        self.as_json = False
        self.verbose = False
        self._secret_sources: list[Callable[[], Iterable[str]]] = []
        self._secrets: frozenset[str] = frozenset()
        self._traces: list[list[str]] = []
        self._known: KnownSecrets | None = None
        # Data cannot contain a style: this mark of each is random.
        self._style_mark = os.urandom(8).hex()
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
            self._open_logs.enter_context(show_log("zoom_component.retries", self, _CLEAR_LINE))

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

    def report(self, text: str, *, start: str = "", end: str = "\n") -> None:
        """Print a message to stderr. A closed stderr is ignored. `start` may contain control characters."""
        try:
            self._write(self._err, text, 0, end, start)
            self._err.flush()
        except OSError:
            return

    def report_progress(self, text: str) -> None:
        """Replace the line of the terminal at stderr by a text; "" clears it."""
        self.report(text, start=_CLEAR_LINE, end="")

    def encode_json(self, value: Any, indent: int | None = None) -> str:
        """Return a value as JSON that this stdout can encode. Infinity and NaN, which JSON does not have, are null."""
        separators = (",", ": ") if indent else (",", ":")
        ascii_only = not self.unicode
        try:
            return json.dumps(value, ensure_ascii=ascii_only, indent=indent, separators=separators, allow_nan=False)
        except ValueError:
            from zoom_component.json_output import to_json

            return to_json(value, ensure_ascii=ascii_only, indent=indent, separators=separators)

    def mask_secrets(self, text: str) -> str:
        """Return a text for a file, with the known secrets masked."""
        return self._mask(text, _MIN_SECRET_LENGTH)

    def bold(self, text: str) -> str:
        """Return text in bold for stdout."""
        return self._style(text, "b", self.is_stdout_terminal)

    def mark_error(self, text: str) -> str:
        """Return text in red for stderr."""
        return self._style(text, "r", self.is_stderr_terminal)

    def flush(self) -> None:
        """Write what is buffered for stdout."""
        self._out.flush()

    def discard_output(self) -> None:
        """Discard the rest of stdout after its reader has gone, so that the interpreter exits quietly."""
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._out.fileno())

    def _style(self, text: str, style: str, is_terminal: bool) -> str:
        plain = not is_terminal or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return text if plain else f"{self._style_mark}{style}{text}{self._style_mark}p"

    def mask(self, text: str, min_length: int = _MIN_SECRET_LENGTH) -> str:
        """Return text with the secrets masked that are known now."""
        return self._mask(text, min_length) if self._secret_sources else text

    def _write(self, stream: TextIO, text: str, min_length: int, end: str = "\n", start: str = "") -> None:
        if self._secret_sources:
            text = self._mask(text, min_length)
        if not text.isprintable():
            from zoom_component.printable_text import escape_controls

            text = escape_controls(text, _LAYOUT)
        if self._style_mark in text:
            plain, *styled = text.split(self._style_mark)
            text = plain + "".join(f"{_STYLES[part[0]]}{part[1:]}" for part in styled)
        stream.write(f"{start}{text}{end}")

    def _mask(self, text: str, min_length: int) -> str:
        secrets = frozenset(
            secret for source in self._secret_sources for secret in source() if len(secret) >= min_length
        )
        if secrets != self._secrets:
            self._secrets, self._known = secrets, None
            self._traces = [trace for secret in secrets for trace in _list_traces(secret)]
        # Most output holds no secret, and then the module that masks is not imported.
        if not any(all(word in text for word in words) for words in self._traces):
            return text
        from zoom_component.redaction.known import KnownSecrets
        from zoom_component.redaction.texts import MASK

        self._known = self._known or KnownSecrets(secrets)
        return self._known.replace(text, lambda secret: MASK)


class _NullStream(io.StringIO):
    """Replace a stream that the process was started without."""

    def write(self, text: str) -> int:
        """Discard the text."""
        return len(text)


def _list_traces(secret: str) -> list[list[str]]:
    """Return the words of a secret and of its base64: all words of one form occur wherever the secret does."""
    data = secret.encode("utf-8", "surrogatepass")
    # The first and the last characters of base64 depend on what is around the secret.
    encoded = [binascii.b2a_base64(b"\0" * skipped + data).decode()[2 * skipped : -5] for skipped in range(3)]
    return [_WORD.findall(form) for form in (secret, *encoded)]


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
    return json.dumps(text, ensure_ascii=False, allow_nan=False)


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
            """Print the message of a record on one line."""
            from zoom_component.printable_text import format_line

            console.report(format_line(record.getMessage(), _MAX_RECORD_LENGTH), start=prefix)

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
