"""Test which setting names the proxy for a URL, and that the environment is read as curl reads it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from zoom_component.client.network.report import check_settings, describe_network
from zoom_component.client.network.routes import find_proxy, find_proxy_secrets, find_route
from zoom_component.client.network.settings import NetworkSettings
from zoom_component.errors import InputError

ZOOM = "https://api.zoom.us/v2"
NOTHING = NetworkSettings()


def find_address(url: str, environ: Mapping[str, str], settings: NetworkSettings = NOTHING) -> str | None:
    proxy = find_proxy(url, settings, environ)
    return None if proxy is None else proxy.address


@pytest.mark.parametrize(
    ("url", "environ", "expected"),
    [
        (ZOOM, {}, None),
        (ZOOM, {"HTTPS_PROXY": "http://upper:1"}, "http://upper:1"),
        (ZOOM, {"https_proxy": "http://lower:1", "HTTPS_PROXY": "http://upper:1"}, "http://lower:1"),
        (ZOOM, {"https_proxy": "", "HTTPS_PROXY": "http://upper:1"}, "http://upper:1"),
        (ZOOM, {"ALL_PROXY": "socks5h://all:1"}, "socks5://all:1"),
        (ZOOM, {"all_proxy": "http://all:1", "HTTPS_PROXY": "http://upper:1"}, "http://upper:1"),
        (ZOOM, {"HTTP_PROXY": "http://plain:1"}, None),
        (ZOOM, {"HTTPS_PROXY": "none", "ALL_PROXY": "http://all:1"}, None),
        ("http://crm.example.com/", {"HTTP_PROXY": "http://plain:1"}, "http://plain:1"),
        ("http://crm.example.com/", {"HTTPS_PROXY": "http://upper:1"}, None),
        ("http://crm.example.com/", {"HTTP_PROXY": "http://evil:1", "REQUEST_METHOD": "GET"}, None),
        ("http://crm.example.com/", {"http_proxy": "http://plain:1", "REQUEST_METHOD": "GET"}, "http://plain:1"),
        ("http://crm.example.com/", {"ALL_PROXY": "http://all:1"}, "http://all:1"),
        ("wss://ws.zoom.us/ws", {"HTTPS_PROXY": "http://upper:1"}, "http://upper:1"),
        (ZOOM, {"HTTPS_PROXY": "http://upper:1", "NO_PROXY": "zoom.us"}, None),
        (ZOOM, {"HTTPS_PROXY": "http://upper:1", "no_proxy": "zoom.us"}, None),
        (ZOOM, {"HTTPS_PROXY": "http://upper:1", "no_proxy": "other", "NO_PROXY": "zoom.us"}, "http://upper:1"),
        (ZOOM, {"HTTPS_PROXY": "http://upper:1", "NO_PROXY": "api.zoom.us:443"}, None),
        (ZOOM, {"HTTPS_PROXY": "http://upper:1", "NO_PROXY": "api.zoom.us:80"}, "http://upper:1"),
        (ZOOM, {"HTTPS_PROXY": "http://upper:1", "ZOOM_COMPONENT_PROXY": "http://ours:1"}, "http://ours:1"),
        (ZOOM, {"HTTPS_PROXY": "http://upper:1", "ZOOM_COMPONENT_PROXY": "none"}, None),
        ("http://127.0.0.1:8087/v2", {"ALL_PROXY": "http://all:1"}, None),
        ("https://localhost/v2", {"ALL_PROXY": "http://all:1"}, None),
        ("https://[::1]:8443/v2", {"ALL_PROXY": "http://all:1"}, None),
    ],
)
def test_the_environment_names_the_proxy(url: str, environ: dict[str, str], expected: str | None) -> None:
    assert find_address(url, environ) == expected


def test_the_settings_of_a_connection_come_before_the_environment() -> None:
    environ = {"HTTPS_PROXY": "http://upper:1", "ZOOM_COMPONENT_PROXY": "http://ours:1"}
    assert find_address(ZOOM, environ, NetworkSettings("socks5://mine:1080")) == "socks5://mine:1080"
    assert find_address(ZOOM, environ, NetworkSettings("none")) is None


def test_no_proxy_and_loopback_hold_for_every_setting() -> None:
    settings = NetworkSettings("http://mine:1")
    assert find_address(ZOOM, {"NO_PROXY": "*"}, settings) is None
    assert find_address("https://127.0.0.2/", {}, settings) is None


def test_a_wrong_proxy_names_its_variable_and_only_matters_where_it_is_used() -> None:
    environ = {"https_proxy": "ftp://proxy", "NO_PROXY": "zoom.us"}
    assert find_address(ZOOM, environ) is None
    with pytest.raises(InputError, match=r'https_proxy: expected http, https or socks5 .* got "ftp"'):
        find_address("https://crm.example.com/", environ)


def test_the_route_says_which_setting_decided() -> None:
    environ = {"HTTPS_PROXY": "http://upper:1", "no_proxy": "zoom.us"}
    assert find_route(ZOOM, NOTHING, environ).reason == "no_proxy"
    assert find_route("https://crm.example.com/", NOTHING, environ).reason == "HTTPS_PROXY"
    assert find_route("http://localhost/", NOTHING, environ).reason == "loopback"


def test_the_passwords_of_all_proxies_are_secrets() -> None:
    environ = {"HTTPS_PROXY": "http://anna:s%3Acret@proxy", "all_proxy": "http://bob:p/q@proxy", "NO_PROXY": "a@b"}
    secrets = find_proxy_secrets(NetworkSettings("http://carl:third@proxy"), environ)
    assert {"s:cret", "s%3Acret", "p/q", "third"} <= secrets


def test_a_report_shows_routes_and_problems_without_passwords() -> None:
    urls = (ZOOM, "https://zoom.us/oauth/token")
    environ = {"HTTPS_PROXY": "http://anna:secret@proxy:8080", "NO_PROXY": "api.zoom.us"}
    report = describe_network(urls, NOTHING, environ)
    assert report.routes == {
        "api.zoom.us": "directly (NO_PROXY)",
        "zoom.us": "through the proxy http://[redacted]@proxy:8080 (HTTPS_PROXY)",
    }
    assert (report.authorities, report.problems) == ("those of the system", ())
    wrong = describe_network(urls, NetworkSettings("ftp://x", "/no/such.pem", "--proxy", "--ca-file"), {})
    assert set(wrong.routes.values()) == {"unknown"}
    assert [problem.partition(":")[0] for problem in wrong.problems] == ["--proxy", "--ca-file"]


def test_settings_are_checked_before_they_are_stored() -> None:
    with pytest.raises(InputError, match="got 0"):
        check_settings(NetworkSettings("http://proxy:0"))
    with pytest.raises(InputError, match="no such file"):
        check_settings(NetworkSettings(ca_file="no-such-file.pem"))
    assert check_settings(NetworkSettings("none")) == NetworkSettings("none")
