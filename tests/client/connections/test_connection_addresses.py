"""Where credentials may travel."""

from __future__ import annotations

import pytest

from zoom_component.client.connections.urls import get_oauth_pages, is_trusted_url, parse_base_url, require_secure_url
from zoom_component.errors import ConnectionFailed, InputError


@pytest.mark.parametrize(
    ("given", "meant"),
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
def test_a_base_url_is_a_url_a_region_word_or_nothing(given: str | None, meant: str) -> None:
    assert parse_base_url(given) == meant


@pytest.mark.parametrize(
    "given",
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
def test_what_is_no_safe_base_url_is_refused_and_not_repeated(given: str) -> None:
    with pytest.raises(InputError) as failed:
        parse_base_url(given)
    assert failed.value.problems[0].input == "base_url"
    assert "planted" not in failed.value.message


def test_an_unknown_region_is_told_the_known_ones() -> None:
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


def test_strangers_are_told_from_zoom_and_from_this_machine() -> None:
    own = ["https://api.zoom.us/v2", "https://api.zoomgov.com/v2", "http://127.0.0.1:1/v2", "http://localhost/v2"]
    assert [is_trusted_url(url) for url in own] == [True] * 4
    assert not is_trusted_url("https://api.zoom.us.evil.example/v2")
    assert not is_trusted_url("https://notzoom.us/v2")
