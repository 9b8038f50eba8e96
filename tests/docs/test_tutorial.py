"""Follow docs/tutorial.md in an empty folder: run each command, and compare what it prints with the page."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.docs.terminal import Names, Terminal, find_free_port, parse_commands
from tests.tools.export.pages import Block, parse_blocks

from zoom_component.spec.catalogue import Catalogue
from zoom_facts import find_operation

PAGE = (Path(__file__).resolve().parents[2] / "docs/tutorial.md").read_text(encoding="utf-8")
PORT = "8087"


def test_every_command_prints_what_the_page_shows(terminal: Terminal, folder: Path) -> None:
    port, names = find_free_port(), Names()
    page_blocks = [
        Block(block.language, block.words, block.text.replace(PORT, str(port))) for block in parse_blocks(PAGE)
    ]
    for at, block in enumerate(page_blocks):
        if block.language == "yaml":
            (folder / block.words["file"]).write_text(block.text, encoding="utf-8")
        elif block.language == "python":
            (folder.parent / "block.py").write_text(block.text, encoding="utf-8")
            names.learn(page_blocks[at + 1].text, terminal.type(f"{sys.executable} ../block.py"))
        elif block.language == "console":
            for typed, shown in parse_commands(block.text):
                if block.words.get("terminal") == "2":
                    terminal.leave_running(typed, port)
                else:
                    names.learn(shown, terminal.type(names.fill_in(typed)))


def test_no_action_uses_the_operation_of_the_tutorial() -> None:
    listing = Catalogue().listing()
    assert ("DELETE", "/meetings/{meetingId}") not in {(row["method"], row["path"]) for row in listing}
    assert "cancelMeeting" not in {row["key"] for row in listing}
    assert find_operation("DELETE", "/meetings/{meetingId}") is not None


def test_the_tutorial_edits_the_file_that_spec_new_writes(terminal: Terminal, folder: Path) -> None:
    written = [block.words["file"] for block in parse_blocks(PAGE) if block.language == "yaml"]
    first = next(block for block in parse_blocks(PAGE) if block.language == "console")
    for typed, _ in parse_commands(first.text):
        terminal.type(typed)
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()) == [written[0]]
    assert len(set(written)) == 1
