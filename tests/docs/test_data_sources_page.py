"""Run the commands of docs/data-sources.md and docs/preflight.md, and compare their output with the pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.docs.page_commands import SANDBOX_PORT, run_page
from tests.docs.terminal import Terminal, find_free_port

from zoom_component.spec.catalogue import Catalogue

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize(("name", "count"), [("data-sources.md", 11), ("preflight.md", 5)])
def test_commands_of_the_page(name: str, count: int, terminal: Terminal, folder: Path) -> None:
    page = (DOCS / name).read_text(encoding="utf-8")
    ended, running = run_page(page.replace(SANDBOX_PORT, str(find_free_port())), terminal, folder)
    assert (ended >= count, running) == (True, 1)


def test_page_lists_every_data_source() -> None:
    page = (DOCS / "data-sources.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`select.*?) \|", page, re.MULTILINE)
    assert sorted(re.findall(r"`(\w+)`", " ".join(rows))) == Catalogue().data_source_keys()
