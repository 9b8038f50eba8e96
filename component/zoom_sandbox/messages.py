"""What goes into the core and what comes out of it: no server's types, no client's types."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

JSON_TYPE = "application/json;charset=UTF-8"
HTML_TYPE = "text/html;charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request. `path` is still percent-encoded; header names are in lower case.

    `peer` is the caller's address; "" where the caller is this very process.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    peer: str = ""


@dataclass(slots=True)
class Response:
    """One HTTP response. `delay` (seconds) and `dropped` are for the doors to carry out."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    delay: float = 0.0
    drop: bool = False

    def json(self) -> Any:
        """The body, read as JSON. Raises ValueError when it is not JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """A request as it arrived, for tests to look at. The Authorization header and OAuth secrets are left out.

    Of a form with files the first bytes are kept.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, read as JSON. Raises ValueError when it is not JSON."""
        return json.loads(self.body)


def json_response(status: int, payload: object, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON response in Zoom's content type."""
    body = json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")
    return Response(status, {"content-type": JSON_TYPE, **(headers or {})}, body)
