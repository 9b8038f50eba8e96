"""docs/webhooks.md: its Python runs and prints what stands below it, its commands are understood, its events exist."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
from pathlib import Path

import httpx
import pytest
from tests.support.account_tour import CHAT, PEOPLE, RECORDINGS, SCHEDULED, run_steps
from tests.tools.export.pages import blocks

from zoom_component.cli.main import load_command
from zoom_component.cli.parser import build_parser
from zoom_component.paths import PACKAGE
from zoom_facts import find_event, list_event_names
from zoom_sandbox import ManualClock, Sandbox
from zoom_sandbox.coverage import published_events

PAGE = Path(__file__).resolve().parents[2] / "docs/webhooks.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_the_blocks_run_and_print_what_stands_below_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("ZOOM_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ZOOM_COMPONENT_STATE", str(tmp_path))
    found = list(blocks(TEXT))
    names: dict[str, object] = {}
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        for block in found:
            if block.language == "python":
                exec(compile(block.text, str(PAGE), "exec"), names)
    assert said.getvalue() == "".join(block.text for block in found if block.language == "text")
    assert said.getvalue()


def test_the_commands_are_understood() -> None:
    commands = re.findall(r"^zoom-component sandbox (.+)$", TEXT, re.MULTILINE)
    assert len(commands) == 2
    for command in commands:
        build_parser("sandbox", load_command("sandbox")).parse(shlex.split(command))


def test_the_events_are_those_that_the_code_tells() -> None:
    told = set(re.findall(r"`([a-z_]+\.[a-z_]+)`", TEXT.partition("## What is announced")[2].partition("Any of")[0]))
    assert told == published_events()
    words = set()
    for path in (PACKAGE.parent / "zoom_sandbox/resources").rglob("*events*.py"):
        words |= set(re.findall(r'_has_subscriber\(\w+(?:\.\w+)?, \w+, "(\w+)"\)', path.read_text(encoding="utf-8")))
    of_lives = {name.partition(".")[2] for name in told if re.match(r"meeting\.(?!registration|invitation)", name)}
    assert words == of_lives


def test_the_numbers_are_right() -> None:
    names = list_event_names()
    known = [name for name in names if (event := find_event(name)) is not None and event.schema is not None]
    assert f"Any of the {len(names)} events" in TEXT
    assert f"{len(known)} of them have a schema" in TEXT


def test_whatever_is_announced_on_a_tour_stands_in_the_table() -> None:
    table = TEXT.partition("## What is announced")[2].partition("Any of")[0]
    heard: set[str] = set()
    zoom = Sandbox(clock=ManualClock(1_773_140_400))
    zoom.add_listener(lambda body: heard.add(body["event"]))
    headers = {"authorization": f"Bearer {zoom.issue_token()}"}
    with httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test/v2", headers=headers) as client:
        for steps in (PEOPLE, CHAT, RECORDINGS, SCHEDULED):
            run_steps(client, steps)
    assert len(heard) > 30
    assert sorted(name for name in heard if f"`{name}`" not in table) == []
