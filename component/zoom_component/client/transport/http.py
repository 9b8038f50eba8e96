"""httpx behind one door: the move to another client is made here.

The transports are used without a client around them: redirects are never followed (a token goes to its own host and no
further), the environment is not trusted, cookies are not kept, and a call costs about a fifth less.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import httpx

from zoom_component import __version__
from zoom_component.client.transport.steps import SendFailure
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
_AGENT = f"zoom-component/{__version__}"
_OWN = {"Accept": "application/json", "Accept-Encoding": "gzip, deflate", "User-Agent": _AGENT}
_UNENCODED = "-._~:@!$'()*,;/?"


@lru_cache(maxsize=1)
def _verified() -> Any:
    """One TLS context for the process: making one costs some 16 ms."""
    return httpx.create_ssl_context(trust_env=False)


def create_transport(base_url: str, *, connections: int = 20) -> httpx.BaseTransport:
    """A pool of connections to one host."""
    verify = _verified() if base_url.startswith("https") else False
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    return httpx.HTTPTransport(verify=verify, trust_env=False, limits=limits)


def create_async_transport(base_url: str, *, connections: int = 20) -> httpx.AsyncBaseTransport:
    """The same for asyncio: aiohttp's pool when the extra `aio` is there, at a quarter of the cost; else httpx's."""
    secure = base_url.startswith("https")
    try:
        from zoom_component.client.transport.aio import AiohttpTransport
    except ImportError:
        limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
        return httpx.AsyncHTTPTransport(verify=_verified() if secure else False, trust_env=False, limits=limits)
    return AiohttpTransport(_verified() if secure else None, connections)


def build_http_request(base: httpx.URL, request: BoundRequest, authorization: str, timeout: float) -> httpx.Request:
    """The request as httpx has it. The path is escaped already and goes out as it is."""
    target = f"{base.raw_path.decode('ascii').rstrip('/')}{request.path}"
    if request.query:
        pairs = "&".join(
            f"{quote(name, safe=_UNENCODED)}={quote(value, safe=_UNENCODED)}" for name, value in request.query
        )
        target = f"{target}?{pairs}"
    headers = _OWN
    if request.headers:
        named = {name.lower() for name in request.headers}
        headers = {**{name: text for name, text in _OWN.items() if name.lower() not in named}, **request.headers}
    headers = {**headers, "Authorization": authorization}
    limit = request.timeout or timeout
    times = {"connect": limit, "read": limit, "write": limit, "pool": limit}
    try:
        url = base.copy_with(raw_path=target.encode("ascii"))
    except httpx.InvalidURL as error:
        raise InputError([Problem("", f"the address cannot be sent: {error}. Give shorter values")]) from None
    return httpx.Request(
        request.method, url, headers=headers, extensions={"timeout": times}, **_content(request, headers)
    )


def build_reply(response: httpx.Response, body: bytes) -> Reply:
    """An answer and its body, with lower-case header names."""
    return Reply(response.status_code, dict(response.headers.items()), body)


def build_send_failure(error: httpx.HTTPError) -> SendFailure:
    """What kind of failure it was. Its text names no secret: httpx puts addresses, never headers, into its messages."""
    text = f"{type(error).__name__}: {error}"
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.UnsupportedProtocol):
        return SendFailure("connect", text)
    if isinstance(error, httpx.TimeoutException):
        return SendFailure("timeout", text)
    return SendFailure("broken", text)


def _content(request: BoundRequest, headers: dict[str, str]) -> Mapping[str, Any]:
    if request.files or request.form:
        files: list[tuple[str, Any]] = [
            (part.field, (part.name, part.content, part.media_type)) for part in request.files
        ]
        files += [(name, (None, value)) for name, value in request.form]
        return {"files": files}
    if request.content is not None:
        return {"content": request.content}
    if request.body is not None:
        if not any(name.lower() == "content-type" for name in headers):
            headers["Content-Type"] = "application/json"
        return {"content": encode_json(request.body)}
    return {}


def encode_json(body: Any) -> bytes:
    """JSON as it travels: compact, UTF-8, integers of any size."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
