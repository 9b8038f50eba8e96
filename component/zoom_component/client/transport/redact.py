"""Mask the secrets of requests and answers before they are shown or logged."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from zoom_component.messages import BoundRequest

__all__ = ["MASK", "find_secrets", "format_request", "is_secret_name", "mask", "mask_secrets"]

MASK = "[redacted]"
_SECRET_NAMES = re.compile(
    r"(?:\A|_)(?:token(?!_type\Z)|secret|password|passcode|passwd|pwd|pin|zak|tk|authorization|cookie|credentials?"
    r"|host_?key|api_?key)(?:\Z|_)"
)
_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_AUTHORIZATION = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}")
_URL_PARAMETER = re.compile(r"(?i)([?&;](?:[a-z_-]*(?:token|secret|password|passcode|pwd|zak|key)|tk)=)[^&#\s\"]+")


def mask(value: Any) -> Any:
    """Return a JSON value with each field that has a secret's name masked, and the secrets of URLs in its texts."""
    if isinstance(value, Mapping):
        return {
            key: MASK if is_secret_name(str(key)) and inner not in (None, "") else mask(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [mask(item) for item in value]
    return _mask_text(value) if isinstance(value, str) else value


def mask_secrets(text: str, secrets: Iterable[str]) -> str:
    """Return the text with each known secret masked, the longest first."""
    for secret in sorted((s for s in secrets if len(s) >= 4), key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


def find_secrets(value: Any, name: str = "") -> Iterator[str]:
    """Yield every secret text of a JSON value: fields with a secret's name, and what URLs and headers carry.

    `name` is the name of the field that holds the value.
    """
    if isinstance(value, Mapping):
        is_pair = value.keys() == {"key", "value"}  # an item of an input of pairs, such as rawRequest's headers
        for key, inner in value.items():
            yield from find_secrets(inner, str(value["key"]) if is_pair and key == "value" else str(key))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from find_secrets(inner, name)
    elif isinstance(value, str) and value:
        if is_secret_name(name):
            yield value
        else:
            yield from (match[0].partition("=")[2] for match in _URL_PARAMETER.finditer(value))
            yield from (match[0].split()[1] for match in _AUTHORIZATION.finditer(value))


def format_request(base_url: str, request: BoundRequest) -> str:
    """Return a request as one line of JSON: method, URL, headers and body, with secrets masked."""
    query = [(name, MASK if is_secret_name(name) else _mask_text(value)) for name, value in request.query]
    headers = {name: MASK if is_secret_name(name) else _mask_text(value) for name, value in request.headers.items()}
    fields: dict[str, Any] = {"method": request.method, "url": f"{base_url}{request.path}", "query": query}
    fields["headers"] = {**headers, "Authorization": MASK}
    if request.body is not None:
        fields["body"] = mask(request.body)
    elif request.content is not None:
        fields["body"] = _mask_content(request.content)
    elif request.form or request.files:
        fields["form"] = [name for name, _ in request.form]
        fields["files"] = [
            {"field": part.field, "name": part.name, "bytes": len(part.content)} for part in request.files
        ]
    return json.dumps(fields, ensure_ascii=False)


def is_secret_name(name: str) -> bool:
    """Return whether a field with this name holds a secret."""
    return bool(_SECRET_NAMES.search(_WORD_START.sub("_", name).lower().replace("-", "_")))


def _mask_content(content: bytes) -> Any:
    try:
        return mask(json.loads(content))
    except (ValueError, RecursionError):
        return f"{len(content):,} bytes"


def _mask_text(text: str) -> str:
    return _URL_PARAMETER.sub(rf"\1{MASK}", _AUTHORIZATION.sub(rf"\1 {MASK}", text))
