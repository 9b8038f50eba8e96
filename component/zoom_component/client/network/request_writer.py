"""Write requests as the bytes of HTTP/1.1: https://www.rfc-editor.org/rfc/rfc9112"""

from __future__ import annotations

import json
import re
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from zoom_component import __version__
from zoom_component.errors import InputError, Problem
from zoom_component.messages import BoundRequest

__all__ = ["DEFAULT_HEADERS", "EncodedRequest", "Origin", "encode_request", "format_request", "has_length"]

DEFAULT_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip, deflate",
    "User-Agent": f"zoom-component/{__version__}",
}
_PORTS = {"http": 80, "https": 443}
_UNENCODED = "-._~:@!$'()*,;/?"
_MAX_TARGET = 65_536  # characters
_TARGET = re.compile(r"/[!-~]*")
_METHOD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_NAME = _METHOD
_VALUE = re.compile(r"[\t -~]*")
_METHODS_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


class Origin(NamedTuple):
    """Hold where requests go: scheme, host, port, the text of the Host header, and the path that all targets share.

    `host` is in ASCII, and has no brackets if it is an IPv6 address.
    """

    scheme: str
    host: str
    port: int
    authority: str
    path: str = ""

    @classmethod
    def from_url(cls, url: str) -> Origin:
        """Return the origin of a base URL. Raise ValueError if it is not an http:// or https:// URL with a host."""
        parts = urlsplit(url)
        default = _PORTS.get(parts.scheme)
        host = _encode_host(parts.hostname or "")
        if default is None or not host:
            raise ValueError("expected an http:// or https:// URL with a host")
        port = parts.port or default
        name = f"[{host}]" if ":" in host else host
        path = quote(parts.path.rstrip("/"), safe="/%:@!$&'()*+,;=~-._")
        return cls(parts.scheme, host, port, name if port == default else f"{name}:{port}", path)

    @property
    def is_plain_loopback(self) -> bool:
        """Return whether it is on this machine, without TLS, by a name that needs no closer look."""
        host = self.host
        is_address = host.startswith("127.") and host.replace(".", "").isdigit()
        return self.scheme == "http" and (is_address or host in ("localhost", "::1"))

    @property
    def url(self) -> str:
        """Return the origin as a URL, without a path."""
        return f"{self.scheme}://{self.authority}"


class EncodedRequest(NamedTuple):
    """Hold a request as it is sent: `target` is the path with its query, escaped; `body` is b"" for none."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


def encode_request(origin: Origin, request: BoundRequest, authorization: str) -> EncodedRequest:
    """Return a request with all its headers but Host and Content-Length. Its path is escaped already.

    Raise InputError for a request that cannot be sent.
    """
    target = f"{origin.path}{request.path}"
    if request.query:
        pairs = [f"{quote(name, safe=_UNENCODED)}={quote(value, safe=_UNENCODED)}" for name, value in request.query]
        target = f"{target}?{'&'.join(pairs)}"
    if len(target) > _MAX_TARGET or not _TARGET.fullmatch(target):
        raise _refuse_target(target)
    headers = DEFAULT_HEADERS
    if request.headers:
        names = {name.lower() for name in request.headers}
        headers = {name: text for name, text in headers.items() if name.lower() not in names}
        headers |= {name: text for name, text in request.headers.items() if name.lower() != "authorization"}
    headers = {**headers, "Authorization": authorization}
    return EncodedRequest(request.method, target, headers, _encode_body(request, headers))


def format_request(origin: Origin, request: EncodedRequest) -> bytes:
    """Return the bytes of a request. Raise InputError for a method or a header that would break its head."""
    if not _METHOD.fullmatch(request.method):
        raise InputError([Problem("", f"expected the name of an HTTP method such as GET, got {request.method[:40]!a}")])
    lines = [f"{request.method} {request.target} HTTP/1.1\r\nHost: {origin.authority}\r\n"]
    for name, text in request.headers.items():
        if not (text.isascii() and (text.isprintable() or _VALUE.fullmatch(text)) and _NAME.fullmatch(name)):
            # The value is not repeated: it may be a secret.
            raise InputError([Problem("", f"expected ASCII text on one line as the header {name[:40]!a}")])
        lines.append(f"{name}: {text}\r\n")
    if has_length(request):
        lines.append(f"Content-Length: {len(request.body)}\r\n")
    lines.append("\r\n")
    return "".join(lines).encode("ascii") + request.body


def has_length(request: EncodedRequest) -> bool:
    """Return whether a request has a Content-Length: with a body, or where a server expects one."""
    return bool(request.body) or request.method in _METHODS_WITH_BODY


def _encode_host(host: str) -> str:
    if host.isascii():
        return host
    import idna

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise ValueError("expected the name of a host") from None


def _refuse_target(target: str) -> InputError:
    if len(target) > _MAX_TARGET:
        reason = f"expected a URL of at most {_MAX_TARGET:,} characters, got {len(target):,}"
    else:
        reason = "expected a path that is escaped, got characters that are not allowed in a URL"
    return InputError([Problem("", f"the URL cannot be sent: {reason}. Use shorter values")])


def _encode_body(request: BoundRequest, headers: dict[str, str]) -> bytes:
    """Return the body of a request, and add its type to the headers unless the caller's have one."""
    if request.files or request.form:
        from zoom_component.client.network.multipart import encode_multipart

        for name in [name for name in headers if name.lower() == "content-type"]:
            del headers[name]  # it would lack the boundary
        headers["Content-Type"], body = encode_multipart(request.form, request.files)
        return body
    if request.content is not None:
        return request.content
    if request.body is None:
        return b""
    if not request.headers or not any(name.lower() == "content-type" for name in request.headers):
        headers["Content-Type"] = "application/json"
    return json.dumps(request.body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
