"""The lines of a batch: what one asks for, and how an answer is written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, NamedTuple

from zoom_component.cli import reading
from zoom_component.cli.console import Console
from zoom_component.client import tool_result
from zoom_component.client.request.values import InvalidValue
from zoom_component.errors import ComponentError, InputError, Problem
from zoom_component.spec.api_names import is_slug

__all__ = ["BatchCall", "InvalidLine", "ResultWriter", "parse_line", "read_lines"]


class BatchCall(NamedTuple):
    """One call of a batch."""

    id: Any
    action: str
    inputs: Mapping[str, Any]


class InvalidLine(NamedTuple):
    """A line that is no call, with what is wrong with it."""

    id: Any
    error: ComponentError


def parse_line(line: bytes) -> BatchCall | InvalidLine:
    """The call that a line asks for."""
    try:
        value = _decode_line(line)
    except InvalidValue as mismatch:
        return InvalidLine(_read_id(line), InputError([Problem("", f"this line cannot be read: {mismatch}")]))
    if not isinstance(value, dict):
        return InvalidLine(
            None, InputError([Problem("", 'accepted: a JSON object on each line, {"id", "action", "inputs"}')])
        )
    ident, action, inputs = value.get("id"), value.get("action"), value.get("inputs")
    if not isinstance(action, str):
        return InvalidLine(ident, InputError([Problem("action", "it is required: the key of an action, as text")]))
    if inputs is None:
        inputs = {}
    if not isinstance(inputs, dict):
        return InvalidLine(ident, InputError([Problem("inputs", "accepted: a JSON object of inputs")], action=action))
    return BatchCall(ident, action, inputs)


def _read_id(line: bytes) -> Any:
    """The id of a line that holds more than a request can carry; None where there is none to be had."""
    try:
        value = json.loads(line)
        ident = value.get("id") if isinstance(value, dict) else None
        json.dumps(ident, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return None
    return ident


def _decode_line(line: bytes) -> Any:
    try:
        text = line.rstrip(b"\r\n").decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidValue(f"it is not UTF-8 text (byte {error.start})") from None
    return reading.parse_json_value(text)


class ResultWriter:
    """Makes the line of an answer. `facts` are keys that every error has, null where nothing is known."""

    def __init__(self, screen: Console, **facts: Any) -> None:
        # Made once: json.dumps with these arguments makes an encoder a call.
        self._encode = json.JSONEncoder(ensure_ascii=not screen.unicode, separators=(",", ":")).encode
        self._default_fields = facts

    def format_result(self, ident: Any, name: str, value: Any) -> str:
        """`{"id": ..., name: value}`"""
        return self._encode({"id": ident, name: value})

    def format_success(self, call: BatchCall, data: Any) -> str:
        """The line of a call that was run: `{"id", "data"}`, or the envelope of the catalogue for a slug."""
        if is_slug(call.action):
            return self._encode({"id": call.id, **tool_result.build_success(data)})
        return self.format_result(call.id, "data", data)

    def format_failure(self, call: BatchCall, error: Exception) -> str:
        """The same for one that failed."""
        if is_slug(call.action) and isinstance(error, ComponentError):
            return self._encode({"id": call.id, **tool_result.build_failure(error)})
        return self.format_error(call.id, error)

    def format_error(self, ident: Any, error: Exception) -> str:
        """`{"id": ..., "error": {...}}`. A failure that nobody foresaw ends its own line alone."""
        if not isinstance(error, ComponentError):
            known = ComponentError(f"an unforeseen failure ({type(error).__name__}) ended this call")
            return self.format_error(ident, known)
        told = error.as_json()
        kind, message = told.pop("kind"), told.pop("message")
        return self._encode({"id": ident, "error": {"kind": kind, "message": message, **self._default_fields, **told}})


def read_lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file that are not blank, one by one as they come."""
    return (line for line in file if not line.isspace())
