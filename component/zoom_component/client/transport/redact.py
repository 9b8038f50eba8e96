"""What may be shown of a request or an answer: everything but secrets."""

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
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}")
_IN_ADDRESS = re.compile(r"(?i)([?&;](?:[a-z_-]*(?:token|secret|password|passcode|pwd|zak|key)|tk)=)[^&#\s\"]+")


def mask(value: Any) -> Any:
    """A JSON value with everything under a secret's name masked, and the secrets of addresses in its texts."""
    if isinstance(value, Mapping):
        return {
            key: MASK if is_secret_name(str(key)) and inner not in (None, "") else mask(inner)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [mask(item) for item in value]
    return _text(value) if isinstance(value, str) else value


def mask_secrets(text: str, secrets: Iterable[str]) -> str:
    """The text with each known secret masked, the longest first."""
    for secret in sorted((s for s in secrets if len(s) >= 4), key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


def find_secrets(value: Any, under: str = "") -> Iterator[str]:
    """Every secret text of a JSON value: what stands under a secret's name, and what addresses and headers carry."""
    if isinstance(value, Mapping):
        pair = value.keys() == {"key", "value"}  # an input of pairs, such as rawRequest's headers
        for key, inner in value.items():
            yield from find_secrets(inner, str(value["key"]) if pair and key == "value" else str(key))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from find_secrets(inner, under)
    elif isinstance(value, str) and value:
        if is_secret_name(under):
            yield value
        else:
            yield from (found[0].partition("=")[2] for found in _IN_ADDRESS.finditer(value))
            yield from (found[0].split()[1] for found in _BEARER.finditer(value))


def format_request(base_url: str, request: BoundRequest) -> str:
    """One line that tells a request: method, address, headers and body, secrets masked."""
    pairs = [(name, MASK if is_secret_name(name) else _text(value)) for name, value in request.query]
    headers = {name: MASK if is_secret_name(name) else _text(value) for name, value in request.headers.items()}
    told: dict[str, Any] = {"method": request.method, "url": f"{base_url}{request.path}", "query": pairs}
    told["headers"] = {**headers, "Authorization": MASK}
    if request.body is not None:
        told["body"] = mask(request.body)
    elif request.content is not None:
        told["body"] = _content(request.content)
    elif request.form or request.files:
        told["form"] = [name for name, _ in request.form]
        told["files"] = [{"field": part.field, "name": part.name, "bytes": len(part.content)} for part in request.files]
    return json.dumps(told, ensure_ascii=False)


def _content(content: bytes) -> Any:
    try:
        return mask(json.loads(content))
    except (ValueError, RecursionError):
        return f"{len(content):,} bytes"


def _text(text: str) -> str:
    return _IN_ADDRESS.sub(rf"\1{MASK}", _BEARER.sub(rf"\1 {MASK}", text))


def is_secret_name(name: str) -> bool:
    """Whether what stands under a name is a secret."""
    return bool(_SECRET_NAMES.search(_CAMEL.sub("_", name).lower().replace("-", "_")))
