"""Check docs/polling.md: its commands print what the page shows, its Python runs, and its event is one of a poll."""

from __future__ import annotations

import json
import os
import re
import shlex
from pathlib import Path

import pytest
from tests.docs.terminal import Names, Terminal, find_free_port, parse_commands
from tests.tools.export.pages import Block, find_section, parse_blocks

from zoom_component.cli.main import load_command
from zoom_component.cli.parser import build_parser
from zoom_component.component import Component
from zoom_component.testing.suite import find_cases
from zoom_sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/polling.md").read_text(encoding="utf-8")


def find_blocks(language: str) -> list[Block]:
    """Return the blocks of a language, in order."""
    return [block for block in parse_blocks(PAGE) if block.language == language]


def test_the_first_commands_print_what_the_page_shows(terminal: Terminal) -> None:
    names, port = Names(), find_free_port()
    start, polls, _ = parse_blocks(find_section(PAGE.replace("8087", str(port)), "## Try it"))
    terminal.leave_running(next(parse_commands(start.text))[0], port)
    for command, output in parse_commands(polls.text):
        names.learn(output, terminal.type(command))


def test_every_command_is_understood() -> None:
    for block in find_blocks("console"):
        for command in re.findall(r"^\$ zoom-component (.+)$", block.text, re.MULTILINE):
            name, *arguments = shlex.split(command)
            build_parser(name, load_command(name)).parse_args(arguments)


def test_the_event_has_the_fields_of_its_trigger() -> None:
    (block,) = find_blocks("json")
    event = json.loads(block.text)
    assert set(event) == {"event", "event_ts", "payload"}
    assert set(event["payload"]) == {"account_id", "object"}
    trigger = Component.load().catalogue.trigger(event["event"].removeprefix("poll."))
    assert set(event["payload"]["object"]) == set(trigger.payload)


def test_the_python_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("ZOOM_", "PRISMATIC_"))]:
        monkeypatch.delenv(name)
    (block,) = find_blocks("python")
    with Sandbox() as sandbox:
        monkeypatch.setenv("ZOOM_BASE_URL", sandbox.api_url)
        monkeypatch.setenv("ZOOM_TOKEN", sandbox.issue_token())
        exec(compile(block.text, "polling.md", "exec"), {})
    assert capsys.readouterr().out == "baseline []\n"


def test_the_page_counts_the_triggers() -> None:
    component = Component.load()
    polling = [key for key in component.catalogue.trigger_keys() if component.catalogue.trigger(key).poll is not None]
    assert f"There are {len(polling)} polling triggers" in PAGE


def test_every_polling_trigger_has_a_test_spec() -> None:
    cases = find_cases(Component.load(), [ROOT / "tests/specs/triggers"], [])
    assert len(cases) == 11
