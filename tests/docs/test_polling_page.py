"""docs/polling.md: its commands are understood, its Python runs, its example is what a poll emits."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path

import pytest
from tests.tools.export.pages import blocks

from zoom_component.cli.main import load_command
from zoom_component.cli.parser import build_parser
from zoom_component.component import Component
from zoom_component.testing.suite import find_cases
from zoom_sandbox import Sandbox

ROOT = Path(__file__).resolve().parents[2]
BLOCKS = list(blocks((ROOT / "docs/polling.md").read_text(encoding="utf-8")))


def text_of(language: str) -> str:
    (text,) = (block.text for block in BLOCKS if block.language == language)
    return text


def test_every_command_is_understood() -> None:
    for line in text_of("console").splitlines():
        _, word, *rest = shlex.split(line.removeprefix("$ "))
        build_parser(word, load_command(word)).parse_args(rest)


def test_the_event_has_the_shape_of_one() -> None:
    event = json.loads(text_of("json"))
    assert set(event) == {"event", "event_ts", "payload"}
    assert set(event["payload"]) == {"account_id", "object"}
    trigger = Component.load().catalogue.trigger(event["event"].removeprefix("poll."))
    assert set(event["payload"]["object"]) == set(trigger.payload)


def test_the_python_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("ZOOM_", "PRISMATIC_"))]:
        monkeypatch.delenv(name)
    with Sandbox() as zoom:
        monkeypatch.setenv("ZOOM_BASE_URL", zoom.api_url)
        monkeypatch.setenv("ZOOM_TOKEN", zoom.issue_token())
        exec(compile(text_of("python"), "polling.md", "exec"), {})
    assert capsys.readouterr().out == "baseline []\n"


def test_the_specs_of_the_triggers_are_found() -> None:
    cases = find_cases(Component.load(), [ROOT / "tests/specs/triggers"], [])
    assert len(cases) == 11
