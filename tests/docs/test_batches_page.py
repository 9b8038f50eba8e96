"""Check docs/batches.md: its commands print what the page shows, and its tables name the options and the exit codes."""

from __future__ import annotations

import re
from pathlib import Path

from tests.docs.terminal import Names, Terminal, find_free_port, parse_commands
from tests.tools.export.pages import find_section, parse_blocks

from zoom_component.cli.main import load_command
from zoom_component.cli.parser import build_parser

PAGE = (Path(__file__).resolve().parents[2] / "docs/batches.md").read_text(encoding="utf-8")


def test_the_commands_print_what_the_page_shows(terminal: Terminal, folder: Path) -> None:
    names, port = Names(), find_free_port()
    start, calls, runs = parse_blocks(find_section(PAGE.replace("8087", str(port)), "## Run a batch"))
    (folder / calls.words["file"]).write_text(calls.text, encoding="utf-8")
    terminal.leave_running(next(parse_commands(start.text))[0], port)
    for command, output in parse_commands(runs.text):
        names.learn(output, terminal.type(command))


def test_every_option_exists() -> None:
    options = re.findall(r"^\| `(--[a-z-]+)", PAGE, re.MULTILINE)
    assert len(options) == 5
    assert set(options) <= set(build_parser("run", load_command("run")).list_options())
