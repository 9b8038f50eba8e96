"""Read the target of an HTTP request in each form that a server may receive. Pure.

Clients send a path. A forward proxy sends a whole URL, which servers must accept, and whose host replaces the Host
header: https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Any

__all__ = ["to_origin_form"]

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://([^/?#]*)")


def to_origin_form(scope: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Return the ASGI scope of a request with a path that begins with one slash, and with the host of its target.

    Two slashes at the beginning come from an address that ends in a slash, joined to a path that begins with one.
    """
    path: str = scope.get("path", "")
    if path.startswith("/") and not path.startswith("//"):
        return scope
    raw: bytes = scope.get("raw_path") or b""
    raw = _remove_authority(raw.decode("latin-1")).encode("latin-1")
    changed = {**scope, "path": _remove_authority(path), "raw_path": raw}
    if match := _ABSOLUTE.match(path):
        host = match[1].rpartition("@")[2].encode("latin-1", "replace")
        changed["headers"] = [(b"host", host), *((name, value) for name, value in scope["headers"] if name != b"host")]
    return changed


def _remove_authority(path: str) -> str:
    match = _ABSOLUTE.match(path)
    rest = path[match.end() :] if match else path
    return f"/{rest.lstrip('/')}" if rest.startswith("/") or not rest else rest
