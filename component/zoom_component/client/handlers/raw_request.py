"""Handle rawRequest: a request of the caller's own, below the base URL of the connection and nowhere else."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, unquote

from zoom_component.client.request import replies
from zoom_component.client.request.values import InvalidValue, format_value, to_request_text
from zoom_component.errors import InputError, Problem
from zoom_component.messages import BoundRequest, FilePart, Handler, Reply, RetryOverride

if TYPE_CHECKING:
    from zoom_component.client.calls import Call

__all__ = ["handle_raw_request", "normalize_path"]

_RESERVED_HEADERS = frozenset(
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
_UNESCAPED = "%/?:@!$&'()*+,;=-._~[]"
_ADDRESS = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:|//|\\|(?:[\w-]+\.)*zoom(?:gov)?\.(?:us|com)(?:\.\w+)?(?::\d+)?(?:[/?#]|$)", re.IGNORECASE
)
# Addresses of files, as in https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording (download_url).
_FILE_ADDRESS = re.compile(r"download|/rec/|^(?:\w+:)?(?://)?file[\w-]*\.", re.IGNORECASE)
_FILE_REMEDY = (
    "; a file is not below the base URL: send GET to its address with the connection's token as Authorization: Bearer, "
    "as docs/python.md#files shows"
)
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def handle_raw_request(call: Call) -> Handler:
    """Send the request that the inputs describe.

    Returns `{"data": the body, "headers": {...}}`, with the body read as `responseType` requires. Raises InputError
    with every problem at once.
    """
    reply = yield _build_request(call)
    assert reply is not None
    if not 200 <= reply.status < 300:
        raise replies.build_error(reply, call.load_error_codes())
    body = _read_body(reply, str(call.inputs.values.get("responseType", "json")))
    return {"data": body, "headers": dict(reply.headers)}


def normalize_path(text: str) -> str:
    """Return a path of the caller's, escaped. Raises InvalidValue for one that leads outside of the base URL."""
    stripped = text.strip()
    if _ADDRESS.match(stripped):
        remedy = _FILE_REMEDY if _FILE_ADDRESS.search(stripped) else ""
        raise InvalidValue(f"expected a path below the base URL such as /users, got {format_value(text)}{remedy}")
    if re.search(r"[\x00-\x20\x7f\\]", stripped):
        raise InvalidValue(
            f"expected a path without spaces and backslashes such as /users/me, got {format_value(text)}"
        )
    path = "/" + stripped.lstrip("/")
    if "#" in path:
        raise InvalidValue(f"expected a path without #, got {format_value(text)}; write %23 for a # in an ID")
    if any(part in (".", "..") for part in re.split(r"[/\\]", _decode_fully(path.partition("?")[0]))):
        raise InvalidValue(f"expected a path without . and .., got {format_value(text)}")
    return quote(_BARE_PERCENT.sub("%25", path), safe=_UNESCAPED)


def _decode_fully(path: str) -> str:
    """Return a path as the most eager server might read it: decoded again and again until nothing is encoded.

    Raises InvalidValue for a path that is encoded more often than any server decodes.
    """
    for _ in range(8):
        path, before = unquote(path), path
        if path == before:
            return path
    raise InvalidValue(f"expected a path that is escaped once, got {format_value(path)}, which is escaped many times")


def _build_request(call: Call) -> BoundRequest:
    values, problems = call.inputs.values, call.inputs.problems[:]
    path, query = "", list[tuple[str, str]]()
    try:
        path, _, tail = normalize_path(values["url"]).partition("?")
        query = parse_qsl(tail, keep_blank_values=True)
    except InvalidValue as error:
        problems.append(Problem("url", str(error)))
    query += _repeat_pairs(values.get("queryParams") or ())
    headers = _build_headers(values.get("headers") or (), problems)
    request = BoundRequest(
        method=values["method"],
        path=path,
        query=query,
        headers=headers,
        effect="read" if values["method"] in ("GET", "HEAD", "OPTIONS") else "any",
        timeout=_to_seconds(values.get("timeout")) or None,
        debug=bool(values.get("debugRequest")),
        retry=RetryOverride(
            max_retries=values.get("maxRetries") or 0,
            delay=_to_seconds(values.get("retryDelayMS")),
            exponential=bool(values.get("useExponentialBackoff")),
            all_errors=bool(values.get("retryAllErrors")),
        ),
    )
    request = _add_body(request, headers, values, problems)
    if problems:
        raise InputError(problems, action=call.action.key)
    return request


def _repeat_pairs(pairs: Iterable[tuple[str, Any]]) -> list[tuple[str, str]]:
    """Return pairs as text. A name may repeat: a list of values repeats it, and null leaves it out."""
    return [
        (name, to_request_text(item))
        for name, value in pairs
        for item in (value if isinstance(value, list | tuple) else [value])
        if item is not None
    ]


def _to_seconds(milliseconds: int | None) -> float:
    """Return seconds, at most an hour."""
    return min(max(milliseconds or 0, 0), 3_600_000) / 1000


def _add_body(
    request: BoundRequest, headers: dict[str, str], values: Mapping[str, Any], problems: list[Problem]
) -> BoundRequest:
    form, files = values.get("formData") or [], values.get("fileData") or []
    file_names = dict(values.get("fileDataFileNames") or [])
    data = values.get("data")
    if data not in (None, "") and (form or files):
        message = "conflicts with formData and fileData; provide a body or a form, not both"
        problems.append(Problem("data", message))
        return request
    for key in file_names:
        if key not in dict(files):
            problems.append(Problem("fileDataFileNames", f"expected keys of fileData, got {format_value(key)}"))
    if form or files:
        return request._replace(
            form=_repeat_pairs(form),
            files=[FilePart(key, str(file_names.get(key, key)), *_read_file(value)) for key, value in files],
            # A multipart body has a boundary of its own, so its content type cannot come from the caller.
            headers={name: text for name, text in headers.items() if name.lower() != "content-type"},
        )
    if data in (None, ""):
        return request
    if not isinstance(data, str):
        return request._replace(body=data)
    return request._replace(content=data.encode(), headers=_add_content_type(headers, data))


def _add_content_type(headers: dict[str, str], data: str) -> dict[str, str]:
    """Return the headers with the type of a body of text: JSON, or else a form, unless the caller's headers have it."""
    if any(name.lower() == "content-type" and text for name, text in headers.items()):
        return headers
    try:
        is_json = isinstance(json.loads(data), dict | list)
    except (ValueError, RecursionError):
        is_json = False
    return {**headers, "Content-Type": "application/json" if is_json else _FORM}


def _read_file(value: Any) -> tuple[bytes, str]:
    """Return the bytes and the type of a file: text, bytes, or the platform's `{data, contentType}` in base64."""
    if isinstance(value, bytes):
        return value, "application/octet-stream"
    if isinstance(value, Mapping) and isinstance(value.get("data"), str):
        media_type = str(value.get("contentType", "application/octet-stream"))
        try:
            return base64.b64decode(value["data"], validate=True), media_type
        except ValueError:
            return value["data"].encode(), media_type
    return to_request_text(value).encode(), "text/plain"


def _build_headers(pairs: Any, problems: list[Problem]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in pairs:
        text = "" if value is None else to_request_text(value).strip()
        if name.lower() in _RESERVED_HEADERS:
            problems.append(Problem("headers", f"{name} is set by the connection; leave it out"))
        elif not _HEADER_NAME.fullmatch(name):
            message = f"expected the name of a header such as X-Request-Id, got {format_value(name)}"
            problems.append(Problem("headers", message))
        elif not text.isascii() or not text.replace("\t", " ").isprintable():
            problems.append(Problem("headers", f"expected ASCII text on one line as the value of {name}"))
        elif value is not None:
            headers[name] = text
    return headers


def _read_body(reply: Reply, response_type: str) -> Any:
    if response_type == "json":
        return replies.decode_json(reply) if reply.body.strip() else None
    if response_type in ("arraybuffer", "binary"):
        return {
            "data": base64.b64encode(reply.body).decode("ascii"),
            "contentType": reply.headers.get("content-type", "application/octet-stream"),
        }
    return reply.body.decode("utf-8", "replace")
