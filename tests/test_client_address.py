"""Test whose address is believed: that of the socket, unless a trusted proxy names another one."""

from __future__ import annotations

import pytest

from zoom_component.client_address import TrustedProxies, parse_networks

PROXIES = parse_networks(["10.0.0.0/8", "2001:db8::/32", "127.0.0.1"])


def find(value: str | list[str], peer: str = "10.0.0.5", header: str = "x-forwarded-for") -> str:
    values = [value] if isinstance(value, str) else value
    headers = [(header.title().encode(), text.encode("latin-1", "replace")) for text in values]
    return TrustedProxies(PROXIES, header).find_client(peer, headers)


@pytest.mark.parametrize(
    ("value", "client"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, 10.1.1.1", "203.0.113.7"),
        ("6.6.6.6, 203.0.113.7", "203.0.113.7"),
        (["6.6.6.6", "203.0.113.7"], "203.0.113.7"),
        ("10.2.2.2, 10.1.1.1", "10.2.2.2"),
        ("203.0.113.7:4711", "203.0.113.7"),
        ("[2001:4860::8]:443", "2001:4860::8"),
        ("2001:4860::8", "2001:4860::8"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
    ],
)
def test_the_last_address_that_is_no_proxy_is_the_client(value: str, client: str) -> None:
    assert find(value) == client


@pytest.mark.parametrize(
    "value",
    ["", "unknown", "203.0.113.7, evil\n2026 forged", "203.0.113.7,", "localhost", "fe80::1%eth0", "1.2.3.4.5",
     "203.0.113.7 10.0.0.1", "1," * 3000, "999.1.1.1"],
)  # fmt: skip
def test_a_header_that_cannot_be_read_is_not_believed(value: str) -> None:
    assert find(value) == "10.0.0.5"


def test_a_header_of_anybody_else_is_not_believed() -> None:
    assert find("203.0.113.7", peer="192.0.2.1") == "192.0.2.1"
    assert find("203.0.113.7", peer="an unknown address") == "an unknown address"
    assert TrustedProxies().find_client("10.0.0.5", [(b"x-forwarded-for", b"203.0.113.7")]) == "10.0.0.5"
    assert TrustedProxies(PROXIES).find_client("10.0.0.5", [(b"forwarded", b"for=203.0.113.7")]) == "10.0.0.5"
    assert TrustedProxies(PROXIES).find_client("10.0.0.5", []) == "10.0.0.5"


@pytest.mark.parametrize(
    ("value", "client"),
    [
        ("for=203.0.113.7", "203.0.113.7"),
        ('for="[2001:4860::8]:4711";proto=https;by=10.0.0.1', "2001:4860::8"),
        ("for=6.6.6.6, proto=http;For=203.0.113.7", "203.0.113.7"),
        ("for=_hidden", "10.0.0.5"),
        ("for=unknown, for=10.0.0.1", "10.0.0.5"),
        ("by=203.0.113.7", "10.0.0.5"),
    ],
)
def test_the_header_of_rfc_7239_is_read_where_it_is_chosen(value: str, client: str) -> None:
    assert find(value, header="forwarded") == client


@pytest.mark.parametrize("text", ["10.0.0.1/8", "proxy", "", "1.2.3"])
def test_other_texts_are_no_networks(text: str) -> None:
    with pytest.raises(ValueError, match=r"does not appear|host bits set"):
        parse_networks([text])
