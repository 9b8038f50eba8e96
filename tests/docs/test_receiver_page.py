"""Check docs/receiver.md: its commands print what the page shows, its hosts work, its statuses and metrics exist."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.docs.terminal import Names, Terminal, find_free_port, parse_commands
from tests.tools.export.pages import Block, find_section, parse_blocks, parse_tables

from zoom_component.cli.main import load_command
from zoom_component.cli.parser import build_parser
from zoom_component.events.receiver import ReceiverLimits
from zoom_component.events.receiver.metrics import ReceiverMetrics
from zoom_component.events.receiver.responses import MESSAGES

PAGE = (Path(__file__).resolve().parents[2] / "docs/receiver.md").read_text(encoding="utf-8")
HOSTS = {block.words["host"]: block for block in parse_blocks(PAGE) if "host" in block.words}


def test_the_first_commands_print_what_the_page_shows(terminal: Terminal, tmp_path: Path) -> None:
    ports = {"9000": find_free_port(), "8087": find_free_port()}
    names, text = Names(), find_section(PAGE, "## Try it")
    text = re.sub("9000|8087", lambda match: str(ports[match.group()]), text)
    page_blocks = [Block(block.language, block.words, block.text) for block in parse_blocks(text)]
    for index, block in enumerate(page_blocks):
        if block.language == "python":
            (tmp_path / "block.py").write_text(block.text, encoding="utf-8")
            names.learn(page_blocks[index + 1].text, terminal.type(f"{sys.executable} ../block.py"))
        elif block.language == "console":
            for command, output in parse_commands(block.text):
                if "terminal" in block.words:
                    terminal.leave_running(command, ports["9000" if block.words["terminal"] == "2" else "8087"])
                else:
                    names.learn(output, terminal.type(command))


@pytest.mark.parametrize("host", ["starlette", "flask", "django", "lambda"])
def test_each_host_receives_deliveries(host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "page"}
    exec(compile(HOSTS[host].text, "receiver.md", "exec"), names)
    if host == "starlette":
        assert [route.path for route in names["app"].routes] == ["/zoom"]
    elif host == "flask":
        assert names["app"].test_client().post("/zoom").status_code == 401
    elif host == "django":
        assert names["urlpatterns"][0].callback.csrf_exempt
    else:
        assert names["receive"]({"httpMethod": "POST"}, None)["statusCode"] == 401


def test_the_statuses_and_limits_are_those_of_the_code() -> None:
    (table,) = parse_tables(find_section(PAGE, "## Responses"))
    statuses = {int(status) for row in table for status in row["Status"].split(",")}
    assert statuses == {200, *MESSAGES}
    limits = ReceiverLimits()
    for phrase in (
        f"{limits.max_requests} requests",
        f"{limits.max_queued_events:,} events",
        f"{limits.max_buffered_bytes >> 20} MiB of bodies",
        f"larger than {limits.max_body_bytes >> 20} MiB",
        f"{limits.max_headers} headers",
        f"{limits.max_header_bytes >> 10} KiB of them",
        f"{limits.response_timeout:g} seconds",
    ):
        assert phrase in PAGE


def test_the_metrics_are_those_of_the_code() -> None:
    (table,) = parse_tables(find_section(PAGE, "## Monitoring"))
    documented = {name for row in table for name in re.findall(r"zoom_[a-z_]+", row["Metric"])}
    rendered = set(re.findall(r"^# TYPE (\S+)", ReceiverMetrics().render({}), re.MULTILINE))
    assert {name for name in documented if name.endswith(("_total", "answer_seconds"))} == rendered


def test_the_options_are_those_of_the_command() -> None:
    commands = re.findall(r"^zoom-component listen (.+)$", PAGE, re.MULTILINE)
    parser = build_parser("listen", load_command("listen"))
    behind_proxy, websocket = [parser.parse(shlex.split(command)) for command in commands]
    assert behind_proxy.trusted_proxy == ["10.0.0.0/24"]
    assert websocket.websocket.startswith("wss://")
    options = set(re.findall(r"`(--[a-z0-9-]+)", PAGE))
    assert {"--max-body", "--window"} <= options <= set(build_parser("listen", load_command("listen")).list_options())
