"""docs/testing.md, followed word by word in an empty folder: what it shows is what a screen shows."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest
from tests.docs.terminal import Names, Terminal, steps
from tests.tools.export.pages import blocks

PAGE = (Path(__file__).resolve().parents[2] / "docs/testing.md").read_text(encoding="utf-8")


@pytest.fixture
def terminal(terminal: Terminal, tmp_path: Path) -> Terminal:
    """One that knows Python by its name, too."""
    python = tmp_path / "programs" / "python"
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    return terminal


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
