"""Check docs/testing.md: every command prints what the page shows, and the tables list every key."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest
from tests.docs.terminal import Names, Terminal, parse_commands
from tests.tools.export.pages import parse_blocks, parse_tables

from zoom_component.testing.model import ExpectationModel, StepModel

PAGE = (Path(__file__).resolve().parents[2] / "docs/testing.md").read_text(encoding="utf-8")


@pytest.fixture
def terminal(terminal: Terminal, tmp_path: Path) -> Terminal:
    """Return a terminal in which `python` is the interpreter of this test run."""
    python = tmp_path / "programs" / "python"
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    return terminal


def test_commands_print_what_the_page_shows(terminal: Terminal, folder: Path) -> None:
    names, typed = Names(), 0
    for block in parse_blocks(PAGE):
        if "file" in block.words:
            (folder / block.words["file"]).write_text(block.text, encoding="utf-8")
        else:
            assert block.language == "console"
            for line, expected in parse_commands(block.text):
                output = terminal.type(names.fill_in(line))
                names.learn(expected, output)
                assert "pytest" not in line or " failed" not in output
                typed += 1
    assert typed >= 10
    assert (folder / "results.xml").is_file()


def test_tables_list_every_key() -> None:
    expectation_keys, step_keys, _ = (
        {key for row in table for key in re.findall(r"`(\w+)`", next(iter(row.values())))}
        for table in parse_tables(PAGE)
    )
    assert expectation_keys == {field.alias or name for name, field in ExpectationModel.model_fields.items()}
    assert step_keys == set(StepModel.model_fields) - {"name", "run", "inputs", "expect"}
