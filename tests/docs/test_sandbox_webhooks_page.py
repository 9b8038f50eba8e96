"""Test docs/sandbox-webhooks.md: its Python and its commands work, and it names every event that the sandbox sends."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
from pathlib import Path

import httpx
import pytest
from tests.docs.terminal import Names, Terminal, find_free_port
from tests.support.account_tour import CHAT, PEOPLE, RECORDINGS, SCHEDULED, run_steps
from tests.tools.export.pages import parse_blocks

from zoom_component.cli.main import load_command
from zoom_component.cli.parser import build_parser
from zoom_component.paths import PACKAGE
from zoom_facts import find_event, list_event_names
from zoom_sandbox import ManualClock, Sandbox
from zoom_sandbox.coverage import published_events

PAGE = Path(__file__).resolve().parents[2] / "docs/sandbox-webhooks.md"
TEXT = PAGE.read_text(encoding="utf-8")
EVENTS = TEXT.partition("\n## Events\n")[2].partition("\n`emit` sends")[0]


def test_the_python_blocks_print_the_text_below_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("ZOOM_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ZOOM_COMPONENT_STATE", str(tmp_path))
    page_blocks = list(parse_blocks(TEXT))
    namespace: dict[str, object] = {}
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        for block in page_blocks:
            if block.language == "python":
                exec(compile(block.text, str(PAGE), "exec"), namespace)
    assert output.getvalue() == "".join(block.text for block in page_blocks if block.language == "text")
    assert output.getvalue()


def test_the_commands_are_valid() -> None:
    commands = re.findall(r"^\$ zoom-component sandbox (.+)$", TEXT, re.MULTILINE)
    assert len(commands) == 2
    for command in commands:
        build_parser("sandbox", load_command("sandbox")).parse(shlex.split(command))


def test_emit_prints_the_outcome(terminal: Terminal) -> None:
    block = next(block.text for block in parse_blocks(TEXT) if " emit " in block.text)
    command, expected = block.replace("9000", str(port := find_free_port())).removeprefix("$ ").split("\n", 1)
    terminal.type("export ZOOM_WEBHOOK_SECRET=my-secret")
    terminal.leave_running(f"zoom-component listen --quiet --port {port}", port)
    Names().learn(re.sub(r"\d+ ms", "... ms", expected), terminal.type(command))


def test_the_table_has_every_event_that_the_sandbox_sends() -> None:
    documented = set(re.findall(r"`([a-z_]+\.[a-z_]+)`", EVENTS))
    assert documented == published_events()
    names = set()
    for path in (PACKAGE.parent / "zoom_sandbox/resources").rglob("*events*.py"):
        source = path.read_text(encoding="utf-8")
        names |= set(re.findall(r'_has_subscriber\(\w+(?:\.\w+)?, \w+, "(\w+)"\)', source))
    expected = {
        name.partition(".")[2] for name in documented if re.match(r"meeting\.(?!registration|invitation)", name)
    }
    assert names == expected


def test_the_numbers_of_events_are_right() -> None:
    names = list_event_names()
    with_schema = [name for name in names if (event := find_event(name)) is not None and event.schema is not None]
    assert f"any of the {len(names)} events" in TEXT
    assert f"{len(with_schema)} of them have a schema" in TEXT


def test_the_table_has_every_event_of_a_tour_through_the_api() -> None:
    events: set[str] = set()
    zoom = Sandbox(clock=ManualClock(1_773_140_400))
    zoom.add_listener(lambda body: events.add(body["event"]))
    headers = {"authorization": f"Bearer {zoom.issue_token()}"}
    with httpx.Client(transport=zoom.create_transport(), base_url="http://zoom.test/v2", headers=headers) as client:
        for steps in (PEOPLE, CHAT, RECORDINGS, SCHEDULED):
            run_steps(client, steps)
    assert len(events) > 30
    assert sorted(name for name in events if f"`{name}`" not in EVENTS) == []
