"""Adapt httpx: make its transports, and convert requests and answers.

The transports are used without a client around them: redirects are never followed (a token goes to its own host only),
the environment is not read, cookies are not stored, and a call costs about a fifth less.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import httpx

from zoom_component import __version__
from zoom_component.client.transport.exchange import SendFailure
from zoom_component.errors import InputError, Problem
from zoom_component.messages import BoundRequest, Reply

__all__ = [
    "TIMEOUT",
    "build_http_request",
    "build_reply",
    "build_send_failure",
    "create_async_transport",
    "create_transport",
]

TIMEOUT = 30.0
_DEFAULT_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip, deflate",
    "User-Agent": f"zoom-component/{__version__}",
}
_UNENCODED = "-._~:@!$'()*,;/?"
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


def create_transport(base_url: str, *, connections: int = 20) -> httpx.BaseTransport:
    """Return a pool of connections to one host."""
    verify = _create_tls_context() if base_url.startswith("https") else False
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    return httpx.HTTPTransport(verify=verify, trust_env=False, limits=limits)


def create_async_transport(base_url: str, *, connections: int = 20) -> httpx.AsyncBaseTransport:
    """Return a pool of connections for asyncio: httpx's, or with the extra `aio` aiohttp's, which costs a quarter."""
    is_secure = base_url.startswith("https")
    try:
        from zoom_component.client.transport.aio import AiohttpTransport
    except ImportError:
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        verify = _create_tls_context() if is_secure else False
        return httpx.AsyncHTTPTransport(verify=verify, trust_env=False, limits=limits)
    return AiohttpTransport(_create_tls_context() if is_secure else None, connections)


def build_http_request(base: httpx.URL, request: BoundRequest, authorization: str, timeout: float) -> httpx.Request:
    """Return the request for httpx. The path is escaped already and is sent as it is.

    `timeout` is in seconds. Raises InputError for a URL that httpx cannot send.
    """
    target = f"{base.raw_path.decode('ascii').rstrip('/')}{request.path}"
    if request.query:
        pairs = (f"{quote(name, safe=_UNENCODED)}={quote(value, safe=_UNENCODED)}" for name, value in request.query)
        target = f"{target}?{'&'.join(pairs)}"
    headers = _DEFAULT_HEADERS
    if request.headers:
        names = {name.lower() for name in request.headers}
        headers = {name: text for name, text in headers.items() if name.lower() not in names} | {**request.headers}
    headers = {**headers, "Authorization": authorization}
    limit = request.timeout or timeout
    timeouts = {"connect": limit, "read": limit, "write": limit, "pool": limit}
    try:
        url = base.copy_with(raw_path=target.encode("ascii"))
    except httpx.InvalidURL as error:
        raise InputError([Problem("", f"the URL cannot be sent: {error}. Use shorter values")]) from None
    return httpx.Request(
        request.method, url, headers=headers, extensions={"timeout": timeouts}, **_build_content(request, headers)
    )


def build_reply(response: httpx.Response, body: bytes) -> Reply:
    """Return an answer with its body and lower-case header names."""
    return Reply(response.status_code, dict(response.headers.items()), body)


def build_send_failure(error: httpx.HTTPError) -> SendFailure:
    """Return the kind of a failure, and its text. The text names no secret: httpx puts no headers into its messages."""
    text = f"{type(error).__name__}: {error}"
    if isinstance(error, _NOT_SENT):
        return SendFailure("connect", text)
    if isinstance(error, httpx.TimeoutException):
        return SendFailure("timeout", text)
    return SendFailure("broken", text)


@lru_cache(maxsize=1)
def _create_tls_context() -> Any:
    """Return the TLS context of the process; creating one takes about 16 ms."""
    return httpx.create_ssl_context(trust_env=False)


def _build_content(request: BoundRequest, headers: dict[str, str]) -> Mapping[str, Any]:
    if request.files or request.form:
        files: list[tuple[str, Any]] = [
            (part.field, (part.name, part.content, part.media_type)) for part in request.files
        ]
        files += [(name, (None, value)) for name, value in request.form]
        return {"files": files}
    if request.content is not None:
        return {"content": request.content}
    if request.body is None:
        return {}
    if not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = "application/json"
    text = json.dumps(request.body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return {"content": text.encode()}
