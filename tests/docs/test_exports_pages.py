"""Run the commands of docs/catalogue.md and docs/exports.md, and compare their output with the pages."""

from __future__ import annotations

import re
from pathlib import Path

from tests.docs.page_commands import SANDBOX_PORT, run_page
from tests.docs.terminal import Terminal, find_free_port

from zoom_component.cli.export import FORMS
from zoom_sandbox import Sandbox

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_commands_of_the_catalogue_page(terminal: Terminal, folder: Path) -> None:
    page = (DOCS / "catalogue.md").read_text(encoding="utf-8")
    ended, running = run_page(page.replace(SANDBOX_PORT, str(find_free_port())), terminal, folder)
    assert (ended >= 6, running) == (True, 1)
    assert (folder / "catalogue.json").is_file()


def test_commands_of_the_exports_page(terminal: Terminal, folder: Path) -> None:
    page = (DOCS / "exports.md").read_text(encoding="utf-8")
    with Sandbox() as sandbox:
        terminal.type(f"export ZOOM_BASE_URL={sandbox.api_url} ZOOM_TOKEN={sandbox.issue_token()}")
        assert run_page(page, terminal, folder)[0] >= 6
    assert {path.name for path in folder.glob("*.json")} >= {"tools.json", "claude.json", "schema.json", "release.json"}


def test_page_lists_every_format() -> None:
    page = (DOCS / "exports.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE) == list(FORMS)
