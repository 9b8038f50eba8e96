"""Test base URLs, OAuth pages, and where credentials may be sent."""

from __future__ import annotations

import pytest

from zoom_component.client.connections.urls import get_oauth_pages, is_trusted_url, parse_base_url, require_secure_url
from zoom_component.errors import ConnectionFailed, InputError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, "https://api.zoom.us/v2"),
        ("", "https://api.zoom.us/v2"),
        ("EU", "https://api-eu.zoom.us/v2"),
        ("eu", "https://api-eu.zoom.us/v2"),
        ("GOV", "https://api.zoomgov.com/v2"),
        ("https://api.zoom.us/v2/", "https://api.zoom.us/v2"),
        ("http://127.0.0.1:8080/v2", "http://127.0.0.1:8080/v2"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/v2"),
        ("http://[::1]:8080/v2", "http://[::1]:8080/v2"),
        ("http://localhost:8080/v2", "http://localhost:8080/v2"),
    ],
)
def test_a_base_url_is_a_url_a_region_code_or_nothing(text: str | None, expected: str) -> None:
    assert parse_base_url(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "XX",
        "http://api.zoom.us/v2",
        "http://127.0.0.1.evil.example/v2",
        "http://localhost.evil.example/v2",
        "ftp://api.zoom.us/v2",
        "https:///v2",
        "https://planted-user:planted-pass@api.zoom.us/v2",
        "https://api.zoom.us/v2?x=1",
        "https://api.zoom.us/v2#x",
        "https://api.zoom.us:port/v2",
        "https://api.zoom.us\\@evil.example/v2",
        "https://[::1/v2",
    ],
)
def test_an_unsafe_base_url_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(InputError) as failed:
        parse_base_url(text)
    assert failed.value.problems[0].input == "base_url"
    assert "planted" not in failed.value.message


def test_an_unknown_region_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"AU, CA, EU, GOV, IN, SA, SG, UK, US"):
        parse_base_url("DE")


@pytest.mark.parametrize(
    ("base", "origin"),
    [
        ("https://api.zoom.us/v2", "https://zoom.us"),
        ("https://api-eu.zoom.us/v2", "https://zoom.us"),
        ("https://api.zoomgov.com/v2", "https://zoomgov.com"),
        ("http://127.0.0.1:8080/v2", "http://127.0.0.1:8080"),
        ("https://zoom.us.evil.example/v2", "https://zoom.us.evil.example"),
    ],
)
def test_the_oauth_pages_follow_the_base_url(base: str, origin: str) -> None:
    assert get_oauth_pages(base) == (f"{origin}/oauth/authorize", f"{origin}/oauth/token")


@pytest.mark.parametrize(
    "url", ["http://zoom.us/oauth/token", "zoom.us/oauth/token", "https://u:p@zoom.us/oauth/token", ""]
)
def test_a_token_url_has_to_be_https(url: str) -> None:
    with pytest.raises(ConnectionFailed, match="https://") as failed:
        require_secure_url(url, "token URL")
    assert failed.value.reconnect


def test_only_zooms_hosts_and_this_machine_are_trusted() -> None:
    trusted = ["https://api.zoom.us/v2", "https://api.zoomgov.com/v2", "http://127.0.0.1:1/v2", "http://localhost/v2"]
    assert [is_trusted_url(url) for url in trusted] == [True] * 4
    assert not is_trusted_url("https://api.zoom.us.evil.example/v2")
    assert not is_trusted_url("https://notzoom.us/v2")
