"""docs/catalogue.md and docs/exports.md, followed word by word: what they show is what a screen shows."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.docs.terminal import Names, Terminal, free_port, steps
from tests.tools.export.pages import Block, blocks

from zoom_component.cli.export import FORMS
from zoom_sandbox import Sandbox

DOCS = Path(__file__).resolve().parents[2] / "docs"
PORT = "8087"


def followed(page: str, terminal: Terminal, folder: Path, port: str) -> int:
    """Types every line of a page, and gives how many there were."""
    names, typed = Names(), 0
    found = [Block(each.language, each.words, each.text.replace(PORT, port)) for each in blocks(page)]
    for at, block in enumerate(found):
        if "file" in block.words:
            path = folder / block.words["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        elif block.language == "python":
            (folder.parent / "block.py").write_text(block.text, encoding="utf-8")
            names.learn(found[at + 1].text, terminal.type(f"{sys.executable} ../block.py"))
        elif block.language == "console":
            for line, shown in steps(block.text):
                if block.words.get("terminal") == "2":
                    terminal.leave_running(line, int(port))
                else:
                    names.learn(shown, terminal.type(names.put(line)))
                typed += 1
    return typed


def test_the_page_of_the_catalogue(terminal: Terminal, folder: Path) -> None:
    page = (DOCS / "catalogue.md").read_text(encoding="utf-8")
    assert followed(page, terminal, folder, str(free_port())) >= 7
    assert (folder / "catalogue.json").is_file()


def test_the_page_of_the_exports(terminal: Terminal, folder: Path) -> None:
    page = (DOCS / "exports.md").read_text(encoding="utf-8")
    with Sandbox() as zoom:
        terminal.type(f"export ZOOM_BASE_URL={zoom.api_url} ZOOM_TOKEN={zoom.issue_token()}")
        assert followed(page, terminal, folder, PORT) >= 6
    assert {path.name for path in folder.glob("*.json")} >= {"tools.json", "claude.json", "schema.json", "release.json"}


def test_every_form_is_on_the_page() -> None:
    page = (DOCS / "exports.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE) == list(FORMS)
