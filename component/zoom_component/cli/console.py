"""The only thing that writes: data to stdout, words to stderr, and no known secret to either."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from collections.abc import Callable, Iterable

# Not from typing: importing that costs a tenth of a listing.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TextIO

__all__ = ["Console"]

# A word of a few letters given as a secret would tear holes into data: only what cannot be chance is masked there.
_MIN_SECRET_LENGTH = 8
_BOLD, _RED, _PLAIN = "\033[1m", "\033[31m", "\033[0m"


class Console:
    """Where a command writes.

    `as_json`: data as JSON, errors too; `verbose`: the developer's details, too; `unicode`: stdout can carry all of it.
    """

    def __init__(self) -> None:
        self.as_json = False
        self.verbose = False
        self._secret_sources: list[Callable[[], Iterable[str]]] = []
        self._out: TextIO = sys.stdout or _NullStream()
        self._err: TextIO = sys.stderr or _NullStream()
        for stream in (self._out, self._err):
            if callable(reconfigure := getattr(stream, "reconfigure", None)):
                # Half a surrogate pair comes out as \udXXX, which JSON reads back as what it was.
                reconfigure(errors="backslashreplace")
        self.unicode = "utf" in (getattr(self._out, "encoding", None) or "utf-8").lower()

    @property
    def is_stdout_terminal(self) -> bool:
        """Whether a person sees stdout."""
        return _is_terminal(self._out)

    @property
    def is_stderr_terminal(self) -> bool:
        """Whether a person sees stderr, so that progress makes sense."""
        return _is_terminal(self._err)

    @property
    def width(self) -> int:
        """Columns of the terminal, 40 at least; 100 where there is none, or where it does not know its own."""
        try:
            known = int(os.environ.get("COLUMNS") or os.get_terminal_size(self._out.fileno()).columns)
        except (OSError, ValueError, AttributeError):
            known = 0
        return max(known, 40) if known > 0 else 100

    def add_secrets(self, secrets: Callable[[], Iterable[str]]) -> None:
        """Masks what `secrets` gives in every line from now on; it is asked again for each."""
        self._secret_sources.append(secrets)

    def print(self, text: str) -> None:
        """Lines for stdout."""
        self._write(self._out, text, _MIN_SECRET_LENGTH)

    def print_json(self, value: Any) -> None:
        """A JSON document for stdout: indented for people, on one line for programs."""
        self.print(self.encode_json(value, indent=2 if self.is_stdout_terminal else None))

    def print_now(self, text: str) -> None:
        """A line for stdout that is seen at once."""
        self._write(self._out, text, _MIN_SECRET_LENGTH)
        self._out.flush()

    def report(self, text: str, *, end: str = "\n") -> None:
        """Words for stderr. A stderr that nobody reads any more is no failure."""
        try:
            self._write(self._err, text, 0, end)
            self._err.flush()
        except OSError:
            return

    def encode_json(self, value: Any, indent: int | None = None) -> str:
        """A value as JSON that this stdout can carry."""
        separators = (",", ": ") if indent else (",", ":")
        return json.dumps(value, ensure_ascii=not self.unicode, indent=indent, separators=separators)

    def bold(self, text: str) -> str:
        return self._style(text, _BOLD, self.is_stdout_terminal)

    def mark_error(self, text: str) -> str:
        """For stderr."""
        return self._style(text, _RED, self.is_stderr_terminal)

    def flush(self) -> None:
        self._out.flush()

    def discard_output(self) -> None:
        """Nobody reads stdout any more: what it still holds goes nowhere, and the interpreter's end is quiet."""
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), self._out.fileno())

    def _style(self, text: str, style: str, seen: bool) -> str:
        plain = not seen or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return text if plain else f"{style}{text}{_PLAIN}"

    def _write(self, stream: TextIO, text: str, shortest: int, end: str = "\n") -> None:
        if self._secret_sources:
            text = _mask(text, {secret for guard in self._secret_sources for secret in guard()}, shortest)
        stream.write(f"{text}{end}")


class _NullStream(io.StringIO):
    """In place of a stream that the process was started without."""

    def write(self, text: str) -> int:
        return len(text)


def _mask(text: str, secrets: set[str], shortest: int) -> str:
    from zoom_component.client.transport.redact import mask_secrets

    long = {secret for secret in secrets if len(secret) >= shortest}
    return mask_secrets(text, long | {json.dumps(secret)[1:-1] for secret in long})


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except ValueError:
        return False
