"""Test the options `--proxy` and `--ca-file`, and what the commands show of the network.

Zoom is a sandbox behind TLS with an authority of its own. Only the proxy knows its name.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.cli.lines import Cli, CliResult
from tests.support.network_world import HOST, NetworkWorld, open_network_world

GET_ME = ("getUser", "-i", "userId=me")
SECRETS = ("p@ss:w/rd%ü", "p%40ss%3Aw%2Frd%25%C3%BC", "anna%40example.com")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[NetworkWorld]:
    with open_network_world(tmp_path, "http with credentials") as opened:
        yield opened
        if opened.proxy.targets:
            opened.assert_nothing_leaked()


@pytest.fixture
def environ(world: NetworkWorld, monkeypatch: pytest.MonkeyPatch) -> NetworkWorld:
    """Name the account in the environment, but neither the proxy nor the authority."""
    for name, value in world.credentials.items():
        monkeypatch.setenv(f"ZOOM_{name.upper()}", value)
    monkeypatch.setenv("ZOOM_BASE_URL", world.base_url)
    return world


def list_options(world: NetworkWorld) -> tuple[str, ...]:
    return "--proxy", world.proxy_url, "--ca-file", str(world.authority.file)


def assert_nothing_shown(result: CliResult) -> None:
    assert not [secret for secret in SECRETS if secret in result.out + result.err]


COMMANDS: dict[str, tuple[str, ...]] = {
    "run": ("run", *GET_ME),
    "run, streamed": ("run", "listUsers", "--jsonl"),
    "run of a batch": ("run", "--batch", "calls.jsonl"),
    "run of a concurrent batch": ("run", "--batch", "calls.jsonl", "--concurrency", "3"),
    "run, recorded": ("run", *GET_ME, "--record", "recording.yaml"),
    "run, logged": ("run", *GET_ME, "--log", "runs.jsonl"),
    "options": ("options", "selectUser"),
    "poll": ("poll", "newMeetingCreated", "-i", "userId=me", "--once"),
    "backfill": ("inbox", "backfill", "--since", "3h"),
    "doctor": ("doctor", "getUser"),
    "test": ("test", "specs", "--base-url", f"https://{HOST}/v2"),
}


def prepare_files() -> None:
    line = json.dumps({"id": 1, "action": "getUser", "inputs": {"userId": "me"}})
    Path("calls.jsonl").write_text(f"{line}\n{line}\n")
    Path("specs").mkdir()
    Path("specs/me.test.yaml").write_text(
        "name: me\nsteps:\n  - run: getUser\n    inputs: {userId: me}\n    expect: {paths: {status: active}}\n"
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_uses_the_options(command: str, environ: NetworkWorld, cli: Cli) -> None:
    prepare_files()
    result = cli(*COMMANDS[command], *list_options(environ))
    assert result.code == 0, result.err
    assert environ.proxy.targets
    assert_nothing_shown(result)
    written = [path for path in (Path("recording.yaml"), Path("runs.jsonl")) if path.exists()]
    assert len(written) == (command in ("run, recorded", "run, logged"))
    assert not [secret for secret in SECRETS for path in written if secret in path.read_text()]


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_uses_the_environment(
    command: str, environ: NetworkWorld, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare_files()
    for name, value in environ.environ.items():
        monkeypatch.setenv(name, value)
    result = cli(*COMMANDS[command])
    assert result.code == 0, result.err
    assert environ.proxy.targets
    assert_nothing_shown(result)


@pytest.mark.parametrize("command", [name for name in COMMANDS if name not in ("doctor", "run of a batch")])
def test_no_command_arrives_without_them(command: str, environ: NetworkWorld, cli: Cli) -> None:
    prepare_files()
    result = cli(*COMMANDS[command], "--retries", "0")
    assert environ.proxy.targets == []
    assert environ.zoom.requests == []
    assert result.code != 0 or '"kind":"unavailable"' in result.out.replace(" ", "")


def test_rerun_uses_the_options(environ: NetworkWorld, cli: Cli) -> None:
    assert cli("run", *GET_ME, "--log", "runs.jsonl", *list_options(environ)).code == 0
    before = len(environ.proxy.targets)
    assert cli("rerun", "runs.jsonl", *list_options(environ), "--ignore", "last_login_time").code == 0
    assert len(environ.proxy.targets) > before


@pytest.mark.parametrize("how", ["options", "variables of this program"])
def test_a_saved_connection_has_its_network(
    how: str, environ: NetworkWorld, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = list_options(environ)
    if how != "options":
        monkeypatch.setenv("ZOOM_COMPONENT_PROXY", environ.proxy_url)
        monkeypatch.setenv("ZOOM_COMPONENT_CA_FILE", str(environ.authority.file))
        options = ()
    saved = cli("connect", "work", "--kind", "serverToServer", *options)
    assert saved.code == 0, saved.err
    for name in ("CLIENT_ID", "CLIENT_SECRET", "ACCOUNT_ID", "BASE_URL", "COMPONENT_PROXY", "COMPONENT_CA_FILE"):
        monkeypatch.delenv(f"ZOOM_{name}", raising=False)
    result = cli("run", *GET_ME, "--connection", "work")
    assert result.code == 0, result.err
    [listed] = json.loads(cli("connections", "--json").out)
    assert listed["proxy"] == f"http://[redacted]@127.0.0.1:{environ.proxy.port}"
    assert listed["ca_file"] == str(environ.authority.file)
    table = cli("connections", terminal=True)
    assert listed["proxy"].partition("@")[0] in table.out.replace("\n", "")
    for shown in (saved, result, table, cli("connections", "--json")):
        assert_nothing_shown(shown)
    assert environ.proxy_url.encode() not in b"".join(file.read_bytes() for file in _list_state_files())


def _list_state_files() -> list[Path]:
    return [file for file in Path("../state").rglob("*") if file.is_file()]


def test_an_option_comes_before_the_network_of_a_saved_connection(environ: NetworkWorld, cli: Cli) -> None:
    assert cli("connect", "work", "--kind", "serverToServer", *list_options(environ)).code == 0
    before = len(environ.proxy.targets)
    result = cli(
        "run", *GET_ME, "--connection", "work", "--proxy", "none", "--retries", "0", "--base-url", environ.base_url
    )
    assert result.code != 0
    assert len(environ.proxy.targets) == before


def test_a_connection_file_has_its_network(world: NetworkWorld, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path("settings")
    folder.mkdir()
    (folder / "company.pem").write_bytes(world.authority.file.read_bytes())
    connection: dict[str, Any] = {
        "key": "serverToServer",
        "fields": {"clientId": world.zoom.client_id, "clientSecret": world.zoom.client_secret,
                   "accountId": world.zoom.account_id},
        "base_url": world.base_url, "proxy": world.proxy_url, "ca_file": "company.pem",
    }  # fmt: skip
    (folder / "zoom.json").write_text(json.dumps({"connection": connection}))
    monkeypatch.setenv("ZOOM_CONNECTION_FILE", "settings/zoom.json")
    assert cli("run", *GET_ME).code == 0
    (folder / "zoom.json").write_text(json.dumps({"connection": {**connection, "proxy": 8080}}))
    wrong = cli("run", *GET_ME)
    assert (wrong.code, "proxy: expected text in zoom.json" in wrong.err) == (2, True)
    (folder / "zoom.json").write_text(json.dumps({"connection": {**connection, "proxy": "ftp://x"}}))
    wrong = cli("run", *GET_ME)
    assert (wrong.code, "zoom.json: connection.proxy: expected http" in wrong.err) == (2, True)


def test_a_dotenv_file_sets_the_network_of_its_own_credentials(world: NetworkWorld, cli: Cli) -> None:
    lines = [f"ZOOM_{name.upper()}='{value}'" for name, value in world.credentials.items()]
    lines += [f"ZOOM_BASE_URL={world.base_url}", f"ZOOM_COMPONENT_PROXY='{world.proxy_url}'"]
    Path(".env").write_text("\n".join([*lines, f"ZOOM_COMPONENT_CA_FILE={world.authority.file}"]))
    result = cli("run", *GET_ME, "--base-url", world.base_url)
    assert result.code == 0, result.err


@pytest.mark.parametrize("name", ["ZOOM_COMPONENT_PROXY", "ZOOM_COMPONENT_CA_FILE"])
def test_a_dotenv_file_does_not_lead_other_credentials_elsewhere(
    name: str, environ: NetworkWorld, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refuse what the file of a cloned folder could name: the proxy of an attacker, and the authority for it."""
    value = environ.proxy_url if name.endswith("PROXY") else str(environ.authority.file)
    Path(".env").write_text(f"{name}='{value}'\n")
    refused = cli("run", *GET_ME)
    assert refused.code == 2
    assert f".env: {name}: is only used with credentials that .env sets too" in refused.err.replace("\n", " ")
    assert cli("connect", "work", "--kind", "serverToServer", *list_options(environ)).code == 0
    for variable in ("CLIENT_ID", "CLIENT_SECRET", "ACCOUNT_ID", "BASE_URL"):
        monkeypatch.delenv(f"ZOOM_{variable}")
    Path(".env").write_text(f"ZOOM_CONNECTION=work\n{name}='{value}'\n")
    assert cli("run", *GET_ME).code == 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--proxy", "ftp://anna:hidden@proxy"), "proxy: expected http, https or socks5"),
        (("--proxy", "http://anna:hidden@proxy:99999"), "proxy: expected a URL such as"),
        (("--ca-file", "no-such.pem"), "ca_file: no-such.pem cannot be read: no such file or directory"),
        (("--ca-file", " "), "--ca-file: expected a value, got an empty one"),
    ],
)
def test_a_wrong_option_is_an_input_error(
    options: tuple[str, str], message: str, environ: NetworkWorld, cli: Cli
) -> None:
    result = cli("run", *GET_ME, *options)
    assert result.code == 2
    assert message in result.err
    assert "hidden" not in result.err
    assert cli("connect", "x", "--kind", "serverToServer", *options).code == 2


@pytest.mark.parametrize("direct", ["none", ""])
def test_none_connects_directly(direct: str, environ: NetworkWorld, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", environ.proxy_url)
    assert cli("run", *GET_ME, "--proxy", direct, "--retries", "0").code != 0
    assert environ.proxy.targets == []


def test_doctor_shows_how_zoom_is_reached(cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://anna:hidden@proxy.example.com:8080")
    monkeypatch.setenv("no_proxy", "api.zoom.us")
    assert json.loads(cli("doctor", "--json").out)["network"] == {
        "routes": {
            "api.zoom.us": "directly (no_proxy)",
            "zoom.us": "through the proxy http://[redacted]@proxy.example.com:8080 (HTTPS_PROXY)",
        },
        "authorities": "those of the system",
        "problems": [],
    }
    shown = " ".join(cli("doctor", terminal=True).out.split())
    assert "ok network api.zoom.us: directly (no_proxy); zoom.us: through the proxy http://[redacted]@" in shown
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such.pem")
    result = cli("doctor", "--proxy", "http://proxy:0", "--json")
    first, second = json.loads(result.out)["network"]["problems"]
    assert result.code == 1
    assert first.startswith("--proxy: expected a URL")
    assert second.startswith("SSL_CERT_FILE: /no/such.pem cannot be read")
    assert "WARN network" in " ".join(cli("doctor", "--proxy", "http://proxy:0", terminal=True).out.split())


def test_consent_exchanges_its_code_through_the_proxy(
    world: NetworkWorld, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Open the consent page over loopback, because a browser has its own settings."""
    import http.client
    import webbrowser
    from urllib.parse import urlsplit

    def browse(url: str) -> None:
        for host in (urlsplit(world.zoom.url).netloc, ""):
            parts = urlsplit(url)
            connection = http.client.HTTPConnection(host or parts.netloc, timeout=10)
            connection.request("GET", f"{parts.path}?{parts.query}")
            answer = connection.getresponse()
            answer.read()
            url = answer.getheader("location", "")
            connection.close()

    monkeypatch.setattr(webbrowser, "open", lambda url: threading.Thread(target=browse, args=(url,)).start())
    zoom = world.zoom
    result = cli(
        "connect", "me", "--kind", "oauth", "--client-id", zoom.client_id, "--client-secret", zoom.client_secret,
        "--base-url", world.base_url, "--port", "0", *list_options(world),
    )  # fmt: skip
    assert result.code == 0, result.err
    assert world.proxy.targets == [(HOST, 443)]
    assert cli("run", *GET_ME, "--connection", "me").code == 0
