"""Run the program of docs/mcp-server.md, and check that the options on the page exist."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import re
from pathlib import Path

from tests.tools.export.pages import find_section, parse_blocks, parse_tables

from zoom_component.cli import mcp
from zoom_component.cli.main import load_command
from zoom_component.cli.parser import build_parser
from zoom_component.server.mcp.prompts import list_prompts
from zoom_component.server.mcp.resources import list_resource_templates, list_resources

PAGE = Path(__file__).resolve().parents[2] / "docs/mcp-server.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_the_program_prints_its_output() -> None:
    page_blocks = list(parse_blocks(TEXT))
    (program,) = [block for block in page_blocks if block.language == "python"]
    (expected,) = [block for block in page_blocks if block.language == "text"]
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(program.text, str(PAGE), "exec"), {})
    assert output.getvalue() == expected.text


def test_every_option_on_the_page_exists() -> None:
    options = set(build_parser("mcp", load_command("mcp")).list_options())
    commands = [line for line in TEXT.splitlines() if line.startswith("zoom-component mcp")]
    names = {*re.findall(r"`(--[a-z-]+)", TEXT), *re.findall(r"--[a-z-]+", " ".join(commands))}
    assert len(names) >= 12
    assert names <= options


def test_the_configuration_of_a_client_starts_the_command() -> None:
    (block,) = [block for block in parse_blocks(TEXT) if block.language == "json"]
    (server,) = json.loads(block.text)["mcpServers"].values()
    parser = argparse.ArgumentParser()
    mcp.add_arguments(parser)
    assert server["args"][0] == "mcp"
    assert parser.parse_args(server["args"][1:]).only == "read"


def test_the_page_lists_every_resource_and_prompt() -> None:
    uris = [str(resource.uri) for resource in list_resources()]
    uris += [template.uri_template for template in list_resource_templates()]
    names = [prompt.name for prompt in list_prompts()]
    assert sorted(re.findall(r"`(zoom://.+?)`", TEXT)) == sorted(uris)
    assert all(f"`{name}`" in TEXT for name in names)


def test_the_page_lists_every_option_that_selects_tools() -> None:
    (table,) = parse_tables(find_section(TEXT, "## Select the tools"))
    assert [re.findall(r"--[a-z]+", row["option"])[0] for row in table] == [
        "--only",
        "--resources",
        "--include",
        "--exclude",
    ]
