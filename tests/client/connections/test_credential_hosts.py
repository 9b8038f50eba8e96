"""Test that credentials go to Zoom or to a host that the caller chose, whatever files and specs say."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from tests.client.connections.kinds import ACCESS, ACCOUNT, CLIENT, SECRET, SPECS
from zoom_component.client.connections.connection import Connection
from zoom_component.client.connections.consent import request_consent
from zoom_component.client.connections.encrypted_store import EncryptedStore
from zoom_component.client.connections.registry import ConnectionRegistry, build_credentials
from zoom_component.client.connections.settings import ConnectionSettings, resolve_connection
from zoom_component.client.connections.store import MemoryStore
from zoom_component.component import Component
from zoom_component.errors import ConnectionFailed, InputError
from zoom_component.spec.spec import ConnectionSpec

FOREIGN = "https://evil.example/v2"
LOOPBACK = "http://127.0.0.1:9/v2"
APP = {"ZOOM_CLIENT_ID": "app-1", "ZOOM_CLIENT_SECRET": SECRET, "ZOOM_ACCOUNT_ID": "account-1"}
REFRESH = {"ZOOM_CLIENT_ID": "app-1", "ZOOM_CLIENT_SECRET": SECRET, "ZOOM_REFRESH_TOKEN": "refresh"}
TOKEN = {"ZOOM_TOKEN": "x"}
PLATFORM = {
    "PRISMATIC_CONNECTION_VALUE": json.dumps(
        {"token": {"access_token": ACCESS, "refresh_token": "r"}, "fields": CLIENT}
    )
}
IDENTITIES = {"app": APP, "refresh token": REFRESH, "token": TOKEN, "platform": PLATFORM}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder, as somebody else filled it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def resolve(flags: ConnectionSettings | None = None, /, **environ: str) -> Connection:
    registry = ConnectionRegistry(SPECS, MemoryStore())
    return resolve_connection(SPECS, flags, environ=environ, open_registry=lambda: registry)


def write_env_file(folder: Path, **values: str) -> None:
    (folder / ".env").write_text("".join(f"{name}='{value}'\n" for name, value in values.items()))


@pytest.mark.parametrize("identity", IDENTITIES)
def test_the_env_file_of_the_folder_is_only_read_on_request(identity: str, folder: Path) -> None:
    write_env_file(folder, **IDENTITIES[identity], ZOOM_BASE_URL="EU")
    with pytest.raises(ConnectionFailed, match=r"The file \.env of the current folder is only read with --env-file"):
        resolve()
    assert resolve(**TOKEN).base_url == "https://api.zoom.us/v2"
    for connection in (resolve(ConnectionSettings(env_file=".env")), resolve(ZOOM_COMPONENT_ENV_FILE=".env")):
        assert connection.base_url == "https://api-eu.zoom.us/v2"


def test_an_option_comes_before_the_variable_of_the_env_file(folder: Path) -> None:
    write_env_file(folder, ZOOM_TOKEN="first")
    (folder / "other.env").write_text("ZOOM_TOKEN=second\nZOOM_COMPONENT_ENV_FILE=.env\n")
    option = ConnectionSettings(env_file=str(folder / "other.env"))
    assert resolve(option, ZOOM_COMPONENT_ENV_FILE=".env").authorize() == "Bearer second"


def test_an_env_file_that_is_asked_for_and_missing_is_an_error(folder: Path) -> None:
    for text in ("nowhere.env", "."):
        with pytest.raises(InputError, match="env file"):
            resolve(ZOOM_COMPONENT_ENV_FILE=text, **TOKEN)


def test_sessions_in_python_name_an_env_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOOM_COMPONENT_STATE", str(folder / "state"))
    write_env_file(folder, ZOOM_TOKEN="from-file", ZOOM_BASE_URL=LOOPBACK)
    component = Component.load()
    with pytest.raises(ConnectionFailed):
        component.connect()
    with component.connect(env_file=".env") as session:
        assert session.connection.authorize() == "Bearer from-file"


@pytest.mark.parametrize("identity", IDENTITIES)
@pytest.mark.parametrize("where", [FOREIGN, "https://zoom.us.evil.example/v2", "https://z\u043eom.us/v2"])
def test_no_env_file_names_a_foreign_host(identity: str, where: str, folder: Path) -> None:
    """Refuse it whether the environment holds the credentials, or the file itself."""
    values = IDENTITIES[identity]
    write_env_file(folder, ZOOM_BASE_URL=where)
    with pytest.raises(InputError, match=r"names .*but the credentials are not in that file.*--base-url") as refused:
        resolve(ZOOM_COMPONENT_ENV_FILE=".env", **values)
    write_env_file(folder, **values, ZOOM_BASE_URL=where)
    with pytest.raises(InputError, match=r"names .*not a host of Zoom's.*--base-url") as refused:
        resolve(ZOOM_COMPONENT_ENV_FILE=".env")
    assert refused.value.problems[0].input == ".env: ZOOM_BASE_URL"
    assert refused.value.message.isascii()
    chosen = ConnectionSettings(base_url=where)
    assert resolve(chosen, ZOOM_COMPONENT_ENV_FILE=".env").base_url == where


@pytest.mark.parametrize("identity", IDENTITIES)
def test_an_env_file_leads_only_its_own_credentials_to_this_machine(identity: str, folder: Path) -> None:
    values = IDENTITIES[identity]
    write_env_file(folder, ZOOM_BASE_URL=LOOPBACK)
    with pytest.raises(InputError, match="the credentials are not in that file"):
        resolve(ZOOM_COMPONENT_ENV_FILE=".env", **values)
    if "ZOOM_CLIENT_ID" in values:
        file_values = {name: value for name, value in values.items() if name != "ZOOM_CLIENT_ID"}
        write_env_file(folder, **file_values, ZOOM_BASE_URL=LOOPBACK)
        with pytest.raises(InputError, match="the credentials are not in that file"):
            resolve(ZOOM_COMPONENT_ENV_FILE=".env", ZOOM_CLIENT_ID="app-1")
    write_env_file(folder, **values, ZOOM_BASE_URL=LOOPBACK)
    assert resolve(ZOOM_COMPONENT_ENV_FILE=".env").base_url == LOOPBACK
    write_env_file(folder, ZOOM_BASE_URL="EU")
    assert resolve(ZOOM_COMPONENT_ENV_FILE=".env", **values).base_url == "https://api-eu.zoom.us/v2"


def test_a_connection_file_names_no_foreign_host(folder: Path) -> None:
    for where in (FOREIGN, "https://127.0.0.1.evil.example/v2"):
        file = write_connection_file(folder, base_url=where)
        with pytest.raises(InputError, match=r"zoom\.json: connection\.base_url: names .*--base-url"):
            resolve(ConnectionSettings(file=file))
        assert resolve(ZOOM_CONNECTION_FILE=file, ZOOM_BASE_URL=FOREIGN).base_url == FOREIGN
    assert resolve(ZOOM_CONNECTION_FILE=write_connection_file(folder, base_url=LOOPBACK)).base_url == LOOPBACK


def test_an_env_file_leads_no_connection_file_to_this_machine(folder: Path) -> None:
    file = write_connection_file(folder)
    for values in ({"ZOOM_BASE_URL": LOOPBACK}, {"ZOOM_BASE_URL": LOOPBACK, "ZOOM_CONNECTION_FILE": file}):
        write_env_file(folder, **values)
        with pytest.raises(InputError, match="the credentials are not in that file"):
            resolve(ZOOM_COMPONENT_ENV_FILE=".env", ZOOM_CONNECTION_FILE=file)


def write_connection_file(folder: Path, base_url: str = "", **fields: str) -> str:
    value = {"connection": {"key": "serverToServer", "base_url": base_url, "fields": {**ACCOUNT, **fields}}}
    (folder / "zoom.json").write_text(json.dumps(value))
    return str(folder / "zoom.json")


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/oauth/token",
        "https://zoom.us@evil.example/oauth/token",
        "https://zoom.us.evil.example/oauth/token",
        "http://127.0.0.1:9/oauth/token",
        "https://{{#accountId}}/oauth/token",
        "https://[/oauth/token",
    ],
)
@pytest.mark.parametrize("key", ["tokenUrl", "authorizeUrl"])
def test_no_file_and_no_spec_names_a_foreign_oauth_page(url: str, key: str, folder: Path) -> None:
    value = {"token": {"refresh_token": "r"}, "fields": {**CLIENT, key: url}}
    with pytest.raises(InputError, match=f"fields.{key}: (names|expected an https)"):
        resolve(PRISMATIC_CONNECTION_VALUE=json.dumps(value))
    if key == "tokenUrl":
        with pytest.raises(InputError, match=r"zoom\.json: fields\.tokenUrl: (names|expected an https)"):
            resolve(ZOOM_CONNECTION_FILE=write_connection_file(folder, tokenUrl=url))
    changed = change_default("oauth", key, url)
    for base_url in ("https://api.zoom.us/v2", "https://api-eu.zoom.us/v2"):
        with pytest.raises(InputError, match=f"connections/oauth: the default of {key}"):
            build_credentials(changed, CLIENT, base_url)
    with pytest.raises(InputError, match=f"the default of {key}"):
        request_consent(changed, CLIENT, open_browser=lambda page: pytest.fail("no page is opened"))


def change_default(kind: str, key: str, url: str) -> ConnectionSpec:
    inputs = SPECS[kind].inputs
    return SPECS[kind]._replace(inputs={**inputs, key: inputs[key]._replace(default=url)})


def test_a_stored_connection_does_not_follow_a_changed_default(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse to send the secrets of a saved connection to the token URL of another folder of specs."""
    monkeypatch.setenv("ZOOM_COMPONENT_KEY", "A" * 43 + "=")
    store = EncryptedStore(folder / "state")
    ConnectionRegistry(SPECS, store).save("work", "serverToServer", ACCOUNT)
    changed = change_default("serverToServer", "tokenUrl", "https://evil.example/token?account_id={{#accountId}}")
    with pytest.raises(ConnectionFailed, match=r"evil\.example"):
        ConnectionRegistry({"serverToServer": changed}, store).open("work")
    assert ConnectionRegistry(SPECS, store).open("work").name == "work"


def test_pages_of_the_callers_host_are_used() -> None:
    gateway = "https://zoom.company.example/v2"
    for url in ("https://zoom.company.example/login/token", "https://zoom.us/oauth/token"):
        value = json.dumps({"token": {"refresh_token": "r"}, "fields": {**CLIENT, "tokenUrl": url}})
        assert resolve(PRISMATIC_CONNECTION_VALUE=value, ZOOM_BASE_URL=gateway).base_url == gateway
    for pages in ("https://other.example/token", "http://127.0.0.1:9/token"):
        credentials = build_credentials(SPECS["oauth"], {**CLIENT, "tokenUrl": pages}, gateway)
        assert credentials.client.token_url == pages


def test_a_later_source_leads_no_credentials_to_a_foreign_host() -> None:
    for flags in (ConnectionSettings(token="x"), ConnectionSettings(client_id="a", client_secret="b", account_id="c")):
        with pytest.raises(InputError, match=r"names evil\.example, .*a later source than the credentials"):
            resolve(flags, ZOOM_BASE_URL=FOREIGN)
        assert resolve(flags, ZOOM_BASE_URL=LOOPBACK).base_url == LOOPBACK
        assert resolve(replace(flags, base_url=FOREIGN)).base_url == FOREIGN


@pytest.mark.parametrize("identity", IDENTITIES)
def test_a_foreign_host_of_the_caller_is_named_before_anything_is_sent(
    identity: str, caplog: pytest.LogCaptureFixture
) -> None:
    values = IDENTITIES[identity]
    with caplog.at_level(logging.WARNING, "zoom_component.connections"):
        resolve(**values)
        resolve(**values, ZOOM_BASE_URL="EU")
        resolve(**values, ZOOM_BASE_URL=LOOPBACK)
        assert caplog.messages == []
        resolve(**values, ZOOM_BASE_URL="https://zoom.company.example:8443/v2")
    [message] = caplog.messages
    assert message.startswith("Credentials and calls go to zoom.company.example:8443, which is not a host of Zoom's")
