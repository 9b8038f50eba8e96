"""Check docs/network.md: the command shows what the page shows, and the options and files of the page are valid."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from tests.client.connections.kinds import SPECS
from tests.docs.page_commands import run_page
from tests.docs.terminal import Terminal
from tests.tools.export.pages import parse_blocks

from zoom_component.cli.main import load_command, resolve_subcommand
from zoom_component.cli.parser import build_parser
from zoom_component.client.connections.settings import resolve_connection
from zoom_component.client.network import authorities, routes
from zoom_component.client.network.settings import NetworkSettings

PAGE = (Path(__file__).resolve().parents[2] / "docs/network.md").read_text(encoding="utf-8")


def test_the_command_shows_what_the_page_shows(terminal: Terminal, folder: Path) -> None:
    assert run_page(PAGE, terminal, folder) == (1, 0)


def test_each_command_of_the_page_has_the_options() -> None:
    [row] = [line for line in PAGE.splitlines() if line.startswith("| calls and token requests |")]
    [listed] = [line for line in PAGE.splitlines() if line.startswith("| forwards and actions")]
    commands = re.findall(r"`([a-z -]+?)(?: --[a-z]+)?`", row.split("|")[2] + listed.split("|")[2])
    assert len(commands) == 11
    for command in ["connect", *commands]:
        name, module, _ = resolve_subcommand(*_load(command))
        options = build_parser(name, module).list_options()
        assert {"--proxy", "--ca-file"} <= set(options), command


def _load(command: str) -> tuple[str, object, list[str]]:
    name, *rest = shlex.split(command)
    return name, load_command(name), rest


def test_each_variable_of_the_page_is_read(tmp_path: Path) -> None:
    proxies = re.findall(r"`((?:all|http|https)_proxy)`, `([A-Z_]+)`", PAGE)
    assert len(proxies) == 3
    for lower, upper in proxies:
        url = "http://example.com/" if lower == "http_proxy" else "https://example.com/"
        for name in (lower, upper):
            assert routes.find_route(url, NetworkSettings(), {name: "http://proxy:1"}).reason == name
    [row] = [line for line in PAGE.splitlines() if "**instead of**" in line]
    for name in re.findall(r"`([A-Z_]+)`", row.split("|")[1]):
        assert authorities.read_authorities(NetworkSettings(), {name: "/x"}).instead == (("/x", name),)


def test_each_url_of_the_page_names_a_proxy() -> None:
    section = PAGE.partition("A proxy is a URL:")[2].partition("\n\nThe port")[0]
    urls = [url for url in re.findall(r"`([^` ]+)`", section) if url != "--proxy" and ":" in url and len(url) > 2]
    assert len(urls) == 7
    for url in urls:
        text = f"{url}proxy:1" if url.endswith("//") else url
        assert routes.find_proxy("https://api.zoom.us/", NetworkSettings(text), {}) is not None


def test_the_connection_file_of_the_page_is_valid(tmp_path: Path) -> None:
    [text] = [block.text for block in parse_blocks(PAGE) if block.language == "yaml"]
    (tmp_path / "zoom.yaml").write_text(text)
    environ = {"ZOOM_CONNECTION_FILE": str(tmp_path / "zoom.yaml")}
    network = resolve_connection(SPECS, environ=environ, folder=tmp_path).network  # type: ignore[attr-defined]
    assert network == NetworkSettings(
        "http://proxy.example.com:8080", str(tmp_path / "company.pem"), "zoom.yaml: connection.proxy",
        "zoom.yaml: connection.ca_file",
    )  # fmt: skip


def test_the_hosts_of_the_page_are_those_of_the_facts() -> None:
    from zoom_component.client.connections.connection import DEFAULT_BASE_URL
    from zoom_component.client.connections.urls import GOVERNMENT_BASE_URL, get_oauth_pages
    from zoom_component.events.receiver.frames import build_subscription_url

    section = PAGE.partition("## Firewalls")[2].partition("\n## ")[0]
    for url in (
        DEFAULT_BASE_URL, get_oauth_pages(DEFAULT_BASE_URL).token_url, get_oauth_pages(GOVERNMENT_BASE_URL).token_url,
        build_subscription_url("x"),
    ):  # fmt: skip
        assert f"`{url.split('/')[2]}`" in section


@pytest.fixture(autouse=True)
def ignore_state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ZOOM_COMPONENT_STATE", str(tmp_path / "state"))
