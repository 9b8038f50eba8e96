"""Build JSON responses for results and errors, with a status for each kind of error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from zoom_component.errors import ComponentError, TryLater
from zoom_component.json_output import to_json

__all__ = ["JSON_TYPE", "STATUS_BY_KIND", "encode_json", "error_response", "json_response", "request_error_response"]

JSON_TYPE = "application/json"
# The status for each kind of error. 424 (Failed Dependency): this server cannot get a token from Zoom.
STATUS_BY_KIND: Mapping[str, int] = {
    "input_error": 400,
    "connection_failed": 424,
    "refused": 422,
    "not_found": 404,
    "missing_scope": 403,
    "missing_plan": 403,
    "conflict": 409,
    "try_later": 503,
    "rate_limited": 429,
    "quota_spent": 429,
    "unavailable": 503,
    "timed_out": 504,
    "unexpected": 502,
    "repeated_page": 502,
    "spec_error": 501,
}


def json_response(value: Any, status: int = 200) -> Response:
    """Return a response with a value as JSON."""
    return Response(encode_json(value), status, media_type=JSON_TYPE)


def error_response(error: ComponentError, status: int | None = None, body: Any = None) -> Response:
    """Return a response for an error, with the status of its kind.

    `body` replaces `{"error": {...}}`, for callers that expect another format.
    """
    headers = {}
    if isinstance(error, TryLater) and error.retry_at:
        headers["x-retry-at"] = error.retry_at
    payload = {"error": error.as_json()} if body is None else body
    return Response(encode_json(payload), status or STATUS_BY_KIND.get(error.kind, 502), headers, media_type=JSON_TYPE)


def request_error_response(status: int, message: str) -> Response:
    """Return a response for a request that the server refuses before calling an action."""
    return json_response({"error": {"kind": "request_error", "message": message}}, status)


def encode_json(value: Any) -> bytes:
    """Return the value as compact JSON."""
    return to_json(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
