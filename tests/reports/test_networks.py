"""Test the reports of people behind the proxy of their company, or behind one that inspects TLS.

https://github.com/jrchamp/moodle-mod_zoom/issues/494, https://github.com/n8n-io/n8n/issues/34234,
https://github.com/zscaler/zscaler-sdk-python/issues/398 and https://github.com/MoonshotAI/kimi-cli/issues/760: behind
the proxy of a company, or an authority that inspects, no call and no token request gets out. Right is a setting, or the
environment.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.network_world import HOST, NetworkWorld, open_network_world

from zoom_component import Component, SessionOptions
from zoom_component.errors import Unavailable

COMPONENT = Component.load()


@pytest.fixture(params=["http", "socks5"])
def world(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[NetworkWorld]:
    monkeypatch.setenv("ZOOM_COMPONENT_STATE", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    with open_network_world(tmp_path, request.param) as opened:
        yield opened


def get_me(world: NetworkWorld) -> str:
    """Request a token and a user; the environment alone leads to Zoom."""
    options = SessionOptions(retries=0, timeout=10, count_daily=False)
    account: dict[str, Any] = {"base_url": world.base_url, **world.credentials}
    with COMPONENT.connect(options=options, **account) as session:
        return str(session.run("getUser", {"userId": "me"}).data["email"])


@pytest.mark.parametrize("proxy", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "ZOOM_COMPONENT_PROXY"])
@pytest.mark.parametrize(
    "authorities", ["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "ZOOM_COMPONENT_CA_FILE"]
)
def test_the_environment_leads_out(
    proxy: str, authorities: str, world: NetworkWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(proxy, world.proxy_url)
    file = world.authority.file
    monkeypatch.setenv(authorities, str(file.parent if authorities.endswith("_DIR") else file))
    assert "@" in get_me(world)
    assert {host for host, _ in world.proxy.targets} == {HOST}
    world.assert_nothing_leaked()


@pytest.mark.parametrize("no_proxy", [HOST, ".zoom.test", "zoom.test", "*.zoom.test", "*", f"{HOST}:443", f"x, {HOST}"])
def test_the_hosts_of_no_proxy_are_reached_directly(
    no_proxy: str, world: NetworkWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(world.authority.file))
    monkeypatch.setenv("HTTPS_PROXY", world.proxy_url)
    monkeypatch.setenv("NO_PROXY", no_proxy)
    with pytest.raises(Unavailable):  # no other way leads to this host
        get_me(world)
    assert world.proxy.targets == []


@pytest.mark.parametrize("missing", ["HTTPS_PROXY", "SSL_CERT_FILE"])
def test_each_of_both_is_needed(missing: str, world: NetworkWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in world.environ.items():
        if name != missing:
            monkeypatch.setenv(name, value)
    with pytest.raises(Unavailable):
        get_me(world)
    assert world.zoom.requests == []
