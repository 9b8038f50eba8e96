"""Run a page's files and console blocks in a terminal, and compare what is shown with the page."""

from __future__ import annotations

import re
import time
from pathlib import Path

from tests.docs.terminal import Names, Terminal, steps
from tests.tools.export.pages import blocks

_PORT = re.compile(r"--port ([0-9]+)")
_MAX_WAIT = 60.0  # seconds


def run_page(text: str, terminal: Terminal, folder: Path) -> tuple[int, int]:
    """Write the files of a page, run its commands, and return how many ended and how many were left running.

    Commands of blocks with `terminal=2` are left running.
    """
    typed = started = 0
    for block in blocks(text):
        if "file" in block.words:
            (folder / block.words["file"]).write_text(block.text, encoding="utf-8")
        for line, expected in steps(block.text) if block.language == "console" else ():
            if block.words.get("terminal") == "2":
                port = _PORT.search(line)
                terminal.leave_running(line, int(port[1]) if port else None)
                started += 1
            else:
                _type_until_shown(terminal, line, expected)
                typed += 1
    return typed, started


def _type_until_shown(terminal: Terminal, line: str, expected: str) -> None:
    """Run a command; repeat an `inbox` command until the workers have finished and the output matches."""
    names, deadline = Names(), time.monotonic() + _MAX_WAIT
    while True:
        output = terminal.type(line)
        try:
            names.learn(expected, output)
        except AssertionError:
            if time.monotonic() > deadline or " inbox " not in line:
                raise
            time.sleep(0.2)
        else:
            return
