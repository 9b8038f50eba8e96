"""Test `connect` and `connections`: save, list and remove, without printing a secret."""

from __future__ import annotations

import getpass
import json
import sys
import threading
import urllib.request
import webbrowser

import pytest
from tests.cli.lines import Cli

from zoom_sandbox import Sandbox

SECRET = "sandbox-secret"


def app(zoom: Sandbox) -> tuple[str, ...]:
    return ("--client-id", zoom.client_id, "--client-secret", SECRET, "--base-url", zoom.api_url)


def test_a_server_to_server_connection_is_tested_and_saved(cli: Cli, zoom: Sandbox) -> None:
    result = cli("connect", "work", "--kind", "serverToServer", *app(zoom), "--account-id", zoom.account_id)
    assert result.code == 0, result.err
    assert "Saved as work" in result.err
    assert cli("run", "getUser", "-i", "userId=me", "--connection", "work").code == 0
    assert cli("run", "getUser", "-i", "userId=me").code == 0


def test_settings_of_the_environment_are_enough(cli: Cli, zoom: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("CLIENT_ID", zoom.client_id), ("CLIENT_SECRET", SECRET), ("ACCOUNT_ID", zoom.account_id)):
        monkeypatch.setenv(f"ZOOM_{name}", value)
    monkeypatch.setenv("ZOOM_BASE_URL", zoom.api_url)
    assert json.loads(cli("connect", "--json").out) == {"name": "default", "kind": "serverToServer"}


def test_a_connection_that_fails_is_not_saved(cli: Cli, zoom: Sandbox) -> None:
    words = ("--kind", "serverToServer", "--client-id", zoom.client_id, "--client-secret", "wrong-secret-1234")
    result = cli("connect", *words, "--account-id", zoom.account_id, "--base-url", zoom.api_url)
    assert result.code == 4
    assert "wrong-secret-1234" not in result.err
    assert json.loads(cli("connections").out) == []


def test_missing_fields_are_prompted_for(cli: Cli, zoom: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zoom_component.cli.connect._has_terminal", lambda: True)
    monkeypatch.setattr(getpass, "getpass", lambda prompt: SECRET)
    answers = f"server\nserverToServer\n{zoom.client_id}\n{zoom.account_id}\n"
    result = cli("connect", "--base-url", zoom.api_url, stdin=answers)
    assert result.code == 0, result.err
    assert "Kind of connection (oauth or serverToServer)" in result.err
    assert "Type one of oauth, serverToServer." in result.err
    assert result.out == ""
    assert SECRET not in result.err


def test_an_ended_prompt_saves_nothing(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zoom_component.cli.connect._has_terminal", lambda: True)
    result = cli("connect", stdin="serverToServer\n")
    assert result.code == 2
    assert "nothing was saved" in result.err


def test_without_a_terminal_every_missing_field_is_reported(cli: Cli) -> None:
    assert "--kind" in cli("connect").err
    result = cli("connect", "--kind", "serverToServer")
    assert result.code == 2
    for way in ("--client-id or ZOOM_CLIENT_ID", "ZOOM_CLIENT_SECRET", "--account-id or ZOOM_ACCOUNT_ID"):
        assert way in result.err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--kind", "saml"), "expected oauth or serverToServer"),
        (("no/name",), "expected letters"),
        (("~a",), "expected letters"),
    ],
)
def test_invalid_names_and_kinds_are_refused_first(cli: Cli, words: tuple[str, ...], expected: str) -> None:
    result = cli("connect", *words)
    assert result.code == 2
    assert expected in result.err


def test_a_user_allows_the_app_in_the_browser(cli: Cli, zoom: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def browse(address: str) -> bool:
        threading.Thread(target=lambda: urllib.request.urlopen(address).read(), daemon=True).start()
        return True

    monkeypatch.setattr(webbrowser, "open", browse)
    result = cli("connect", "me", "--kind", "oauth", *app(zoom), "--port", "0")
    assert result.code == 0, result.err
    assert f"{zoom.url}/oauth/authorize" in result.err
    assert cli("run", "getUser", "-i", "userId=me", "--connection", "me").code == 0


def test_saved_connections_are_listed_without_secrets(cli: Cli, zoom: Sandbox) -> None:
    cli("connect", "work", "--kind", "serverToServer", *app(zoom), "--account-id", zoom.account_id)
    (row,) = json.loads(cli("connections").out)
    assert (row["name"], row["kind"], row["base_url"]) == ("work", "serverToServer", zoom.api_url)
    page = cli("connections", terminal=True).out
    assert page.splitlines()[0].split()[:2] == ["NAME", "KIND"]
    assert "serverToServer" in page
    assert SECRET not in page + json.dumps(row)


def test_a_connection_is_removed(cli: Cli, zoom: Sandbox) -> None:
    cli("connect", "work", "--kind", "serverToServer", *app(zoom), "--account-id", zoom.account_id)
    assert cli("connections", "remove", "work").code == 0
    assert json.loads(cli("connections").out) == []
    result = cli("connections", "remove", "work")
    assert result.code == 4
    assert 'No connection is stored as "work"' in result.err
    assert "remove NAME" in cli("connections", "remove").err


def test_an_empty_list_of_connections_is_not_an_error(cli: Cli) -> None:
    result = cli("connections", terminal=True)
    assert (result.code, result.out) == (0, "")
    assert "zoom-component connect" in result.err


def test_the_kind_is_required_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    from zoom_component.cli import connect

    monkeypatch.setattr(sys, "stdin", None)
    assert connect._has_terminal() is False


def test_pasted_credentials_are_saved_without_characters_that_nobody_sees(cli: Cli, zoom: Sandbox) -> None:
    words = ("connect", "work", "--kind", "serverToServer", "--base-url", f"\u200b{zoom.api_url}")
    credentials = ("--client-id", f"\ufeff{zoom.client_id}", "--client-secret", f"{SECRET[:3]}\u200b{SECRET[3:]}\u00a0")
    result = cli(*words, *credentials, "--account-id", f"\u200e{zoom.account_id}\u2009")
    assert result.code == 0, result.err
    assert cli("run", "getUser", "-i", "userId=me\u200b", "--connection", "work").code == 0


def test_a_credential_with_another_letter_is_refused_without_being_shown(cli: Cli, zoom: Sandbox) -> None:
    words = ("connect", "work", "--kind", "serverToServer", "--client-id", zoom.client_id, "--base-url", zoom.api_url)
    result = cli(*words, "--client-secret", "plant\u0435d-secret", "--account-id", zoom.account_id)
    assert result.code == 2
    assert "clientSecret: expected ASCII characters, got a value with U+0435 (CYRILLIC SMALL LETTER IE)" in result.err
    assert "d-secret" not in result.err
    assert cli("connections", "--json").out.strip() == "[]"


def test_a_foreign_host_is_named_before_it_gets_credentials(
    cli: Cli, zoom: Sandbox, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Use a proxy that does not exist, so that nothing arrives anywhere."""
    monkeypatch.setenv("ZOOM_CLIENT_SECRET", SECRET)
    words = ("connect", "work", "--kind", "serverToServer", "--client-id", "a", "--account-id", "b")
    network = ("--proxy", "http://127.0.0.1:9", "--base-url", "https://zoom.company.example/v2")
    assert cli(*words, *network).code != 0
    [message] = [text for text in caplog.messages if "zoom.company.example" in text]
    assert message.startswith("Credentials and calls go")
