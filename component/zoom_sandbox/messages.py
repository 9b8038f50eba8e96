"""Define the requests and responses of the engine, which belong to no HTTP server or client."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

JSON_TYPE = "application/json;charset=UTF-8"
HTML_TYPE = "text/html;charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Request:
    """Represent one HTTP request. `path` is still percent-encoded; header names are in lower case.

    `peer` is the caller's address, or "" for a caller in this process.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    peer: str = ""


@dataclass(slots=True)
class Response:
    """Represent one HTTP response. The interface that sends it waits for `delay` (seconds), or drops the connection."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay: float = 0.0
    drop: bool = False

    def json(self) -> Any:
        """Return the body, parsed as JSON. Raises ValueError when it is not JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """Represent a request that arrived, without its Authorization header and OAuth secrets.

    Of a form with files, only the first bytes are recorded.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body, parsed as JSON. Raises ValueError when it is not JSON."""
        return json.loads(self.body)


def parse_json(text: str | bytes) -> Any:
    """Return the value of a JSON text. Raises ValueError for Infinity, NaN and a number that no float can hold."""
    return json.loads(text, parse_constant=_refuse_number, parse_float=_parse_float)


def _parse_float(text: str) -> float:
    if not math.isfinite(number := float(text)):
        _refuse_number(text)
    return number


def _refuse_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a number of JSON")


def json_response(status: int, payload: object, headers: Mapping[str, str] | None = None) -> Response:
    """Return a JSON response with Zoom's content type."""
    body = json.dumps(payload, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
    return Response(status, {"content-type": JSON_TYPE, **(headers or {})}, body)
