"""rawRequest: a request of the caller's own, below the connection's base address and nowhere else."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from zoom_component.client.request import replies
from zoom_component.client.request.paths import normalize_path
from zoom_component.client.request.values import InvalidValue, format_value, to_wire_text
from zoom_component.errors import InputError, Problem
from zoom_component.messages import BoundRequest, FilePart, Handler, Reply, RetryOverride

if TYPE_CHECKING:
    from zoom_component.client.handlers import Call

__all__ = ["build_raw_request", "handle_raw_request"]

_RESERVED = frozenset(
    {
        "authorization",
        "connection",
        "content-length",
        "cookie",
        "host",
        "proxy-authorization",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_FORM = "application/x-www-form-urlencoded"


def handle_raw_request(call: Call) -> Handler:
    """Sends what the inputs say. Returns `{"data": the body, "headers": {...}}`, the body read by `responseType`."""
    reply = yield build_raw_request(call)
    assert reply is not None
    if not 200 <= reply.status < 300:
        raise replies.build_error(reply, call.load_error_codes())
    return {"data": _body(reply, str(call.inputs.values.get("responseType", "json"))), "headers": dict(reply.headers)}


def build_raw_request(call: Call) -> BoundRequest:
    """The request that the inputs describe. Raises InputError with every problem at once."""
    values, problems = call.inputs.values, call.inputs.problems[:]
    path, query = "", list[tuple[str, str]]()
    try:
        path, _, tail = normalize_path(values["url"]).partition("?")
        query = parse_qsl(tail, keep_blank_values=True)
    except InvalidValue as mismatch:
        problems.append(Problem("url", str(mismatch)))
    query = _over(
        query, [(key, to_wire_text(value)) for key, value in values.get("queryParams") or () if value is not None]
    )
    headers = _headers(values.get("headers") or (), problems)
    request = BoundRequest(
        method=values["method"],
        path=path,
        query=query,
        headers=headers,
        effect="read" if values["method"] in ("GET", "HEAD", "OPTIONS") else "any",
        timeout=_seconds(values.get("timeout")) or None,
        debug=bool(values.get("debugRequest")),
        retry=RetryOverride(
            max_retries=values.get("maxRetries") or 0,
            delay=_seconds(values.get("retryDelayMS")),
            exponential=bool(values.get("useExponentialBackoff")),
            all_errors=bool(values.get("retryAllErrors")),
        ),
    )
    request = _with_body(request, headers, values, problems)
    if problems:
        raise InputError(problems, action=call.action.key)
    return request


def _seconds(milliseconds: int | None) -> float:
    """Seconds out of milliseconds; never more than an hour."""
    return min(max(milliseconds or 0, 0), 3_600_000) / 1000


def _with_body(
    request: BoundRequest, headers: dict[str, str], values: Mapping[str, Any], problems: list[Problem]
) -> BoundRequest:
    form, files = values.get("formData") or [], values.get("fileData") or []
    names = dict(values.get("fileDataFileNames") or [])
    data = values.get("data")
    if data not in (None, "") and (form or files):
        problems.append(Problem("data", "it contradicts formData and fileData; give a body or a form, not both"))
        return request
    for key in names:
        if key not in dict(files):
            problems.append(
                Problem("fileDataFileNames", f"fileData has no {format_value(key)}; give a name to its keys only")
            )
    if form or files:
        return request._replace(
            form=[(key, to_wire_text(value)) for key, value in form],
            files=[FilePart(key, str(names.get(key, key)), *_content(value)) for key, value in files],
            # A multipart body names its own boundary, so its type cannot be the caller's.
            headers={name: text for name, text in headers.items() if name.lower() != "content-type"},
        )
    if data in (None, ""):
        return request
    if not isinstance(data, str):
        return request._replace(body=data)
    return request._replace(content=data.encode(), headers=_typed(headers, data))


def _typed(headers: dict[str, str], data: str) -> dict[str, str]:
    """Text that is JSON goes as JSON; other text goes as it is, as a form unless a header says otherwise."""
    if any(name.lower() == "content-type" and text for name, text in headers.items()):
        return headers
    try:
        structured = isinstance(json.loads(data), dict | list)
    except ValueError:
        structured = False
    return {**headers, "Content-Type": "application/json" if structured else _FORM}


def _content(value: Any) -> tuple[bytes, str]:
    """A file's bytes and type: text, bytes, or the platform's `{data, contentType}` with the data in base64."""
    if isinstance(value, bytes):
        return value, "application/octet-stream"
    if isinstance(value, Mapping) and isinstance(value.get("data"), str):
        kind = str(value.get("contentType", "application/octet-stream"))
        try:
            return base64.b64decode(value["data"], validate=True), kind
        except ValueError:
            return value["data"].encode(), kind
    return to_wire_text(value).encode(), "text/plain"


def _headers(pairs: Any, problems: list[Problem]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in pairs:
        text = "" if value is None else to_wire_text(value).strip()
        if name.lower() in _RESERVED:
            problems.append(Problem("headers", f"{name} is set by the connection; leave it out"))
        elif not _HEADER_NAME.fullmatch(name):
            problems.append(
                Problem("headers", f"came {format_value(name)}; accepted: a header's name, as X-Request-Id")
            )
        elif not text.isascii() or not text.replace("\t", " ").isprintable():
            problems.append(Problem("headers", f"the value of {name} is not plain text on one line"))
        elif value is not None:
            headers[name] = text
    return headers


def _over(query: list[tuple[str, str]], more: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Pairs of the input replace those of the same name in the address; the last of a name wins."""
    last = dict(more)
    return [pair for pair in query if pair[0] not in last] + list(last.items())


def _body(reply: Reply, kind: str) -> Any:
    if kind == "json":
        return replies.decode_json(reply) if reply.body.strip() else None
    if kind in ("arraybuffer", "binary"):
        return {
            "data": base64.b64encode(reply.body).decode("ascii"),
            "contentType": reply.headers.get("content-type", "application/octet-stream"),
        }
    return reply.body.decode("utf-8", "replace")
