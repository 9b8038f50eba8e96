"""Replace each secret of recorded values by a placeholder of its own."""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from zoom_component.redaction.redactor import Redactor, find_secrets

__all__ = ["redact"]


def redact(value: Any, secrets: Collection[str] = ()) -> Any:
    """Return a JSON value with every secret replaced by its own placeholder, also inside texts.

    `secrets` are those that are known. They are replaced wherever they occur, in each form: percent-encoded, escaped,
    in base64. A body in base64 is searched as the bytes that it stands for.
    """
    names: dict[str, str] = {}

    def name_secret(secret: str) -> str:
        return names.setdefault(secret, f"[redacted-{len(names) + 1}]")

    for secret in _find_secrets(value):
        name_secret(secret)
    return _redact(value, Redactor([*names, *secrets], name_secret))


def _find_secrets(value: Any) -> Iterator[str]:
    yield from find_secrets(value)
    for body in _iter_base64_bodies(value):
        yield from find_secrets(body)


def _iter_base64_bodies(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if _is_base64_response(value):
            yield _decode(value["body"])
        for inner in value.values():
            yield from _iter_base64_bodies(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _iter_base64_bodies(inner)


def _redact(value: Any, redactor: Redactor) -> Any:
    """Return the value without secrets. Only the exchanges of a record can hold bodies in base64."""
    if isinstance(value, Mapping) and _is_base64_response(value):
        text = redactor.mask_text(_decode(value["body"]))
        return {**redactor.mask(value), "body": b64encode(text.encode("latin-1")).decode()}
    if isinstance(value, Mapping) and (value.keys() & {"exchanges", "response"}):
        parts = {key: value[key] for key in ("exchanges", "response") if key in value}
        masked = redactor.mask({key: inner for key, inner in value.items() if key not in parts})
        redacted = {key: _redact(inner, redactor) for key, inner in parts.items()}
        return {key: redacted[key] if key in redacted else masked[key] for key in value}
    if isinstance(value, list | tuple):
        return [_redact(inner, redactor) for inner in value]
    return redactor.mask(value)


def _is_base64_response(value: Mapping[str, Any]) -> bool:
    return value.get("base64") is True and isinstance(value.get("body"), str)


def _decode(text: str) -> str:
    """Return the bytes of a body as text, one character for each."""
    try:
        return b64decode(text).decode("latin-1")
    except (binascii.Error, ValueError):
        return ""
