"""Test what `serve` and `mcp` have in common: keys, the selection of actions, the audit log."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import pytest

from zoom_component import Component
from zoom_component.cli import mcp, serve, serving
from zoom_component.cli.console import Console
from zoom_component.errors import InputError
from zoom_component.server.access import Access, is_health_check, is_page

VARIABLE = "ZOOM_COMPONENT_API_KEY"
LONG = "0123456789abcdef"
WRITES, READS = [{"effect": "read"}, {"effect": "create"}], [{"effect": "read"}]


def parse(*words: str, add_arguments: Callable[[Any], None] = serve.add_arguments) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(words)


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


def test_a_server_that_can_write_makes_a_key_and_prints_it_once(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console()
    access = serving.read_access(parse(), console, WRITES)
    assert (access.is_local, access.is_public, len(access.api_key) >= 32) == (True, is_page, True)
    assert f"\nauthorization: Bearer {access.api_key}\n" in capsys.readouterr().err
    console.report(f"later: {access.api_key}")
    assert access.api_key not in capsys.readouterr().err
    assert serving.read_access(parse(), Console(), WRITES).api_key != access.api_key


@pytest.mark.parametrize(("words", "rows"), [((), READS), (("--no-key",), WRITES)])
def test_a_server_without_a_key_answers_to_this_machine_only(words: tuple[str, ...], rows: Any) -> None:
    assert serving.read_access(parse(*words), Console(), rows) == Access("")


def test_the_key_of_the_operator_is_needed_everywhere(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(VARIABLE, LONG)
    assert serving.read_access(parse(), Console(), READS) == Access(LONG, is_local=False, is_public=is_health_check)
    assert serving.read_access(parse("--host", "0.0.0.0"), Console(), WRITES) == Access(LONG)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("words", "key", "message"),
    [
        (("--host", "0.0.0.0"), "", "--host: a key is required on this address: set"),
        (("--host", "::"), "15-bytes-of-key", "got one of 15 bytes"),
        (("--host", "0.0.0.0", "--no-key"), "", "--no-key: a key is required on this address"),
        (("--no-key",), LONG, f"--no-key: {VARIABLE} is set; unset it"),
    ],
)
def test_a_key_that_does_not_fit_is_refused(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], key: str, message: str
) -> None:
    monkeypatch.setenv(VARIABLE, key)
    with pytest.raises(InputError) as caught:
        serving.read_access(parse(*words), Console(), READS)
    assert message in str(caught.value)
    assert not key or key not in str(caught.value)


@pytest.mark.parametrize("add_arguments", [serve.add_arguments, mcp.add_arguments])
def test_read_only_selects_actions_that_read(add_arguments: Callable[[Any], None]) -> None:
    catalogue = Component.load().catalogue
    rows = serving.select_rows(parse("--read-only", add_arguments=add_arguments), catalogue)
    assert {row["effect"] for row in rows} == {"read"}
    assert rows == serving.select_rows(parse("--only", "read", add_arguments=add_arguments), catalogue)
    args = parse("--resources", "users", "--exclude", "delete*,rawRequest", add_arguments=add_arguments)
    keys = {row["key"] for row in serving.select_rows(args, catalogue)}
    assert {"getUser", "createUser"} <= keys
    assert not {"deleteUser", "getMeeting", "rawRequest"} & keys


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--read-only", "--only", "read,create"), "--read-only: contradicts --only"),
        (("--only", "write"), "--only: unknown effect"),
        (("--include", "get*", "--only", "delete"), "the options select no action"),
    ],
)
def test_a_selection_of_nothing_is_refused(words: tuple[str, ...], message: str) -> None:
    with pytest.raises(InputError, match=message):
        serving.select_rows(parse(*words), Component.load().catalogue)


def test_a_network_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="--trusted-proxy: expected an address"):
        serving.read_proxies(parse("--trusted-proxy", "proxy.example"))
