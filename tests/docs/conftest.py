"""Provide an empty folder and a terminal in it, for tests that run the commands of a page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.docs.terminal import Terminal


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    return folder


@pytest.fixture
def terminal(folder: Path, tmp_path: Path) -> Iterator[Terminal]:
    folders = {name: str(tmp_path / name) for name in ("HOME", "ZOOM_COMPONENT_STATE", "ZOOM_COMPONENT_CACHE")}
    terminal = Terminal(folder, folders)
    yield terminal
    terminal.close()
