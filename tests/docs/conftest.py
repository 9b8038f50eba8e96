"""An empty folder, and a terminal in it, for pages that are followed word by word."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.docs.terminal import Terminal


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "mine"
    made.mkdir()
    return made


@pytest.fixture
def terminal(folder: Path, tmp_path: Path) -> Iterator[Terminal]:
    kept = {name: str(tmp_path / name) for name in ("HOME", "ZOOM_COMPONENT_STATE", "ZOOM_COMPONENT_CACHE")}
    opened = Terminal(folder, kept)
    yield opened
    opened.close()
