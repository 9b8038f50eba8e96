"""docs/inbox.md: its file is read, its commands are understood, its Python prints what stands below it."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest
from tests.tools.export.pages import blocks

from zoom_component import Component
from zoom_component.cli.main import load_command, resolve_subcommand
from zoom_component.cli.parser import build_parser
from zoom_component.events.listeners.command import EXIT_REJECT
from zoom_component.events.listeners.health import HealthThresholds
from zoom_component.events.listeners.listener import RetrySchedule
from zoom_component.events.listeners.parsing import parse_listeners

PAGE = Path(__file__).resolve().parents[2] / "docs/inbox.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_the_file_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop.py").write_text("def on_ended(event): ...\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    [text] = [block.text for block in blocks(TEXT) if block.language == "yaml"]
    monkeypatch.setenv("ZOOM_TOKEN", "a-token-of-the-tests")
    plain = text.replace("    connection: work\n", "")  # none is saved here
    found = parse_listeners(plain, "listeners.yaml", tmp_path, Component.load(), {"CRM_SECRET": "a-secret"})
    assert [each.name for each in found] == ["invoices", "archive", "crm", "details"]


def test_the_commands_are_understood() -> None:
    commands = re.findall(r"^\$ zoom-component (.+)$", TEXT, re.MULTILINE)
    assert len(commands) >= 14
    for command in commands:
        word, *rest = shlex.split(command)
        word, module, rest = resolve_subcommand(word, load_command(word), rest)
        build_parser(word, module).parse(rest)


def test_the_python_prints_what_stands_below_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    [code] = [block.text for block in blocks(TEXT) if block.language == "python"]
    names: dict[str, object] = {}
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(code, str(PAGE), "exec"), names)
    names["inbox"].close()  # type: ignore[attr-defined]
    [printed] = [block.text for block in blocks(TEXT) if block.language == "text"]
    assert said.getvalue() == printed


def test_the_numbers_are_right() -> None:
    usual, limits = RetrySchedule(), HealthThresholds()
    assert (usual.max_attempts, usual.first_delay, usual.factor, usual.max_delay) == (10, 5, 3, 3600)
    assert (limits.max_silence, limits.max_validation_age, limits.max_backlog_age) == (86_400, 80 * 3600, 900)
    assert f"{EXIT_REJECT} means" in TEXT
