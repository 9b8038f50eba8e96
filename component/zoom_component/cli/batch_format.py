"""Parse the lines of a batch and format their results."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, NamedTuple

from zoom_component.cli import arguments
from zoom_component.cli.console import Console
from zoom_component.client import tool_result
from zoom_component.client.calls import Result
from zoom_component.client.request.values import InvalidValue
from zoom_component.errors import ComponentError, InputError, Problem
from zoom_component.json_output import to_json
from zoom_component.spec.catalogue import is_slug

__all__ = ["BatchCall", "InvalidLine", "ResultWriter", "parse_line", "read_lines"]


class BatchCall(NamedTuple):
    """Hold one call of a batch."""

    id: Any
    action: str
    inputs: Mapping[str, Any]


class InvalidLine(NamedTuple):
    """Hold the id of a line that is not a call, and the error."""

    id: Any
    error: ComponentError


def parse_line(line: bytes) -> BatchCall | InvalidLine:
    """Parse a line of a batch."""
    try:
        value = _decode_line(line)
    except InvalidValue as problem:
        return InvalidLine(_read_id(line), InputError([Problem("", f"the line is not valid JSON: {problem}")]))
    if not isinstance(value, dict):
        return InvalidLine(
            None, InputError([Problem("", 'expected a JSON object on each line, {"id", "action", "inputs"}')])
        )
    call_id, action, inputs = value.get("id"), value.get("action"), value.get("inputs")
    if not isinstance(action, str):
        return InvalidLine(call_id, InputError([Problem("action", "is required: the key of an action, as text")]))
    if inputs is None:
        inputs = {}
    if not isinstance(inputs, dict):
        return InvalidLine(call_id, InputError([Problem("inputs", "expected a JSON object of inputs")], action=action))
    return BatchCall(call_id, action, inputs)


def _read_id(line: bytes) -> Any:
    """Return the id of a line that cannot be sent as a request; None when it has no usable id."""
    try:
        value = json.loads(line)
        call_id = value.get("id") if isinstance(value, dict) else None
        json.dumps(call_id, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return None
    return call_id


def _decode_line(line: bytes) -> Any:
    try:
        text = line.rstrip(b"\r\n").decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidValue(f"the line is not UTF-8 text (byte {error.start})") from None
    return arguments.parse_json_value(text)


class ResultWriter:
    """Format the lines of results.

    `default_fields` are keys that every error has; they are null unless the error has a value for them.
    """

    def __init__(self, console: Console, **default_fields: Any) -> None:
        # json.dumps would create an encoder for each call.
        self._ascii_only = not console.unicode
        self._encoder = json.JSONEncoder(ensure_ascii=self._ascii_only, separators=(",", ":"), allow_nan=False)
        self._default_fields = default_fields

    def _encode(self, value: Any) -> str:
        try:
            return self._encoder.encode(value)
        except ValueError:
            return to_json(value, ensure_ascii=self._ascii_only, separators=(",", ":"))

    def format_result(self, call_id: Any, name: str, value: Any) -> str:
        """Return `{"id": ..., name: value}` as a line."""
        return self._encode({"id": call_id, name: value})

    def format_fields(self, call_id: Any, fields: Mapping[str, Any]) -> str:
        """Return `{"id": ..., **fields}` as a line."""
        return self._encode({"id": call_id, **fields})

    def build_success(self, call: BatchCall, result: Result) -> dict[str, Any]:
        """Return the fields of a successful call.

        That is `{"data"}`, or the tool result of the toolkit catalogue for a slug; with `warnings` if there are any,
        and with `attempts` if a request was sent again.
        """
        if is_slug(call.action):
            return tool_result.build_success(result.data)
        warnings = {"warnings": result.warnings} if result.warnings else {}
        return {"data": result.data, **warnings, **result.attempts.as_json()}

    def build_failure(self, call: BatchCall, error: Exception) -> dict[str, Any]:
        """Return the fields of a failed call."""
        if is_slug(call.action) and isinstance(error, ComponentError):
            return tool_result.build_failure(error)
        return self._build_error(error)

    def format_error(self, call_id: Any, error: Exception) -> str:
        """Return `{"id": ..., "error": {...}}` as a line. An unexpected failure ends only its own line."""
        return self.format_fields(call_id, self._build_error(error))

    def _build_error(self, error: Exception) -> dict[str, Any]:
        if not isinstance(error, ComponentError):
            error = ComponentError(f"unexpected error ({type(error).__name__})")
        fields = error.as_json()
        kind, message = fields.pop("kind"), fields.pop("message")
        return {"error": {"kind": kind, "message": message, **self._default_fields, **fields}}


def read_lines(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of a file that are not blank, with their numbers, as they arrive."""
    return ((number, line) for number, line in enumerate(file, 1) if not line.isspace())
