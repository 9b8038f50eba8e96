"""Which connection is used, and what is said when there is none."""

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


class Desk:
    """A folder to stand in, an environment of its own, and a store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.saved = ConnectionRegistry(SPECS, EncryptedStore(folder / "state"))

    def resolve(self, given: ConnectionSettings | None = None, /, **environ: str) -> Connection:
        return resolve_connection(SPECS, given, environ=environ, folder=self.folder, open_registry=lambda: self.saved)

    def dotenv(self, text: str) -> None:
        (self.folder / ".env").write_text(text)

    def file(self, text: str, name: str = "zoom.yaml") -> str:
        (self.folder / name).write_text(text)
        return str(self.folder / name)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("ZOOM_COMPONENT_KEY", "A" * 43 + "=")
    return Desk(tmp_path)


def test_a_flag_comes_before_the_environment_and_that_before_the_file(desk: Desk) -> None:
    desk.dotenv("ZOOM_TOKEN=from-dotenv")
    desk.saved.save("work", "serverToServer", ACCOUNT)
    flag = ConnectionSettings(token="from-flag")
    assert desk.resolve(flag, ZOOM_TOKEN="from-environment").authorize() == "Bearer from-flag"
    assert desk.resolve(ZOOM_TOKEN="from-environment").authorize() == "Bearer from-environment"
    assert desk.resolve().authorize() == "Bearer from-dotenv"
    desk.dotenv("")
    assert desk.resolve().name == "work"


def test_a_name_on_the_flag_comes_before_a_token_in_the_environment(desk: Desk) -> None:
    desk.saved.save("work", "serverToServer", ACCOUNT)
    assert desk.resolve(ConnectionSettings(connection="work"), ZOOM_TOKEN="x").name == "work"


def test_client_credentials_make_a_server_to_server_connection(desk: Desk) -> None:
    with OAuthSandbox() as zoom:
        connection = desk.resolve(ZOOM_BASE_URL=zoom.api_url, **SERVER)
        assert connection.key == "serverToServer"
        assert connection.authorize() == f"Bearer {ACCESS}-1"
        # Another process with the same settings.
        assert desk.resolve(ZOOM_BASE_URL=zoom.api_url, **SERVER).authorize() == f"Bearer {ACCESS}-1"


def test_a_refresh_token_makes_an_oauth_connection_that_rotates(desk: Desk) -> None:
    given = {"ZOOM_CLIENT_ID": "app-1", "ZOOM_CLIENT_SECRET": SECRET, "ZOOM_REFRESH_TOKEN": f"{REFRESH}-0"}
    with OAuthSandbox() as zoom:
        connection = desk.resolve(ZOOM_BASE_URL=zoom.api_url, **given)
        assert connection.renew(connection.authorize()) == f"Bearer {ACCESS}-2"
        assert desk.resolve(ZOOM_BASE_URL=zoom.api_url, **given).authorize() == f"Bearer {ACCESS}-2"


def test_pieces_are_gathered_from_the_place_that_decides_downwards(desk: Desk) -> None:
    desk.dotenv(f'ZOOM_CLIENT_SECRET="{SECRET}"\nZOOM_ACCOUNT_ID=account-1\nZOOM_REFRESH_TOKEN=old')
    assert desk.resolve(ZOOM_CLIENT_ID="app-1", ZOOM_ACCOUNT_ID="account-2").key == "serverToServer"
    with pytest.raises(InputError, match="the one is for serverToServer, the other for oauth"):
        desk.resolve(ZOOM_CLIENT_ID="app-1")


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_a_connection_file_is_yaml_or_json(desk: Desk, form: str) -> None:
    value = {"connection": {"key": "serverToServer", "fields": ACCOUNT, "base_url": "EU"}}
    words = "\n".join(f"    {key}: {text}" for key, text in ACCOUNT.items())
    yaml = f"connection:\n  key: serverToServer\n  base_url: EU\n  fields:\n{words}\n"
    name = desk.file(json.dumps(value) if form == "json" else yaml, f"zoom.{form}")
    for connection in (desk.resolve(ConnectionSettings(file=name)), desk.resolve(ZOOM_CONNECTION_FILE=name)):
        assert (connection.key, connection.base_url) == ("serverToServer", "https://api-eu.zoom.us/v2")
        assert SECRET in connection.get_secrets()


def test_the_platforms_own_value_is_read(desk: Desk) -> None:
    value = {"token": {"access_token": ACCESS, "refresh_token": f"{REFRESH}-0"}, "context": {}, "fields": CLIENT}
    with OAuthSandbox() as zoom:
        connection = desk.resolve(PRISMATIC_CONNECTION_VALUE=json.dumps(value), ZOOM_BASE_URL=zoom.api_url)
        assert connection.key == "oauth"
        assert connection.authorize() == f"Bearer {ACCESS}"
        assert connection.renew(f"Bearer {ACCESS}") == f"Bearer {ACCESS}-1"


def test_the_platforms_value_of_an_account_renews_by_minting(desk: Desk) -> None:
    value = {"token": {"access_token": ACCESS}, "fields": ACCOUNT}
    with OAuthSandbox() as zoom:
        connection = desk.resolve(PRISMATIC_CONNECTION_VALUE=json.dumps(value), ZOOM_BASE_URL=zoom.api_url)
        assert (connection.key, connection.authorize()) == ("serverToServer", f"Bearer {ACCESS}")
        assert connection.renew(f"Bearer {ACCESS}") == f"Bearer {ACCESS}-1"
        assert connection.renew(f"Bearer {ACCESS}-1") == f"Bearer {ACCESS}-2"


def test_a_platform_value_with_nothing_but_a_token_is_that_token(desk: Desk) -> None:
    value = json.dumps({"token": {"access_token": ACCESS, "expires_in": 3599}, "context": {}, "fields": {}})
    assert isinstance(desk.resolve(PRISMATIC_CONNECTION_VALUE=value), StaticToken)


def test_the_only_stored_connection_needs_no_name_and_of_several_one_is_named(desk: Desk) -> None:
    desk.saved.save("home", "serverToServer", ACCOUNT)
    assert desk.resolve().name == "home"
    desk.saved.save("work", "serverToServer", ACCOUNT)
    with pytest.raises(ConnectionFailed, match=r"home, work.*ZOOM_CONNECTION"):
        desk.resolve()
    assert desk.resolve(ZOOM_CONNECTION="work").name == "work"


def test_without_anything_every_way_is_named(desk: Desk) -> None:
    with pytest.raises(ConnectionFailed) as failed:
        desk.resolve()
    ways = ["--token", "ZOOM_TOKEN", "ZOOM_CLIENT_ID", "ZOOM_CLIENT_SECRET", "ZOOM_ACCOUNT_ID", "ZOOM_REFRESH_TOKEN"]
    ways += [".env", "ZOOM_CONNECTION_FILE", "zoom-component connect"]
    assert [way for way in ways if way not in failed.value.message] == []


def test_all_missing_pieces_are_named_at_once(desk: Desk) -> None:
    with pytest.raises(InputError) as failed:
        desk.resolve(ZOOM_CLIENT_ID="app-1")
    assert [problem.input for problem in failed.value.problems] == ["client_secret", "account_id"]
    assert "ZOOM_CLIENT_SECRET" in failed.value.message
    assert "ZOOM_REFRESH_TOKEN" in failed.value.message


@pytest.mark.parametrize("where", ["http://127.0.0.1:9/v2", "EU"])
def test_a_lower_place_may_point_at_zoom_or_this_machine(desk: Desk, where: str) -> None:
    desk.dotenv(f"ZOOM_BASE_URL={where}")
    assert desk.resolve(ZOOM_TOKEN="x").base_url != "https://api.zoom.us/v2"


def test_a_lower_place_may_not_send_credentials_to_a_stranger(desk: Desk) -> None:
    desk.dotenv("ZOOM_BASE_URL=https://evil.example/v2")
    for given in ({"ZOOM_TOKEN": "x"}, SERVER):
        with pytest.raises(InputError, match="not a Zoom host"):
            desk.resolve(**given)
    proxy = desk.resolve(ConnectionSettings(base_url="https://proxy.example/v2"), ZOOM_TOKEN="x")
    assert proxy.base_url == "https://proxy.example/v2"


def test_a_stored_token_goes_to_its_own_host_only(desk: Desk) -> None:
    desk.saved.save("work", "serverToServer", ACCOUNT, "EU")
    assert desk.resolve(ZOOM_BASE_URL="EU").name == "work"
    with pytest.raises(ConnectionFailed, match="goes nowhere else"):
        desk.resolve(ZOOM_BASE_URL="http://127.0.0.1:9/v2")


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
def test_a_bad_connection_file_is_a_sentence_that_repeats_nothing(desk: Desk, text: str) -> None:
    name = desk.file(text)
    with pytest.raises((InputError, ConnectionFailed)) as failed:
        desk.resolve(ConnectionSettings(file=name))
    assert PLANTED not in json.dumps(failed.value.as_json())


def test_files_that_are_not_there_or_not_text_are_sentences(desk: Desk) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        desk.resolve(ZOOM_CONNECTION_FILE=str(desk.folder / "nowhere.yaml"))
    (desk.folder / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="not UTF-8"):
        desk.resolve(ZOOM_CONNECTION_FILE=str(desk.folder / "binary"))
    with pytest.raises(ComponentError, match="names with values"):
        desk.resolve(PRISMATIC_CONNECTION_VALUE=f"{{{SECRET}")


def test_a_dotenv_of_another_program_is_left_alone(desk: Desk) -> None:
    desk.dotenv("some: other dialect\n")
    assert desk.resolve(ZOOM_TOKEN="x").authorize() == "Bearer x"
    desk.dotenv("some: other dialect\nZOOM_BASE_URL=EU\n")
    with pytest.raises(InputError, match=r"\.env:1"):
        desk.resolve(ZOOM_TOKEN="x")


@pytest.mark.parametrize("variable", ["ZOOM_CLIENT_ID", "ZOOM_CLIENT_SECRET", "ZOOM_REFRESH_TOKEN", "ZOOM_TOKEN"])
@pytest.mark.parametrize("value", ["planted\udcff", "plan\nted"])
def test_bytes_that_are_no_text_are_a_sentence(desk: Desk, variable: str, value: str) -> None:
    given = {"ZOOM_CLIENT_ID": "a", "ZOOM_CLIENT_SECRET": SECRET, "ZOOM_REFRESH_TOKEN": REFRESH, variable: value}
    with pytest.raises((InputError, ConnectionFailed)) as failed:
        desk.resolve(**given)
    assert PLANTED.strip("-") not in failed.value.message


def test_a_name_that_is_no_text_is_not_found(desk: Desk) -> None:
    with pytest.raises(ConnectionFailed, match="No connection is stored"):
        desk.resolve(ZOOM_CONNECTION="w\udcff")


def test_settings_show_no_secret() -> None:
    settings = ConnectionSettings(token=SECRET, client_secret=SECRET, refresh_token=SECRET, platform=SECRET)
    assert PLANTED not in repr(settings)
