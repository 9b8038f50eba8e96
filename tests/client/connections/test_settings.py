"""Test which connection the settings choose, and the errors if there is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.client.connections.kinds import ACCESS, ACCOUNT, CLIENT, PLANTED, REFRESH, SECRET, SPECS
from tests.client.connections.oauth import OAuthSandbox
from zoom_component.client.connections.connection import Connection, StaticToken
from zoom_component.client.connections.encrypted_store import EncryptedStore
from zoom_component.client.connections.registry import ConnectionRegistry
from zoom_component.client.connections.settings import ConnectionSettings, resolve_connection
from zoom_component.errors import ComponentError, ConnectionFailed, InputError

SERVER = {"ZOOM_CLIENT_ID": "app-1", "ZOOM_CLIENT_SECRET": SECRET, "ZOOM_ACCOUNT_ID": "account-1"}


class Workspace:
    """Hold a current folder and a store; each call passes its own environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.registry = ConnectionRegistry(SPECS, EncryptedStore(folder / "state"))

    def resolve(self, flags: ConnectionSettings | None = None, /, **environ: str) -> Connection:
        if (self.folder / ".env").is_file():
            environ.setdefault("ZOOM_COMPONENT_ENV_FILE", ".env")
        return resolve_connection(
            SPECS, flags, environ=environ, folder=self.folder, open_registry=lambda: self.registry
        )

    def write_env_file(self, text: str) -> None:
        (self.folder / ".env").write_text(text)

    def write_file(self, text: str, name: str = "zoom.yaml") -> str:
        (self.folder / name).write_text(text)
        return str(self.folder / name)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("ZOOM_COMPONENT_KEY", "A" * 43 + "=")
    return Workspace(tmp_path)


def test_a_flag_comes_before_the_environment_and_that_before_the_file(workspace: Workspace) -> None:
    workspace.write_env_file("ZOOM_TOKEN=from-env-file")
    workspace.registry.save("work", "serverToServer", ACCOUNT)
    flag = ConnectionSettings(token="from-flag")
    assert workspace.resolve(flag, ZOOM_TOKEN="from-environment").authorize() == "Bearer from-flag"
    assert workspace.resolve(ZOOM_TOKEN="from-environment").authorize() == "Bearer from-environment"
    assert workspace.resolve().authorize() == "Bearer from-env-file"
    workspace.write_env_file("")
    assert workspace.resolve().name == "work"


def test_a_name_on_the_flag_comes_before_a_token_in_the_environment(workspace: Workspace) -> None:
    workspace.registry.save("work", "serverToServer", ACCOUNT)
    assert workspace.resolve(ConnectionSettings(connection="work"), ZOOM_TOKEN="x").name == "work"


def test_client_credentials_make_a_server_to_server_connection(workspace: Workspace) -> None:
    with OAuthSandbox() as zoom:
        connection = workspace.resolve(ZOOM_BASE_URL=zoom.api_url, **SERVER)
        assert connection.key == "serverToServer"
        assert connection.authorize() == f"Bearer {ACCESS}-1"
        # Another process with the same settings.
        assert workspace.resolve(ZOOM_BASE_URL=zoom.api_url, **SERVER).authorize() == f"Bearer {ACCESS}-1"


def test_a_refresh_token_makes_an_oauth_connection_that_rotates(workspace: Workspace) -> None:
    environ = {"ZOOM_CLIENT_ID": "app-1", "ZOOM_CLIENT_SECRET": SECRET, "ZOOM_REFRESH_TOKEN": f"{REFRESH}-0"}
    with OAuthSandbox() as zoom:
        connection = workspace.resolve(ZOOM_BASE_URL=zoom.api_url, **environ)
        assert connection.renew(connection.authorize()) == f"Bearer {ACCESS}-2"
        assert workspace.resolve(ZOOM_BASE_URL=zoom.api_url, **environ).authorize() == f"Bearer {ACCESS}-2"


def test_missing_credentials_are_filled_from_later_sources(workspace: Workspace) -> None:
    workspace.write_env_file(f'ZOOM_CLIENT_SECRET="{SECRET}"\nZOOM_ACCOUNT_ID=account-1\nZOOM_REFRESH_TOKEN=old')
    assert workspace.resolve(ZOOM_CLIENT_ID="app-1", ZOOM_ACCOUNT_ID="account-2").key == "serverToServer"
    with pytest.raises(InputError, match="cannot be combined with refresh_token"):
        workspace.resolve(ZOOM_CLIENT_ID="app-1")


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_a_connection_file_is_yaml_or_json(workspace: Workspace, form: str) -> None:
    value = {"connection": {"key": "serverToServer", "fields": ACCOUNT, "base_url": "EU"}}
    fields = "\n".join(f"    {key}: {text}" for key, text in ACCOUNT.items())
    yaml = f"connection:\n  key: serverToServer\n  base_url: EU\n  fields:\n{fields}\n"
    name = workspace.write_file(json.dumps(value) if form == "json" else yaml, f"zoom.{form}")
    for connection in (workspace.resolve(ConnectionSettings(file=name)), workspace.resolve(ZOOM_CONNECTION_FILE=name)):
        assert (connection.key, connection.base_url) == ("serverToServer", "https://api-eu.zoom.us/v2")
        assert SECRET in connection.get_secrets()


def test_the_platforms_value_is_read(workspace: Workspace) -> None:
    value = {"token": {"access_token": ACCESS, "refresh_token": f"{REFRESH}-0"}, "context": {}, "fields": CLIENT}
    with OAuthSandbox() as zoom:
        connection = workspace.resolve(PRISMATIC_CONNECTION_VALUE=json.dumps(value), ZOOM_BASE_URL=zoom.api_url)
        assert connection.key == "oauth"
        assert connection.authorize() == f"Bearer {ACCESS}"
        assert connection.renew(f"Bearer {ACCESS}") == f"Bearer {ACCESS}-1"


def test_the_platforms_value_of_an_account_is_renewed(workspace: Workspace) -> None:
    value = {"token": {"access_token": ACCESS}, "fields": ACCOUNT}
    with OAuthSandbox() as zoom:
        connection = workspace.resolve(PRISMATIC_CONNECTION_VALUE=json.dumps(value), ZOOM_BASE_URL=zoom.api_url)
        assert (connection.key, connection.authorize()) == ("serverToServer", f"Bearer {ACCESS}")
        assert connection.renew(f"Bearer {ACCESS}") == f"Bearer {ACCESS}-1"
        assert connection.renew(f"Bearer {ACCESS}-1") == f"Bearer {ACCESS}-2"


def test_a_platform_value_with_only_a_token_is_a_static_token(workspace: Workspace) -> None:
    value = json.dumps({"token": {"access_token": ACCESS, "expires_in": 3599}, "context": {}, "fields": {}})
    assert isinstance(workspace.resolve(PRISMATIC_CONNECTION_VALUE=value), StaticToken)


def test_the_only_stored_connection_is_used_and_several_need_a_choice(workspace: Workspace) -> None:
    workspace.registry.save("home", "serverToServer", ACCOUNT)
    assert workspace.resolve().name == "home"
    workspace.registry.save("work", "serverToServer", ACCOUNT)
    with pytest.raises(ConnectionFailed, match=r"home, work.*ZOOM_CONNECTION"):
        workspace.resolve()
    assert workspace.resolve(ZOOM_CONNECTION="work").name == "work"


def test_an_error_lists_every_way_to_set_a_connection(workspace: Workspace) -> None:
    with pytest.raises(ConnectionFailed) as failed:
        workspace.resolve()
    ways = ["--token", "ZOOM_TOKEN", "ZOOM_CLIENT_ID", "ZOOM_CLIENT_SECRET", "ZOOM_ACCOUNT_ID", "ZOOM_REFRESH_TOKEN"]
    ways += ["--env-file", "ZOOM_CONNECTION_FILE", "zoom-component connect"]
    assert [way for way in ways if way not in failed.value.message] == []


def test_all_missing_settings_are_reported_at_once(workspace: Workspace) -> None:
    with pytest.raises(InputError) as failed:
        workspace.resolve(ZOOM_CLIENT_ID="app-1")
    assert [problem.input for problem in failed.value.problems] == ["client_secret", "account_id"]
    assert "ZOOM_CLIENT_SECRET" in failed.value.message
    assert "ZOOM_REFRESH_TOKEN" in failed.value.message


def test_a_stored_token_is_sent_to_its_own_host_only(workspace: Workspace) -> None:
    workspace.registry.save("work", "serverToServer", ACCOUNT, "EU")
    assert workspace.resolve(ZOOM_BASE_URL="EU").name == "work"
    with pytest.raises(ConnectionFailed, match="not sent to another address"):
        workspace.resolve(ZOOM_BASE_URL="http://127.0.0.1:9/v2")


@pytest.mark.parametrize(
    "text",
    [
        f"planted: [{SECRET}",
        f"- {SECRET}",
        f"connection: {SECRET}",
        f"connection: {{key: serverToServer, fields: {SECRET}}}",
        f"connection: {{key: serverToServer, fields: {{clientSecret: {SECRET}, clientId: 5, accountId: NO}}}}",
        f"connection: {{key: oauth, base_url: 5, fields: {{clientSecret: {SECRET}}}}}",
        f"connection: {{key: oauth, fields: {{clientSecret: {SECRET}, clientId: a}}}}",
        f"connection: {{fields: {{clientSecret: {SECRET}, clientid: a}}}}",
        f"connection: {{base_url: 'https://{SECRET}@x.example/v2', fields: {{accountId: a}}}}",
        "",
        "[" * 3_000,
    ],
)
def test_an_invalid_connection_file_is_refused_and_not_repeated(workspace: Workspace, text: str) -> None:
    name = workspace.write_file(text)
    with pytest.raises((InputError, ConnectionFailed)) as failed:
        workspace.resolve(ConnectionSettings(file=name))
    assert PLANTED not in json.dumps(failed.value.as_json())


def test_missing_files_and_files_that_are_not_text_are_refused(workspace: Workspace) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        workspace.resolve(ZOOM_CONNECTION_FILE=str(workspace.folder / "nowhere.yaml"))
    (workspace.folder / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="not UTF-8"):
        workspace.resolve(ZOOM_CONNECTION_FILE=str(workspace.folder / "binary"))
    with pytest.raises(ComponentError, match="names with values"):
        workspace.resolve(PRISMATIC_CONNECTION_VALUE=f"{{{SECRET}")


def test_an_env_file_that_is_not_valid_is_refused(workspace: Workspace) -> None:
    workspace.write_env_file("ZOOM_BASE_URL=EU\nsome: other syntax\n")
    with pytest.raises(InputError, match=r"\.env:2"):
        workspace.resolve(ZOOM_TOKEN="x")


@pytest.mark.parametrize("variable", ["ZOOM_CLIENT_ID", "ZOOM_CLIENT_SECRET", "ZOOM_REFRESH_TOKEN", "ZOOM_TOKEN"])
@pytest.mark.parametrize("value", ["planted\udcff", "plan\nted"])
def test_values_that_are_not_one_line_of_text_are_refused(workspace: Workspace, variable: str, value: str) -> None:
    environ = {"ZOOM_CLIENT_ID": "a", "ZOOM_CLIENT_SECRET": SECRET, "ZOOM_REFRESH_TOKEN": REFRESH, variable: value}
    with pytest.raises((InputError, ConnectionFailed)) as failed:
        workspace.resolve(**environ)
    assert PLANTED.strip("-") not in failed.value.message


def test_a_name_that_is_not_text_is_unknown(workspace: Workspace) -> None:
    with pytest.raises(ConnectionFailed, match="No connection is stored"):
        workspace.resolve(ZOOM_CONNECTION="w\udcff")


def test_the_repr_of_settings_holds_no_secret() -> None:
    settings = ConnectionSettings(token=SECRET, client_secret=SECRET, refresh_token=SECRET, platform=SECRET)
    assert PLANTED not in repr(settings)
