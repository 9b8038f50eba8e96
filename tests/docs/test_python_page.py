"""docs/python.md: every block runs as it stands, and prints what stands below it."""

from __future__ import annotations

import contextlib
import io
import os
from pathlib import Path

import pytest
from tests.tools.export.pages import Block, blocks

from zoom_sandbox import Sandbox

PAGE = Path(__file__).resolve().parents[2] / "docs/python.md"


def pairs() -> list[tuple[Block, str]]:
    """Each block of Python with the text that follows it."""
    found = list(blocks(PAGE.read_text(encoding="utf-8")))
    return [
        (block, after.text if after.language == "text" else "")
        for block, after in zip(found, [*found[1:], Block("", {}, "")], strict=True)
        if block.language == "python"
    ]


def test_every_block_runs_and_prints_what_stands_below_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("ZOOM_", "PRISMATIC_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ZOOM_COMPONENT_STATE", str(tmp_path / "state"))
    with Sandbox() as zoom:
        settings = {
            "ZOOM_BASE_URL": zoom.api_url,
            "ZOOM_CLIENT_ID": zoom.client_id,
            "ZOOM_CLIENT_SECRET": zoom.client_secret,
            "ZOOM_ACCOUNT_ID": zoom.account_id,
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        names: dict[str, object] = {}
        for block, printed in pairs():
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                exec(compile(block.text, str(PAGE), "exec"), names)
            assert said.getvalue() == printed


def test_every_block_prints_something() -> None:
    assert len(pairs()) >= 9
    assert all(printed for _, printed in pairs())
