"""Run the commands of docs/inputs.md, and compare their output with the page."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.docs.page_commands import run_page
from tests.docs.terminal import Terminal
from tests.tools.export.pages import find_section

PAGE = (Path(__file__).resolve().parents[2] / "docs/inputs.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("heading", ["## Empty text and null", "## Choices"])
def test_the_commands_print_what_the_page_shows(heading: str, terminal: Terminal, folder: Path) -> None:
    ended, running = run_page(find_section(PAGE, heading), terminal, folder)
    assert (ended >= 2, running) == (True, 0)
