"""Test docs/sandbox.md: its blocks run and print the text below them, and it names every option and admin path."""

from __future__ import annotations

import argparse
import contextlib
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.tools.export.pages import Block, parse_blocks

from zoom_component.cli import sandbox
from zoom_sandbox.admin import ROUTES

PAGE = Path(__file__).resolve().parents[2] / "docs/sandbox.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_every_block_prints_the_text_below_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page_blocks = list(parse_blocks(TEXT))
    for block in page_blocks:
        if "file" in block.words:
            (tmp_path / block.words["file"]).write_text(block.text, encoding="utf-8")
    namespace: dict[str, object] = {}
    count = 0
    for block, next_block in zip(page_blocks, [*page_blocks[1:], Block("", {}, "")], strict=True):
        if block.language != "python":
            continue
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            exec(compile(block.text, str(PAGE), "exec"), namespace)
        assert next_block.language == "text"
        assert output.getvalue() == next_block.text
        count += 1
    assert count == 9


def test_the_sandbox_prints_the_lines_to_export() -> None:
    expected = next(block.text for block in parse_blocks(TEXT) if block.language == "console").splitlines()[1:]
    command = [sys.executable, "-m", "zoom_component", "sandbox", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        lines = [process.stderr.readline().rstrip("\n") for _ in expected]
        process.terminate()
    assert [re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8087", line) for line in lines] == expected


def test_every_option_is_documented() -> None:
    parser = argparse.ArgumentParser(add_help=False)
    sandbox.add_arguments(parser)
    flags = {flag for action in parser._actions for flag in action.option_strings} - {"--host"}
    assert {"--strict", "--db", "--port"} <= flags
    assert [flag for flag in flags if f"{flag} " not in TEXT and f"{flag}`" not in TEXT] == []


def test_every_admin_path_is_documented() -> None:
    documented = set(re.findall(r"^\| `([A-Z]+) (/_sandbox[a-z/]*)` \|", TEXT, re.MULTILINE))
    assert documented == set(ROUTES)
