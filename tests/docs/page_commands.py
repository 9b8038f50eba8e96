"""Run the files, console blocks and Python blocks of a page in a terminal, and compare the output with the page."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path

from tests.docs.terminal import Names, Terminal, parse_commands
from tests.tools.export.pages import parse_blocks

SANDBOX_PORT = "8087"  # the port of the sandbox on every page
_PORT = re.compile(r"--port ([0-9]+)")
_MAX_WAIT = 60.0  # seconds


def run_page(page: str, terminal: Terminal, folder: Path) -> tuple[int, int]:
    """Write the files of a page, run its commands in order, and return how many ended and how many still run.

    Commands of blocks with `terminal=2` are left running. The block after a Python block is its output.
    """
    names, ended, running = Names(), 0, 0
    page_blocks = list(parse_blocks(page))
    for at, block in enumerate(page_blocks):
        if "file" in block.words:
            path = folder / block.words["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        elif block.language == "python":
            (folder.parent / "block.py").write_text(block.text, encoding="utf-8")
            names.learn(page_blocks[at + 1].text, terminal.type(f"{sys.executable} ../block.py"))
        elif block.language == "console":
            for line, expected in parse_commands(block.text):
                if block.words.get("terminal") == "2":
                    port = _PORT.search(line)
                    terminal.leave_running(line, int(port[1]) if port else None)
                    running += 1
                else:
                    _type_until_expected(terminal, names, line, expected)
                    ended += 1
    return ended, running


def _type_until_expected(terminal: Terminal, names: Names, line: str, expected: str) -> None:
    """Run a command; repeat an `inbox` command until the workers have finished and the output matches."""
    deadline = time.monotonic() + _MAX_WAIT
    while True:
        output = terminal.type(names.fill_in(line))
        try:
            names.learn(expected, output)
        except AssertionError:
            if time.monotonic() > deadline or " inbox " not in line:
                raise
            time.sleep(0.2)
        else:
            return
