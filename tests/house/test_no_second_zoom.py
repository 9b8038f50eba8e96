"""Zoom is played by the embedded one; a test module that stands something else behind a wire says why."""

from __future__ import annotations

import ast
import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
BY_HAND = re.compile(
    r"MockTransport\(|respx\.|HTTPServer\(|\.accept\(|Loopback\(|\bPlayed\(|\breply\(|httpx\.Response\("
)
# What others stand on, told of by its own docstring; and the receiver of webhooks, which is no Zoom.
APART = {"conftest.py", "house/test_no_second_zoom.py", "support/receiver.py", "support/calls.py", "support/server.py"}


def test_a_zoom_by_hand_has_its_reason() -> None:
    found = [file for file in sorted(TESTS.rglob("*.py")) if BY_HAND.search(file.read_text(encoding="utf-8"))]
    named = {file.relative_to(TESTS).as_posix(): ast.get_docstring(ast.parse(file.read_text())) or "" for file in found}
    assert len(named) > 5
    assert [name for name, told in named.items() if name not in APART and "No embedded Zoom: " not in told] == []
