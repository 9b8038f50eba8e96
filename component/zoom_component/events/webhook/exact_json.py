"""Tell apart bodies of JSON that Python reads as equal: repeated members, and numbers beyond its precision."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["read_exactly"]

_MAX_DIGITS = 4000  # a longer integer is read as text


def read_exactly(raw: bytes) -> bytes | None:
    """Return a form of a body that keeps each repeated member and each digit; None if the usual reading loses nothing.

    The form ignores spacing, the order of members and the member `download_token` of the body.
    """
    reader = _Reader()
    try:
        value = reader.decode(raw)
    except ValueError:  # not JSON: an event that was made of other values
        return None
    if not reader.has_loss:
        return None
    if isinstance(value, dict):
        value.pop("download_token", None)
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


class _Reader:
    """Read objects as lists of values by name, and a number that Python would round as the object {"": digits}."""

    def __init__(self) -> None:
        self.has_loss = False

    def decode(self, raw: bytes) -> Any:
        text = raw.decode(json.detect_encoding(raw)).strip(" \t\r\n")
        return json.JSONDecoder(
            object_pairs_hook=self._read_object, parse_float=self._read_float, parse_int=self._read_integer
        ).decode(text)

    def _read_object(self, pairs: list[tuple[str, Any]]) -> dict[str, list[Any]]:
        values: dict[str, list[Any]] = {}
        for name, value in pairs:
            values.setdefault(name, []).append(value)
        self.has_loss = self.has_loss or len(values) < len(pairs)
        return values

    def _read_float(self, text: str) -> Any:
        number = float(text)
        self.has_loss = self.has_loss or repr(number) != text
        return {"": text}

    def _read_integer(self, text: str) -> Any:
        self.has_loss = self.has_loss or len(text) > _MAX_DIGITS
        return {"": text}
