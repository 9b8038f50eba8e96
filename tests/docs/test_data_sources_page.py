"""docs/data-sources.md and docs/preflight.md, followed word by word: what they show is what a screen shows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.docs.terminal import Terminal, free_port
from tests.docs.test_exports_pages import followed

from zoom_component.spec.catalogue import Catalogue

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize(("name", "lines"), [("data-sources.md", 12), ("preflight.md", 6)])
def test_the_page(name: str, lines: int, terminal: Terminal, folder: Path) -> None:
    page = (DOCS / name).read_text(encoding="utf-8")
    assert followed(page, terminal, folder, str(free_port())) >= lines


def test_every_source_is_on_the_page() -> None:
    page = (DOCS / "data-sources.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`select.*?) \|", page, re.MULTILINE)
    assert sorted(re.findall(r"`(\w+)`", " ".join(rows))) == Catalogue().data_source_keys()
