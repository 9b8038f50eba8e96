"""Decide which hosts are reached without a proxy. Pure.

`NO_PROXY` has no standard. This is what curl and Go read: https://curl.se/docs/manpage.html#NOPROXY and
https://pkg.go.dev/golang.org/x/net/http/httpproxy
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

__all__ = ["is_excluded", "is_loopback_host"]

_ENTRY = re.compile(r"\[(?P<bracketed>[^\]]*)\](?::(?P<port6>\d+))?|(?P<name>[^:\[\]]+)(?::(?P<port>\d+))?")


def is_loopback_host(host: str) -> bool:
    """Return whether a host name or address is this machine. No name is resolved."""
    name = _normalize_name(host)
    address = _parse_address(name)
    return name == "localhost" if address is None else address.is_loopback


def is_excluded(host: str, port: int, no_proxy: str) -> bool:
    """Return whether the list `no_proxy` excludes a host from the use of a proxy.

    Entries are separated by commas or space. `*` excludes every host. A name excludes itself and the names below it,
    with and without a leading dot or `*.`. An address excludes itself, a network such as 10.0.0.0/8 the addresses in
    it; a name is not resolved for that. An entry may end with the port that it is for.
    """
    name = _normalize_name(host)
    address = _parse_address(name)
    return any(_matches(entry, name, address, port) for entry in re.split(r"[\s,]+", no_proxy) if entry)


def _matches(entry: str, name: str, address: IPv4Address | IPv6Address | None, port: int) -> bool:
    if entry == "*":
        return True
    if "/" in entry:
        return address is not None and _is_in_network(address, entry)
    if (excluded := _parse_address(entry)) is not None:  # an IPv6 address without brackets has no port
        return address == excluded
    match = _ENTRY.fullmatch(entry)
    if match is None:
        return False
    if (number := match["port6"] or match["port"]) and int(number) != port:
        return False
    if (excluded := _parse_address(match["bracketed"] or match["name"] or "")) is not None:
        return address == excluded
    suffix = _normalize_name(match["name"] or "").removeprefix("*").removeprefix(".")
    return bool(suffix) and address is None and (name == suffix or name.endswith(f".{suffix}"))


def _is_in_network(address: IPv4Address | IPv6Address, entry: str) -> bool:
    try:
        network = ip_network(entry.replace("[", "").replace("]", ""), strict=False)
    except ValueError:
        return False
    return address.version == network.version and address in network


def _parse_address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _normalize_name(text: str) -> str:
    """Return a host name in lower case, without brackets and the final dot, in its ASCII form."""
    name = text.strip("[]").rstrip(".").lower()
    if name.isascii():
        return name
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return name
