"""docs/sandbox.md: its files and blocks stand as they are told, and what a block prints stands below it."""

from __future__ import annotations

import argparse
import contextlib
import io
from pathlib import Path

import pytest
from tests.tools.export.pages import Block, blocks

from zoom_component.cli import sandbox

PAGE = Path(__file__).resolve().parents[2] / "docs/sandbox.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_every_block_runs_and_prints_what_stands_below_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = list(blocks(TEXT))
    for block in found:
        if "file" in block.words:
            (tmp_path / block.words["file"]).write_text(block.text, encoding="utf-8")
    names: dict[str, object] = {}
    ran = 0
    for block, after in zip(found, [*found[1:], Block("", {}, "")], strict=True):
        if block.language != "python":
            continue
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(compile(block.text, str(PAGE), "exec"), names)
        assert after.language == "text"
        assert said.getvalue() == after.text
        ran += 1
    assert ran == 9


def test_every_flag_that_shapes_the_account_is_told() -> None:
    parser = argparse.ArgumentParser(add_help=False)
    sandbox.add_arguments(parser)
    common = {"--host", "--client-id", "--client-secret", "--account-id", "--users", "--json"}
    flags = {flag for action in parser._actions for flag in action.option_strings} - common
    assert {"--strict", "--db", "--port"} <= flags
    assert [flag for flag in flags if f"{flag} " not in TEXT and f"{flag}`" not in TEXT] == []
