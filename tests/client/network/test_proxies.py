"""Test the URLs of proxies, and that no message or representation shows their passwords."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoom_component.client.network.proxies import Proxy, parse_proxy, redact_proxy
from zoom_component.errors import InputError

TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://proxy.example.com:8080", ("http", "proxy.example.com", 8080)),
        ("http://proxy.example.com:8080/", ("http", "proxy.example.com", 8080)),
        (" http://proxy:8080\n", ("http", "proxy", 8080)),
        ("HTTP://Proxy:8080", ("http", "proxy", 8080)),
        ("proxy:8080", ("http", "proxy", 8080)),
        ("//proxy:8080", ("http", "proxy", 8080)),
        ("10.0.0.1:3128", ("http", "10.0.0.1", 3128)),
        ("proxy", ("http", "proxy", 80)),
        ("http://proxy", ("http", "proxy", 80)),
        ("http://proxy:", ("http", "proxy", 80)),
        ("https://proxy", ("https", "proxy", 443)),
        ("socks5://proxy", ("socks5", "proxy", 1080)),
        ("socks5h://proxy:9050", ("socks5", "proxy", 9050)),
        ("socks://proxy:1080/", ("socks5", "proxy", 1080)),
        ("http://[fd00::1]:3128", ("http", "fd00::1", 3128)),
        ("http://bücher.example:3128", ("http", "xn--bcher-kva.example", 3128)),
        ("http://my_proxy:3128", ("http", "my_proxy", 3128)),
    ],
)
def test_the_url_of_a_proxy_is_read(text: str, expected: tuple[str, str, int]) -> None:
    proxy = parse_proxy(text, "HTTPS_PROXY")
    assert proxy == Proxy(*expected, origin="HTTPS_PROXY")  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["none", "NONE", " none "])
def test_none_means_no_proxy(text: str) -> None:
    assert parse_proxy(text, "--proxy") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ftp://proxy:21", 'expected http, https or socks5 as the scheme of a proxy, got "ftp"'),
        ("socks4://proxy:1080", 'expected http, https or socks5 as the scheme of a proxy, got "socks4"'),
        ("http://proxy:99999", "with a port from 1 to 65535"),
        ("http://proxy:0", "with a port from 1 to 65535, got 0"),
        ("http://proxy:port", "with a port from 1 to 65535"),
        ("http://anna:pass/word@proxy:8080", "Percent-encode"),
        ("http://:8080", "without a valid host name"),
        ("http://", "without a valid host name"),
        ("http://a b:8080", "without a valid host name"),
        ("http://proxy,other:8080", "without a valid host name"),
        ("http://proxy.example.com/proxy.pac", "A PAC file is not supported"),
        ("http://[fd00::1:3128", "with a port"),
    ],
)
def test_a_wrong_url_is_an_input_error_that_names_its_variable(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_proxy(text, "HTTPS_PROXY")
    [problem] = caught.value.problems
    assert problem.input == "HTTPS_PROXY"
    assert message in problem.message
    assert "pass/word" not in str(caught.value)


@given(user=TEXTS, password=TEXTS, scheme=st.sampled_from(["http", "https", "socks5"]))
def test_credentials_are_percent_encoded_and_never_shown(user: str, password: str, scheme: str) -> None:
    proxy = parse_proxy(f"{scheme}://{quote(user, safe='')}:{quote(password, safe='')}@proxy:8080", "--proxy")
    assert proxy is not None
    assert (proxy.user, proxy.password) == (user, password)
    assert base64.b64decode(proxy.authorization.removeprefix("Basic ")).decode() == f"{user}:{password}"
    assert parse_proxy(proxy.url, "--proxy") == proxy
    assert proxy.label == f"{scheme}://[redacted]@proxy:8080"
    assert proxy.address == f"{scheme}://proxy:8080"
    assert repr(proxy) == f"Proxy(scheme={scheme!r}, host='proxy', port=8080, origin='--proxy')"
    assert {password, quote(password, safe="")} <= proxy.get_secrets()


def test_a_raw_at_sign_in_a_password_is_part_of_it() -> None:
    proxy = parse_proxy("http://anna:p@ss@proxy:8080", "--proxy")
    assert proxy is not None
    assert (proxy.user, proxy.password, proxy.host) == ("anna", "p@ss", "proxy")


def test_a_token_without_a_password_is_a_secret_too() -> None:
    proxy = parse_proxy("http://token-123@proxy:8080", "--proxy")
    assert proxy is not None
    assert "token-123" in proxy.get_secrets()
    assert proxy.url == "http://token-123:@proxy:8080"


def test_a_password_that_socks_cannot_carry_is_refused() -> None:
    with pytest.raises(InputError, match="at most 255 bytes"):
        parse_proxy(f"socks5://anna:{'x' * 256}@proxy", "ALL_PROXY")
    assert parse_proxy(f"http://anna:{'x' * 256}@proxy", "ALL_PROXY") is not None


def test_a_stored_proxy_is_shown_without_its_password() -> None:
    assert redact_proxy("http://anna:secret@proxy:8080") == "http://[redacted]@proxy:8080"
    assert redact_proxy("http://proxy:8080") == "http://proxy:8080"
    assert redact_proxy("none") == "none"
    assert redact_proxy("") == ""
    assert redact_proxy("ftp://anna:secret@proxy") == "not valid"
