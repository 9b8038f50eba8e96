"""Check docs/inbox.md: the first listener runs as shown, and the other files, commands and numbers are valid."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from pathlib import Path

import pytest
from tests.docs.page_commands import run_page
from tests.docs.terminal import Terminal, find_free_port
from tests.tools.export.pages import find_section, parse_blocks

from zoom_component import Component
from zoom_component.cli.main import load_command, resolve_subcommand
from zoom_component.cli.parser import build_parser
from zoom_component.events.listeners.command import EXIT_REJECT
from zoom_component.events.listeners.health import HealthThresholds
from zoom_component.events.listeners.listener import RetrySchedule
from zoom_component.events.listeners.parsing import parse_listeners

PAGE = Path(__file__).resolve().parents[2] / "docs/inbox.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_first_listener_runs_as_shown(terminal: Terminal, folder: Path) -> None:
    text = find_section(TEXT, "## A first listener").replace("9000", str(find_free_port()))
    assert run_page(text, terminal, folder) == (5, 1)
    assert (folder / "last-event.json").exists()


def test_listeners_file_is_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop.py").write_text("def on_ended(event): ...\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    [text] = [block.text for block in parse_blocks(TEXT) if block.words.get("file") == "listeners.yaml"]
    monkeypatch.setenv("ZOOM_TOKEN", "a-token-of-the-tests")
    without_connection = text.replace("    connection: work\n", "")  # this test has no saved connection
    listeners = parse_listeners(
        without_connection, "listeners.yaml", tmp_path, Component.load(), {"CRM_SECRET": "a-secret"}
    )
    assert [each.name for each in listeners] == ["invoices", "archive", "crm", "details"]


def test_commands_have_valid_arguments() -> None:
    commands = re.findall(r"^\$ zoom-component (.+)$", TEXT, re.MULTILINE)
    assert len(commands) >= 18
    for command in commands:
        name, *arguments = shlex.split(command)
        name, module, arguments = resolve_subcommand(name, load_command(name), arguments)
        build_parser(name, module).parse(arguments)


def test_python_prints_the_text_below_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    [code] = [block.text for block in parse_blocks(TEXT) if block.language == "python"]
    names: dict[str, object] = {}
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(code, str(PAGE), "exec"), names)
    names["inbox"].close()  # type: ignore[attr-defined]
    [expected] = [block.text for block in parse_blocks(TEXT) if block.language == "text"]
    assert output.getvalue() == expected


def test_numbers_match_the_code() -> None:
    schedule, thresholds = RetrySchedule(), HealthThresholds()
    assert list(schedule) == [10, 5, 3, 3600]
    assert list(thresholds) == [86_400, 80 * 3600, 900]
    assert f"| {EXIT_REJECT} | the event is rejected" in TEXT
