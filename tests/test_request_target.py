"""Test every form of a request target."""

from __future__ import annotations

from typing import Any

import pytest

from zoom_component.request_target import to_origin_form


@pytest.mark.parametrize(
    ("path", "expected", "host"),
    [
        ("/zoom", "/zoom", b"own"), ("//zoom", "/zoom", b"own"), ("///a//b/", "/a//b/", b"own"), ("", "/", b"own"),
        ("*", "*", b"own"), ("http://h/zoom", "/zoom", b"h"), ("HTTPS://h:8443/zoom/", "/zoom/", b"h:8443"),
        ("http://h", "/", b"h"), ("http://h//zoom", "/zoom", b"h"), ("http://user:word@h/zoom", "/zoom", b"h"),
        ("http://[::1]:80/zoom", "/zoom", b"[::1]:80"), ("/http://h/zoom", "/http://h/zoom", b"own"),
        ("zoom", "zoom", b"own"), ("http:/h/zoom", "http:/h/zoom", b"own"),
    ],
)  # fmt: skip
def test_a_target_becomes_a_path_and_a_host(path: str, expected: str, host: bytes) -> None:
    scope: dict[str, Any] = {"path": path, "raw_path": path.encode(), "headers": [(b"host", b"own"), (b"x", b"y")]}
    changed = to_origin_form(scope)
    assert (changed["path"], changed["raw_path"]) == (expected, expected.encode())
    assert dict(changed["headers"]) == {b"host": host, b"x": b"y"}
    assert scope["path"] == path
