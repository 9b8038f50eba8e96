"""Test that every way out of the client goes through the proxy, and that the proxy never sees a token.

Zoom is a sandbox behind TLS with an authority of its own. Only the proxy knows its name.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.network_world import KINDS, NetworkWorld, open_network_world

from zoom_component import Component, SessionOptions
from zoom_component.client.connections.connection import StaticToken
from zoom_component.client.connections.registry import ConnectionRegistry
from zoom_component.client.network.settings import NetworkSettings
from zoom_component.errors import ComponentError, InputError, Unavailable

COMPONENT = Component.load()
OPTIONS = SessionOptions(timeout=10, retries=0, count_daily=False)


@pytest.fixture(params=KINDS)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NetworkWorld]:
    with open_network_world(tmp_path, request.param) as opened:
        yield opened


@pytest.fixture
def one_world(tmp_path: Path) -> Iterator[NetworkWorld]:
    with open_network_world(tmp_path, "http with credentials") as opened:
        yield opened


@pytest.fixture(autouse=True)
def use_own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZOOM_COMPONENT_STATE", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)


def run_sync(**args: Any) -> Any:
    with COMPONENT.connect(options=OPTIONS, **args) as session:
        return session.run("getUser", {"userId": "me"}).data


def run_async(**args: Any) -> Any:
    async def main() -> Any:
        async with COMPONENT.aconnect(options=OPTIONS, **args) as session:
            calls = [session.run("getUser", {"userId": "me"}) for _ in range(5)]
            # All end before the session does: a call that is cut off would leave its socket to the garbage collector.
            results = await asyncio.gather(*calls, return_exceptions=True)
            failures = [result for result in results if isinstance(result, BaseException)]
            if failures:
                raise failures[0]
            return next(result.data for result in results if not isinstance(result, BaseException))

    return asyncio.run(main())


RUNS = pytest.mark.parametrize("run", [run_sync, run_async])
Run = Callable[..., Any]


@RUNS
def test_calls_and_token_requests_use_the_environment(
    run: Run, world: NetworkWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in world.environ.items():
        monkeypatch.setenv(name, value)
    assert run(base_url=world.base_url, **world.credentials)["id"]
    assert len(world.proxy.targets) >= 2  # of the token request, and of the call
    world.assert_nothing_leaked()


@RUNS
def test_calls_and_token_requests_use_arguments(run: Run, world: NetworkWorld) -> None:
    network = {"proxy": world.proxy_url, "ca_file": str(world.authority.file)}
    assert run(base_url=world.base_url, **network, **world.credentials)["id"]
    world.assert_nothing_leaked()


@RUNS
def test_calls_and_token_requests_use_a_stored_connection(run: Run, world: NetworkWorld) -> None:
    fields = {"clientId": world.zoom.client_id, "clientSecret": world.zoom.client_secret,
              "accountId": world.zoom.account_id}  # fmt: skip
    registry = ConnectionRegistry(COMPONENT.catalogue.connections())
    settings = NetworkSettings(world.proxy_url, str(world.authority.file))
    registry.save("work", "serverToServer", fields, world.base_url, network=settings)
    assert run(connection="work")["id"]
    world.assert_nothing_leaked()


@RUNS
def test_nothing_arrives_without_the_proxy_or_the_authority(run: Run, one_world: NetworkWorld) -> None:
    token = {"token": one_world.zoom.issue_token(), "base_url": one_world.base_url}
    with pytest.raises(Unavailable) as caught:
        run(**token, ca_file=str(one_world.authority.file))
    assert one_world.proxy.targets == []
    with pytest.raises(Unavailable) as caught:
        run(**token, proxy=one_world.proxy_url)
    assert "certificate" in str(caught.value).lower()
    assert one_world.zoom.requests == []


def test_calls_share_one_tunnel(one_world: NetworkWorld) -> None:
    network: dict[str, Any] = {"proxy": one_world.proxy_url, "ca_file": str(one_world.authority.file)}
    token = one_world.zoom.issue_token()
    with COMPONENT.connect(options=OPTIONS, token=token, base_url=one_world.base_url, **network) as session:
        for _ in range(5):
            session.run("getUser", {"userId": "me"})
    assert len(one_world.proxy.targets) == 1


@RUNS
def test_a_proxy_that_wants_credentials_is_named_without_them(run: Run, one_world: NetworkWorld) -> None:
    token = {"token": one_world.zoom.issue_token(), "base_url": one_world.base_url}
    wrong = f"http://anna:wrong-password@127.0.0.1:{one_world.proxy.port}"
    with pytest.raises(Unavailable) as caught:
        run(**token, proxy=wrong, ca_file=str(one_world.authority.file))
    assert "407" in f"{caught.value} {caught.value.detail}"
    assert "wrong-password" not in f"{caught.value} {caught.value.detail}"
    assert one_world.proxy.rejections
    assert one_world.zoom.requests == []


@RUNS
def test_no_proxy_holds(run: Run, one_world: NetworkWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail, because nothing resolves the name without the proxy."""
    monkeypatch.setenv("NO_PROXY", ".zoom.test")
    network = {"proxy": one_world.proxy_url, "ca_file": str(one_world.authority.file)}
    with pytest.raises(Unavailable):
        run(token=one_world.zoom.issue_token(), base_url=one_world.base_url, **network)
    assert one_world.proxy.targets == []


@RUNS
def test_loopback_is_never_proxied(run: Run, one_world: NetworkWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, one_world.proxy_url)
    assert run(token=one_world.zoom.issue_token(), base_url=one_world.zoom.api_url, proxy=one_world.proxy_url)["id"]
    assert one_world.proxy.targets == []


@RUNS
@pytest.mark.parametrize("direct", ["none", ""])
def test_none_leaves_out_the_proxy_of_the_environment(
    direct: str, run: Run, one_world: NetworkWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in one_world.environ.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Unavailable):
        run(token=one_world.zoom.issue_token(), base_url=one_world.base_url, proxy=direct)
    assert one_world.proxy.targets == []


@RUNS
def test_netrc_is_never_read(
    run: Run, one_world: NetworkWorld, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Send the token, where requests and curl would send the credentials of the file."""
    lines = [f"machine {host} login netrc-user password netrc-password" for host in ("api.zoom.test", "127.0.0.1")]
    for name in (".netrc", "_netrc"):
        (tmp_path / name).write_text("\n".join(lines))
        (tmp_path / name).chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    for name, value in one_world.environ.items():
        monkeypatch.setenv(name, value)
    assert run(base_url=one_world.base_url, **one_world.credentials)["id"]
    assert b"netrc" not in one_world.proxy.seen


@RUNS
def test_a_wrong_proxy_is_an_input_error_that_names_its_variable(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "gopher://anna:secret@proxy")
    with pytest.raises(InputError, match=r"https_proxy: .* got \"gopher\"") as caught:
        run(token="x" * 20, base_url="https://api.zoom.test/v2")
    assert "secret" not in str(caught.value)


@RUNS
def test_a_token_is_not_sent_over_plain_http_through_a_proxy(run: Run, one_world: NetworkWorld) -> None:
    plain = StaticToken(
        one_world.zoom.issue_token(), base_url="http://api.zoom.test/v2", network=NetworkSettings(one_world.proxy_url)
    )
    with pytest.raises(InputError, match="expected an https:// URL, got http:// with a proxy"):
        run(connection=plain)
    assert one_world.proxy.targets == []


@RUNS
def test_a_proxy_that_is_down_is_a_failure_of_the_connection(run: Run, one_world: NetworkWorld) -> None:
    with one_world.proxy:
        pass  # ends it
    network = {"proxy": one_world.proxy_url, "ca_file": str(one_world.authority.file)}
    with pytest.raises(ComponentError) as caught:
        run(token=one_world.zoom.issue_token(), base_url=one_world.base_url, **network)
    assert isinstance(caught.value, Unavailable)


def test_a_connection_object_brings_its_own_network() -> None:
    with pytest.raises(TypeError, match="expected proxy and ca_file in the connection itself"):
        COMPONENT.connect(StaticToken("x" * 20), proxy="http://proxy:8080")
