"""A token that was handed in."""

from __future__ import annotations

import subprocess
import sys

import pytest

from zoom_component.client.connections import Connection, StaticToken
from zoom_component.errors import ConnectionFailed


def test_the_header_is_there_at_once_and_the_token_is_never_shown() -> None:
    connection: Connection = StaticToken("planted-token", base_url="https://api.zoom.us/v2/")
    assert connection.get_cached_header() == connection.authorize() == "Bearer planted-token"
    assert connection.base_url == "https://api.zoom.us/v2"
    assert connection.get_secrets() == {"planted-token"}
    assert "planted" not in repr(connection)


def test_a_refused_token_says_that_a_new_one_is_needed() -> None:
    with pytest.raises(ConnectionFailed, match="give a new one") as failed:
        StaticToken("planted-token").renew("Bearer planted-token")
    assert failed.value.reconnect
    assert "planted" not in str(failed.value.as_json())


@pytest.mark.parametrize("given", [" planted ", "Bearer planted", "bearer  planted\n"])
def test_what_people_copy_along_with_a_token_is_cut_off(given: str) -> None:
    assert StaticToken(given).authorize() == "Bearer planted"


@pytest.mark.parametrize("given", ["", "  ", "Bearer ", "plan\r\nted: x", "plan ted", "plänted"])
def test_a_token_that_no_header_can_carry_is_refused(given: str) -> None:
    with pytest.raises(ConnectionFailed) as failed:
        StaticToken(given)
    assert "ted" not in failed.value.message.replace("expected", "")


def test_it_costs_neither_an_http_client_nor_cryptography_to_import() -> None:
    look = (
        "import sys; from zoom_component.client.connections import StaticToken; StaticToken('t').authorize();"
        "from zoom_component.client.connections.settings import Settings, resolve;"
        "resolve({}, Settings(token='t'), environ={});"
        "sys.exit(', '.join({'httpx', 'cryptography', 'sqlite3', 'yaml', 'http.server'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
