"""A request as a plan shows it: what would be sent, as JSON, with the token left out. Pure."""

from __future__ import annotations

import json
from typing import Any

from zoom_component.messages import BoundRequest

__all__ = ["serialize_request"]

REDACTED = "[redacted]"
JSON = "application/json"


def serialize_request(base_url: str, request: BoundRequest) -> dict[str, Any]:
    """`method`, `url` (without its query), `query` (pairs of text), `headers` and `body` of a request.

    `body` is the JSON value, or the text where it is no JSON; null where nothing is sent. A form is shown as its
    fields and files, without their content.
    """
    body, media_type = _body(request)
    return {
        "method": request.method,
        "url": f"{base_url}{request.path}",
        "query": [[name, value] for name, value in request.query],
        "headers": _headers(request, media_type),
        "body": body,
    }


def _headers(request: BoundRequest, media_type: str) -> dict[str, str]:
    own = {"Accept": JSON, **({"Content-Type": media_type} if media_type else {})}
    said = {name.lower() for name in request.headers}
    kept = {name: value for name, value in own.items() if name.lower() not in said}
    return {**kept, **request.headers, "Authorization": REDACTED}


def _body(request: BoundRequest) -> tuple[Any, str]:
    if request.files or request.form:
        files = [
            {"field": part.field, "name": part.name, "type": part.media_type, "bytes": len(part.content)}
            for part in request.files
        ]
        return {"form": [[name, value] for name, value in request.form], "files": files}, "multipart/form-data"
    if request.content is not None:
        return _text(request), ""
    return request.body, JSON if request.body is not None else ""


def _text(request: BoundRequest) -> Any:
    """Content that goes out as it is: its value where it is called JSON, else its text."""
    assert request.content is not None
    text = request.content.decode("utf-8", "replace")
    kinds = [value for name, value in request.headers.items() if name.lower() == "content-type"]
    if kinds and "json" in kinds[0]:
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text
