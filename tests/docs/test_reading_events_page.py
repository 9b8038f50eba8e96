"""docs/reading-events.md: its Python runs and prints what stands below it, and its commands and filter work."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path

from tests.tools.export.pages import blocks

import zoom_facts as facts
from zoom_component.cli.main import load_command
from zoom_component.cli.parser import build_parser
from zoom_component.events.webhook import parse_located_filter
from zoom_component.spec.yaml12 import parse_yaml

PAGE = Path(__file__).resolve().parents[2] / "docs/reading-events.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_the_blocks_run_and_print_what_stands_below_them() -> None:
    found = list(blocks(TEXT))
    names: dict[str, object] = {}
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        for block in found:
            if block.language == "python":
                exec(compile(block.text, str(PAGE), "exec"), names)
    assert said.getvalue() == "".join(block.text for block in found if block.language == "text")


def test_the_commands_are_understood() -> None:
    commands = re.findall(r"^zoom-component (\w+)(.*)$", TEXT, re.MULTILINE)
    assert len(commands) == 4
    for word, rest in commands:
        build_parser(word, load_command(word)).parse(shlex.split(rest, comments=True))


def test_the_filter_is_one() -> None:
    (block,) = (block for block in blocks(TEXT) if block.language == "yaml")
    located = parse_yaml(block.text, "page")
    found = parse_located_filter(located.value, located, (), facts)
    assert (located.diagnostics, len(found.where)) == ([], 5)
