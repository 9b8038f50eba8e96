"""Test which hosts are reached without a proxy. The rules are those of curl and Go's httpproxy."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoom_component.client.network.no_proxy import is_excluded, is_loopback_host

LABELS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
NAMES = st.lists(LABELS, min_size=1, max_size=3).map(lambda labels: ".".join([*labels, "example"]))
PORTS = st.integers(1, 65535)


@pytest.mark.parametrize(
    ("no_proxy", "host", "port"),
    [
        ("*", "api.zoom.us", 443),
        ("zoom.us", "zoom.us", 443),
        ("zoom.us", "api.zoom.us", 443),
        (".zoom.us", "api.zoom.us", 443),
        (".zoom.us", "zoom.us", 443),
        ("*.zoom.us", "api.zoom.us", 443),
        ("ZOOM.us.", "api.Zoom.US", 443),
        ("other.com,api.zoom.us", "api.zoom.us", 443),
        ("other.com  api.zoom.us", "api.zoom.us", 443),
        ("other.com, api.zoom.us ,", "api.zoom.us", 443),
        ("api.zoom.us:443", "api.zoom.us", 443),
        ("zoom.us:443", "api.zoom.us", 443),
        ("bücher.example", "xn--bcher-kva.example", 443),
        ("10.1.2.3", "10.1.2.3", 443),
        ("10.1.2.3:8443", "10.1.2.3", 8443),
        ("10.0.0.0/8", "10.255.0.1", 443),
        ("10.1.2.3/8", "10.255.0.1", 443),
        ("fd00::/8", "fd12::1", 443),
        ("[fd00::]/8", "[fd12::1]", 443),
        ("fd12::1", "fd12:0:0::1", 443),
        ("[fd12::1]", "fd12::1", 443),
        ("[fd12::1]:8443", "fd12::1", 8443),
        ("10.0.0.0/8", "::ffff:10.1.2.3", 443),
    ],
)
def test_a_host_is_excluded(no_proxy: str, host: str, port: int) -> None:
    assert is_excluded(host, port, no_proxy)


@pytest.mark.parametrize(
    ("no_proxy", "host", "port"),
    [
        ("", "api.zoom.us", 443),
        (" , ", "api.zoom.us", 443),
        (".", "api.zoom.us", 443),
        ("zoom.us", "notzoom.us", 443),
        ("zoom.us", "zoom.us.example.com", 443),
        ("api.zoom.us", "zoom.us", 443),
        ("api.zoom.us:8443", "api.zoom.us", 443),
        ("10.0.0.0/8", "11.0.0.1", 443),
        ("10.0.0.0/8", "ten.example.com", 443),
        ("10.0.0.0/99", "10.0.0.1", 443),
        ("fd00::/8", "10.0.0.1", 443),
        ("2.3", "10.1.2.3", 443),
        ("[fd12::1]:8443", "fd12::1", 443),
        ("http://api.zoom.us", "api.zoom.us", 443),
    ],
)
def test_a_host_is_not_excluded(no_proxy: str, host: str, port: int) -> None:
    assert not is_excluded(host, port, no_proxy)


@given(name=NAMES, below=LABELS, port=PORTS, dot=st.sampled_from(["", ".", "*."]))
def test_a_name_excludes_itself_and_the_names_below_it(name: str, below: str, port: int, dot: str) -> None:
    assert is_excluded(name, port, f"{dot}{name}")
    assert is_excluded(f"{below}.{name}".upper(), port, f"{dot}{name}")
    assert not is_excluded(f"{below}{name}", port, f"{dot}{name}")
    assert not is_excluded(name, port, f"{dot}{below}.{name}")


@given(name=NAMES, port=PORTS, other=PORTS)
def test_an_entry_with_a_port_is_for_that_port(name: str, port: int, other: int) -> None:
    assert is_excluded(name, other, f"{name}:{port}") is (port == other)


@given(address=st.ip_addresses(v=4), prefix=st.integers(0, 32), other=st.ip_addresses(v=4))
def test_a_network_excludes_its_addresses(address: IPv4Address, prefix: int, other: IPv4Address) -> None:
    entry = f"{address}/{prefix}"
    assert is_excluded(str(address), 443, entry)
    assert is_excluded(str(other), 443, entry) is (other in IPv4Network(entry, strict=False))


@given(address=st.ip_addresses(v=6), port=PORTS)
def test_an_ipv6_address_excludes_itself_in_any_form(address: IPv6Address, port: int) -> None:
    for entry in (address.exploded, address.compressed, f"[{address}]", f"[{address}]:{port}"):
        assert is_excluded(address.exploded.upper(), port, entry)


@given(st.lists(NAMES, max_size=4), NAMES, PORTS)
def test_a_list_excludes_what_one_of_its_entries_excludes(entries: list[str], host: str, port: int) -> None:
    assert is_excluded(host, port, ",".join(entries)) is any(is_excluded(host, port, each) for each in entries)


@given(st.text(max_size=30), NAMES, PORTS)
def test_any_text_is_read_without_an_error(text: str, host: str, port: int) -> None:
    assert is_excluded(host, port, text) in (True, False)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1.2.3", "127.255.255.254", "::1", "[::1]", "localhost", "LOCALHOST", "localhost.",
             "::ffff:127.0.0.1", "0:0:0:0:0:0:0:1"],
)  # fmt: skip
def test_this_machine_is_loopback(host: str) -> None:
    assert is_loopback_host(host)


@pytest.mark.parametrize("host", ["128.0.0.1", "api.zoom.us", "localhost.example.com", "notlocalhost", "::2", ""])
def test_other_hosts_are_not_loopback(host: str) -> None:
    assert not is_loopback_host(host)
