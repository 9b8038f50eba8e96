"""Run the files, console blocks and Python blocks of a page in a terminal, and compare the output with the page."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.docs.terminal import Names, Terminal, steps
from tests.tools.export.pages import blocks

SANDBOX_PORT = "8087"  # the port of the sandbox on every page


def run_commands(page: str, terminal: Terminal, folder: Path, port: str) -> int:
    """Run every command of a page in order, with the sandbox at `port`, and return how many there are.

    Commands of blocks with `terminal=2` are left running. The block after a Python block is its output.
    """
    names, count = Names(), 0
    page_blocks = list(blocks(page.replace(SANDBOX_PORT, port)))
    for at, block in enumerate(page_blocks):
        if "file" in block.words:
            path = folder / block.words["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        elif block.language == "python":
            (folder.parent / "block.py").write_text(block.text, encoding="utf-8")
            names.learn(page_blocks[at + 1].text, terminal.type(f"{sys.executable} ../block.py"))
        elif block.language == "console":
            for line, expected in steps(block.text):
                if block.words.get("terminal") == "2":
                    terminal.leave_running(line, int(port))
                else:
                    names.learn(expected, terminal.type(names.put(line)))
                count += 1
    return count
