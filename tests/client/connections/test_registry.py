"""Test how connections are saved, listed, opened and removed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.client.connections.kinds import ACCESS, ACCOUNT, CLIENT, PLANTED, REFRESH, SECRET, SPECS
from tests.client.connections.oauth import OAuthSandbox
from zoom_component.client.connections.encrypted_store import EncryptedStore, open_store
from zoom_component.client.connections.registry import ConnectionRegistry
from zoom_component.client.connections.store import MemoryStore
from zoom_component.client.connections.summary import ConnectionSummary, summarize_connections
from zoom_component.client.connections.tokens import Token
from zoom_component.errors import ConnectionFailed, InputError


@pytest.fixture(autouse=True)
def _set_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOOM_COMPONENT_KEY", "A" * 43 + "=")


@pytest.fixture
def connections(tmp_path: Path) -> ConnectionRegistry:
    return ConnectionRegistry(SPECS, EncryptedStore(tmp_path))


def test_saved_connections_are_listed_without_their_secrets(connections: ConnectionRegistry) -> None:
    token = Token(ACCESS, 4600.0, REFRESH, ("user:read", "meeting:read"), issued_at=1000.0)
    connections.save("work", "oauth", CLIENT, "EU", token)
    connections.save("backup", "serverToServer", ACCOUNT)
    connections.save("later", "oauth", CLIENT)
    assert connections.list_names() == ["backup", "later", "work"]
    assert summarize_connections(connections) == [
        ConnectionSummary("backup", "serverToServer", "https://api.zoom.us/v2", "ready", "app-1"),
        ConnectionSummary("later", "oauth", "https://api.zoom.us/v2", "reconnect needed", "app-1"),
        ConnectionSummary(
            "work",
            "oauth",
            "https://api-eu.zoom.us/v2",
            "ready",
            "app-1",
            ("user:read", "meeting:read"),
            "1970-01-01T01:16:40Z",
        ),
    ]
    assert PLANTED not in repr(summarize_connections(connections))


def test_an_opened_connection_has_its_name_kind_and_base_url(connections: ConnectionRegistry) -> None:
    connections.save("gov", "serverToServer", ACCOUNT, "GOV")
    connection = connections.open("gov")
    assert (connection.name, connection.key, connection.base_url) == (
        "gov",
        "serverToServer",
        "https://api.zoomgov.com/v2",
    )
    assert connection.get_cached_header() is None
    assert SECRET in connection.get_secrets()


def test_saving_again_replaces(connections: ConnectionRegistry) -> None:
    connections.save("work", "serverToServer", ACCOUNT)
    connections.save("work", "oauth", CLIENT, "EU")
    assert [(row.kind, row.base_url) for row in summarize_connections(connections)] == [
        ("oauth", "https://api-eu.zoom.us/v2")
    ]


def test_all_problems_are_reported_at_once(connections: ConnectionRegistry) -> None:
    fields = {"clientId": " ", "clientSecret": 5, "nonsense": "x", "tokenUrl": "https://zoom.us/\nx"}
    with pytest.raises(InputError) as failed:
        connections.save("no good", "serverToServer", fields)
    assert [problem.input for problem in failed.value.problems] == [
        "name",
        "nonsense",
        "clientId",
        "clientSecret",
        "accountId",
        "tokenUrl",
    ]
    assert connections.list_names() == []


def test_an_unknown_kind_is_refused_with_the_known_ones(connections: ConnectionRegistry) -> None:
    with pytest.raises(InputError, match="expected oauth or serverToServer"):
        connections.save("work", "jwt", {})


def test_an_unknown_name_is_refused_with_the_known_ones(connections: ConnectionRegistry) -> None:
    with pytest.raises(ConnectionFailed, match="No connection is stored yet"):
        connections.open("work")
    connections.save("work", "serverToServer", ACCOUNT)
    for method in (connections.open, connections.remove):
        with pytest.raises(ConnectionFailed, match="Stored connections: work"):
            method("wrok")


def test_a_removed_connection_is_not_listed(connections: ConnectionRegistry) -> None:
    connections.save("work", "serverToServer", ACCOUNT)
    connections.remove("work")
    assert connections.list_names() == []


def test_an_oauth_connection_without_a_token_needs_a_person(connections: ConnectionRegistry) -> None:
    connections.save("work", "oauth", CLIENT)
    with pytest.raises(ConnectionFailed, match="zoom-component connect work") as failed:
        connections.open("work").authorize()
    assert failed.value.reconnect


def test_shared_rows_are_not_listed_opened_or_removed(connections: ConnectionRegistry, tmp_path: Path) -> None:
    with OAuthSandbox() as zoom:
        connections.open_with_fields("serverToServer", ACCOUNT, zoom.api_url).authorize()
    (shared,) = EncryptedStore(tmp_path).list_names()
    assert shared.startswith("~")
    assert PLANTED not in shared
    assert connections.list_names() == []
    assert summarize_connections(connections) == []
    for method in (connections.open, connections.remove):
        with pytest.raises(ConnectionFailed, match="No connection is stored"):
            method(shared)


def test_a_row_that_cannot_be_decrypted_is_listed_as_such(
    connections: ConnectionRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections.save("work", "serverToServer", ACCOUNT)
    monkeypatch.setenv("ZOOM_COMPONENT_KEY", "B" * 43 + "=")
    assert summarize_connections(ConnectionRegistry(SPECS, EncryptedStore(tmp_path))) == [
        ConnectionSummary("work", "", state="cannot be decrypted")
    ]
    ConnectionRegistry(SPECS, EncryptedStore(tmp_path)).remove("work")


def test_the_template_of_the_token_url_is_filled_and_its_query_sent_in_the_body(
    connections: ConnectionRegistry,
) -> None:
    with OAuthSandbox() as zoom:
        page = f"{zoom.api_url.removesuffix('/v2')}/oauth/token?account_id={{{{#accountId}}}}"
        connections.open_with_fields("serverToServer", {**ACCOUNT, "tokenUrl": page}, zoom.api_url).authorize()
        assert (zoom.paths, zoom.token_requests[0]["account_id"]) == (["/oauth/token"], "account-1")


def test_nothing_is_saved_if_the_store_cannot_be_written(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("")
    store = open_store(tmp_path / "file" / "state")
    assert isinstance(store, MemoryStore)
    assert "this process only" in caplog.text
    with pytest.raises(ConnectionFailed, match="ZOOM_COMPONENT_STATE"):
        ConnectionRegistry(SPECS, store).save("work", "serverToServer", ACCOUNT)
    with OAuthSandbox() as zoom:
        connection = ConnectionRegistry(SPECS, store).open_with_fields("serverToServer", ACCOUNT, zoom.api_url)
        assert connection.authorize() == connection.authorize() == f"Bearer {ACCESS}-1"
        assert len(zoom.token_requests) == 1


def test_the_store_is_in_the_state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOOM_COMPONENT_STATE", str(tmp_path / "mine"))
    ConnectionRegistry(SPECS).save("work", "serverToServer", ACCOUNT)
    assert (tmp_path / "mine" / "connections.db").is_file()
