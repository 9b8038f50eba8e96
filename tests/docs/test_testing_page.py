"""docs/testing.md, followed word by word in an empty folder: what it shows is what a screen shows."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.docs.terminal import Names, Terminal
from tests.docs.test_tutorial import steps
from tests.export.pages import blocks

PAGE = (Path(__file__).resolve().parents[2] / "docs/testing.md").read_text(encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "mine"
    made.mkdir()
    return made


@pytest.fixture
def terminal(folder: Path, tmp_path: Path) -> Iterator[Terminal]:
    kept = {name: str(tmp_path / name) for name in ("HOME", "ZOOM_COMPONENT_STATE", "ZOOM_COMPONENT_CACHE")}
    opened = Terminal(folder, kept)
    python = tmp_path / "programs" / "python"
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    yield opened
    opened.close()


def test_the_page_word_by_word(terminal: Terminal, folder: Path) -> None:
    names, typed = Names(), 0
    for block in blocks(PAGE):
        if "file" in block.words:
            (folder / block.words["file"]).write_text(block.text, encoding="utf-8")
        else:
            assert block.language == "console"
            for line, shown in steps(block.text):
                screen = terminal.type(names.put(line))
                names.learn(shown, screen)
                assert "pytest" not in line or " failed" not in screen
                typed += 1
    assert typed >= 10
    assert (folder / "results.xml").is_file()
