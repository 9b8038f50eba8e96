"""docs/mcp-server.md: its program runs as it stands, and each option that it names is one."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import re
from pathlib import Path

from tests.tools.export.pages import blocks

from zoom_component.cli import mcp

PAGE = Path(__file__).resolve().parents[2] / "docs/mcp-server.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_the_program_prints_what_stands_below_it() -> None:
    found = list(blocks(TEXT))
    (program,) = [block for block in found if block.language == "python"]
    (told,) = [block for block in found if block.language == "text"]
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(program.text, str(PAGE), "exec"), {})
    assert said.getvalue() == told.text


def test_every_option_of_the_page_is_one() -> None:
    parser = argparse.ArgumentParser(add_help=False)
    mcp.add_arguments(parser)
    known = {word for action in parser._actions for word in action.option_strings}
    lines = [line for line in TEXT.splitlines() if "zoom-component mcp" in line or line.startswith(("| `--", "- "))]
    assert {word for line in lines for word in re.findall(r"--[a-z-]+", line)} <= known | {"--"}


def test_the_clients_file_is_json_that_starts_the_command() -> None:
    (block,) = [block for block in blocks(TEXT) if block.language == "json"]
    (server,) = json.loads(block.text)["mcpServers"].values()
    parser = argparse.ArgumentParser()
    mcp.add_arguments(parser)
    assert server["args"][0] == "mcp"
    assert parser.parse_args(server["args"][1:]).only == "read"
