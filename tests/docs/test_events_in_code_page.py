"""Check docs/events-in-code.md: its Python prints what the page shows, and its commands and filter are valid."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path

from tests.tools.export.pages import parse_blocks, parse_tables

import zoom_facts as facts
from zoom_component.cli.main import load_command
from zoom_component.cli.parser import build_parser
from zoom_component.events.webhook import Event, parse_located_filter
from zoom_component.spec.yaml12 import parse_yaml

PAGE = Path(__file__).resolve().parents[2] / "docs/events-in-code.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_the_python_prints_what_the_page_shows() -> None:
    page_blocks = list(parse_blocks(TEXT))
    names: dict[str, object] = {}
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        for block in page_blocks:
            if block.language == "python":
                exec(compile(block.text, str(PAGE), "exec"), names)
    assert output.getvalue() == "".join(block.text for block in page_blocks if block.language == "text")


def test_the_commands_are_understood() -> None:
    commands = re.findall(r"^zoom-component (\w+)(.*)$", TEXT, re.MULTILINE)
    assert len(commands) == 4
    for name, arguments in commands:
        build_parser(name, load_command(name)).parse(shlex.split(arguments, comments=True))


def test_the_page_counts_the_events() -> None:
    assert f"all {len(facts.list_event_names())} events" in TEXT


def test_the_attributes_are_those_of_an_event() -> None:
    rows = next(table for table in parse_tables(TEXT) if "Attribute" in table[0])
    for name in (name for row in rows for name in re.findall(r"`(\w+)`", row["Attribute"])):
        assert hasattr(Event(b"", {}), name), name


def test_the_filter_is_valid() -> None:
    (block,) = (block for block in parse_blocks(TEXT) if block.language == "yaml")
    located = parse_yaml(block.text, "page")
    event_filter = parse_located_filter(located.value, located, (), facts)
    assert (located.diagnostics, len(event_filter.where)) == ([], 5)
