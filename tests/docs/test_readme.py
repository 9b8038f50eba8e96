"""Check README.md: the numbers that it states are those of the specs and of the sandbox."""

from __future__ import annotations

import re
from pathlib import Path

from zoom_component.spec.catalogue import Catalogue
from zoom_sandbox.coverage import stateful_operations

PAGE = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")


def test_the_numbers_are_right() -> None:
    catalogue = Catalogue()
    counts = re.search(r"(\d+) Zoom actions, (\d+) triggers and (\d+) connections", PAGE)
    assert counts is not None
    actual = (catalogue.action_keys(), catalogue.trigger_keys(), catalogue.connection_keys())
    assert tuple(map(int, counts.groups())) == tuple(map(len, actual))
    assert f"{len(stateful_operations())} operations remember" in PAGE
