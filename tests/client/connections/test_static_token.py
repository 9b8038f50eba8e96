"""Test connections with a fixed token."""

from __future__ import annotations

import subprocess
import sys

import pytest

from zoom_component.client.connections import Connection, StaticToken
from zoom_component.errors import ConnectionFailed


def test_the_header_is_available_at_once_and_the_token_is_not_in_the_repr() -> None:
    connection: Connection = StaticToken("planted-token", base_url="https://api.zoom.us/v2/")
    assert connection.get_cached_header() == connection.authorize() == "Bearer planted-token"
    assert connection.base_url == "https://api.zoom.us/v2"
    assert connection.get_secrets() == {"planted-token"}
    assert "planted" not in repr(connection)


def test_a_rejected_token_must_be_replaced() -> None:
    with pytest.raises(ConnectionFailed, match="set a new one") as failed:
        StaticToken("planted-token").renew("Bearer planted-token")
    assert failed.value.reconnect
    assert "planted" not in str(failed.value.as_json())


@pytest.mark.parametrize("text", [" planted ", "Bearer planted", "bearer  planted\n"])
def test_space_and_bearer_around_a_token_are_removed(text: str) -> None:
    assert StaticToken(text).authorize() == "Bearer planted"


@pytest.mark.parametrize("text", ["", "  ", "Bearer ", "planted\r\nplanted: x", "planted planted", "plänted planted"])
def test_a_token_that_a_header_cannot_carry_is_refused(text: str) -> None:
    with pytest.raises(ConnectionFailed) as failed:
        StaticToken(text)
    assert "planted" not in failed.value.message


def test_a_static_token_imports_neither_an_http_client_nor_cryptography() -> None:
    code = (
        "import sys; from zoom_component.client.connections import StaticToken; StaticToken('t').authorize();"
        "from zoom_component.client.connections.settings import ConnectionSettings, resolve_connection;"
        "resolve_connection({}, ConnectionSettings(token='t'), environ={});"
        "sys.exit(', '.join({'httpx', 'cryptography', 'sqlite3', 'yaml', 'http.server'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
