"""Run the Python blocks of docs/python.md in order, and compare their output with the page."""

from __future__ import annotations

import contextlib
import io
import os
import re
from pathlib import Path

import pytest
from tests.tools.export.pages import Block, find_section, parse_blocks

from zoom_component import SessionOptions
from zoom_sandbox import Sandbox

PAGE = Path(__file__).resolve().parents[2] / "docs/python.md"
TEXT = PAGE.read_text(encoding="utf-8")


def list_python_blocks() -> list[tuple[Block, str]]:
    """Return each Python block with its output, which is the text block after it."""
    page_blocks = list(parse_blocks(TEXT))
    return [
        (block, after.text if after.language == "text" else "")
        for block, after in zip(page_blocks, [*page_blocks[1:], Block("", {}, "")], strict=True)
        if block.language == "python"
    ]


def test_every_block_prints_its_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("ZOOM_", "PRISMATIC_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ZOOM_COMPONENT_STATE", str(tmp_path / "state"))
    with Sandbox() as sandbox:
        settings = {
            "ZOOM_BASE_URL": sandbox.api_url,
            "ZOOM_CLIENT_ID": sandbox.client_id,
            "ZOOM_CLIENT_SECRET": sandbox.client_secret,
            "ZOOM_ACCOUNT_ID": sandbox.account_id,
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        namespace: dict[str, object] = {}
        for block, expected in list_python_blocks():
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                exec(compile(block.text, str(PAGE), "exec"), namespace)
            assert output.getvalue() == expected


def test_every_block_has_output() -> None:
    python_blocks = list_python_blocks()
    assert len(python_blocks) >= 9
    assert all(expected for _, expected in python_blocks)


def test_page_lists_every_session_option_with_its_default() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `?([\w.]+)`? \|", find_section(TEXT, "## Session options"), re.MULTILINE)
    defaults = {name: value for name, value in SessionOptions._field_defaults.items() if not callable(value)}
    assert [name for name, _ in rows] == list(defaults)
    assert [value for _, value in rows] == [
        f"{value:g}" if type(value) is float else str(value) for value in defaults.values()
    ]
