"""Check that what a spec file writes into a request stays below the base URL, and sets no header of the connection."""

from __future__ import annotations

import re

from zoom_component.spec.diagnostics import quote, shorten

__all__ = ["find_header_problem", "find_path_problem"]

# The characters of one segment that need no escape, without %: https://www.rfc-editor.org/rfc/rfc3986#section-3.3
_SEGMENT = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|\{[A-Za-z_][A-Za-z0-9_]*\})+")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_CONNECTION_HEADERS = frozenset(
    {"authorization", "connection", "content-length", "content-type", "cookie", "host", "proxy-authorization", "te"}
    | {"trailer", "transfer-encoding", "upgrade"}
)


def find_path_problem(path: str) -> str:
    """Return why a path template could lead elsewhere than below the base URL; "" if it cannot."""
    got = f"got {quote(shorten(path))}"
    if not path.startswith("/") or path.startswith("//"):
        return f"expected a path below the base URL such as /users/{{userId}}, {got}"
    for segment in path[1:].removesuffix("/").split("/"):
        if segment in (".", ".."):
            return f"expected a path without the segments . and .., {got}"
        if not segment and path != "/":
            return f"expected a path without an empty segment, {got}"
        if segment and not _SEGMENT.fullmatch(segment):
            expected = "expected segments of letters, digits, {name} and characters such as - . _ ~"
            return f"{expected}, without % and \\, got {quote(shorten(segment))}"
    return ""


def find_header_problem(name: str) -> str:
    """Return why an action cannot set a header; "" if it can."""
    if not _HEADER_NAME.fullmatch(name):
        return f"expected the name of a header such as X-Request-Id, got {quote(shorten(name))}"
    if name.lower() in _CONNECTION_HEADERS:
        return f"{name} is set by the connection; an input cannot set it"
    return ""
